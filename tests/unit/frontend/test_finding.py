"""What a search finds."""

from __future__ import annotations

import pytest

from arhan.frontend.domain.finding import fits

TEXTS = ("Chidi Eze", "0123456789", "Rent, May", "12,500.00")


@pytest.mark.parametrize("query", ["chidi", "EZE chi", "0123 456", "rent", "12500", "12,500.00", "may eze"])
def test_found(query: str) -> None:
    assert fits(query, *TEXTS)


@pytest.mark.parametrize("query", ["", "  ", "chidi bello", "999", "june"])
def test_not_found(query: str) -> None:
    assert not fits(query, *TEXTS)
