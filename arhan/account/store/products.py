"""Products and their versions, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from arhan.account.domain import product_terms
from arhan.account.models import Product, ProductVersion

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.domain.product_terms import Terms

_MOVE = """
WITH moved AS (
    UPDATE account SET version = %(version)s
    WHERE product = %(product)s AND version <> %(version)s AND status <> 'closed' RETURNING id
), told AS (
    UPDATE accrual SET version = %(version)s FROM moved WHERE accrual.account = moved.id
), noted AS (
    INSERT INTO account_version (account, since, version) SELECT id, %(since)s, %(version)s FROM moved
    ON CONFLICT (account, since) DO UPDATE SET version = excluded.version
)
SELECT id FROM moved
"""
_FLOORS = """
UPDATE balance SET floor = least(%s, balance - held) WHERE account = ANY (%s) AND floor <> %s
"""


def list_all() -> list[Product]:
    """What is on offer, by code."""
    return list(Product.objects.order_by("code"))


def find(code: str) -> Product | None:
    """The product of this code."""
    return Product.objects.filter(code=code).first()


def newest_versions() -> dict[str, ProductVersion]:
    """The newest version of each product, by its code."""
    found = ProductVersion.objects.order_by("product_id", "-number").distinct("product_id")
    return {version.product_id: version for version in found}


def newest_version(code: str) -> ProductVersion:
    """The version in which a product is sold now."""
    return ProductVersion.objects.filter(product_id=code).latest("number")


def list_versions(code: str) -> list[ProductVersion]:
    """Every version of a product, newest first."""
    return list(ProductVersion.objects.filter(product_id=code).order_by("-number"))


def insert(*, code: str, kind: str, name: str, currency: str, ledger_account: str, terms: Terms) -> Product:
    """Keep a new product."""
    return Product.objects.create(
        code=code,
        kind=kind,
        name=name,
        currency=currency,
        interest_rate=terms.highest_rate,
        ledger_account=ledger_account,
    )


def add_version(product: Product, terms: Terms, *, since: date, proposal: str) -> ProductVersion:
    """Keep the next version of a product; one at a time."""
    locked = Product.objects.select_for_update().get(code=product.code)
    last = ProductVersion.objects.filter(product=locked).count()
    locked.interest_rate = terms.highest_rate
    locked.save(update_fields=["interest_rate"])
    return ProductVersion.objects.create(
        product=locked,
        number=last + 1,
        since=since,
        terms=product_terms.write(terms),
        proposal=proposal,
    )


def move_accounts(version: ProductVersion, *, since: date, floor: int) -> int:
    """Let every account of the version's product have this version; how many had another.

    An account overdrawn beyond the new limit keeps as much as it needs until it is paid back.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"version": version.id, "product": version.product_id, "since": since})
        moved = [account for (account,) in cursor.fetchall()]
        cursor.execute(_FLOORS, [floor, moved, floor])
    return len(moved)
