"""Arhan Financial Platform: a whole bank in one package."""
