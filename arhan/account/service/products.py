"""What the bank offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.store import products as store

if TYPE_CHECKING:
    from arhan.account.models import Product


def list_products() -> list[Product]:
    """Every product a customer can open."""
    return store.list_all()
