"""Where somebody is in a long list: the address says how many rows are shown, so that it is found again. Pure."""

from __future__ import annotations

MOST_SHOWN = 200
"""Rows a service gives at once; a list that is longer goes on on a page of its own."""


def rows_shown(text: str, *, per_page: int) -> int:
    """As many as the address says, a page at least and MOST_SHOWN at most; a page where it says no number."""
    try:
        wanted = int(text)
    except ValueError:
        return per_page
    return min(max(wanted, per_page), MOST_SHOWN)


def rows_then(shown: int, *, per_page: int) -> int | None:
    """How many there are when the next part has come; None when they are too many for one page."""
    then = shown + per_page
    return then if then <= MOST_SHOWN else None
