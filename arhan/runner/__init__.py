"""Starts a whole bank on one machine, keeps it running, and stops it without a trace."""
