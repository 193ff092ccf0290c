"""Products, as rows."""

from __future__ import annotations

from arhan.account.models import Product


def list_all() -> list[Product]:
    """What is on offer, by code."""
    return list(Product.objects.order_by("code"))


def find(code: str) -> Product | None:
    """The product of this code."""
    return Product.objects.filter(code=code).first()
