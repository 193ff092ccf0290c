"""What makes a password good enough (NIST SP 800-63B-4: length and a blocklist, no composition rules)."""

from __future__ import annotations

MIN_LENGTH = 8
MAX_LENGTH = 128


def find_weakness(password: str) -> str | None:
    """A sentence saying why this password is not good enough; None when it is."""
    if len(password) < MIN_LENGTH:
        return f"At least {MIN_LENGTH} characters are needed."
    if len(password) > MAX_LENGTH:
        return f"At most {MAX_LENGTH} characters are kept."
    return None
