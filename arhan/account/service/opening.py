"""What a new account begins with: its product's version, its terms, and what its kind asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account.domain.product_terms import Terms, read
from arhan.account.errors import products as errors
from arhan.account.models import Pot
from arhan.account.service import deposits, fees, parties, pins
from arhan.account.store import accounts as store
from arhan.account.store import deposits as deposit_store
from arhan.account.store import interest as interest_store
from arhan.account.store import products
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.models import Account, Product, ProductVersion
    from arhan.account.service.deposits import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a pot is for."""

    name: str
    amount: int
    by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a customer says besides the product; members stay out where the product asks for nothing."""

    placement: Placement | None = None
    from_pin: str | None = None
    """The PIN of the account the placement comes from."""
    goal: Goal | None = None


NOTHING = Wishes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A product as it is sold now, to this customer."""

    version: ProductVersion
    terms: Terms
    status: str
    rate: int | None
    """The account's own rate: a fixed-term deposit's."""


def prepare(product: Product, wishes: Wishes, *, customer: str, tier: int) -> Sold:
    """What is needed is there; not inside a transaction, for a PIN tried is counted.

    Refused(product_tier_too_low | deposit_terms_missing | deposit_not_offered | pot_goal_missing |
    funding_account_unfit | what the funding account's PIN is refused with).
    """
    version = products.newest_version(product.code)
    terms = read(version.terms)
    if tier < terms.tier_required:
        raise Refused(errors.PRODUCT_TIER_TOO_LOW)
    if product.kind == "target_savings" and wishes.goal is None:
        raise Refused(errors.POT_GOAL_MISSING)
    rate = None
    if product.kind == "fixed_term":
        if wishes.placement is None:
            raise Refused(errors.DEPOSIT_TERMS_MISSING)
        rate = deposits.rate_of(terms, wishes.placement)
        _prove_source(wishes, wishes.placement, customer=customer)
    status = "pending" if terms.opening_deposit else "active"
    return Sold(version=version, terms=terms, status=status, rate=rate)


def _prove_source(wishes: Wishes, placement: Placement, *, customer: str) -> None:
    source = store.find(placement.from_account)
    if source is None or not parties.may(customer, source, "own"):
        raise Refused(errors.FUNDING_ACCOUNT_UNFIT)
    pins.prove_pin(account=source, person=customer, pin=wishes.from_pin)


def begin(account: Account, sold: Sold, wishes: Wishes, *, on: date) -> None:
    """In the transaction that opens the account: it earns from now on, and its kind's own things happen."""
    interest_store.begin(account.id, version=sold.version, on=on, rate=sold.rate)
    fees.fall_due(account, sold.terms, "opening", reference="opening", on=on)
    if sold.rate is not None and wishes.placement is not None:
        deposits.place(account, wishes.placement, rate=sold.rate, on=on)
    if account.product is not None and account.product.kind == "target_savings" and wishes.goal is not None:
        goal = wishes.goal
        deposit_store.insert(Pot(account=account, name=goal.name, goal=goal.amount, by=goal.by))
