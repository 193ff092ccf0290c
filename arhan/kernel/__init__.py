"""Mechanism every service shares; it knows no service and no rule of banking."""
