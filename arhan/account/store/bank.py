"""The bank's own accounts, as rows."""
