"""Opening accounts and looking at them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from arhan.account import movements
from arhan.account.domain import nuban
from arhan.account.errors.accounts import PRODUCT_NOT_FOUND, TOO_MANY_ACCOUNTS
from arhan.account.errors.parties import PERSON_NOT_FOUND
from arhan.account.models import Account, Balance, Product
from arhan.account.service import opening, parties, pins, standing
from arhan.account.service.business_day import business_date
from arhan.account.service.posting import post_within
from arhan.account.store import accounts as store
from arhan.account.store import parties as party_store
from arhan.account.store import products
from arhan.account.store.database import posting_cursor
from arhan.contracts.account import AccountOpened
from arhan.kernel import clock, outbox
from arhan.kernel.auth import CUSTOMER
from arhan.kernel.clock import rfc3339
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import NOT_PERMITTED, UNAVAILABLE, Refused, not_found
from arhan.kernel.http import ServiceClient
from arhan.kernel.ids import is_id, new_id
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.account.store.accounts import Search
    from arhan.kernel.auth import Principal

MOST_ACCOUNTS = 20
"""Of one customer."""
BONUS_CURRENCY = "NGN"


@dataclass(frozen=True, slots=True)
class Customer:
    """A person as identity knows them."""

    id: str
    name: str
    tier: int
    """How well they have proved who they are."""


def look_up_customer(principal: Principal) -> Customer:
    """Who wants an account, by name; asks identity, so not inside a transaction."""
    found = look_up_person(principal.subject)
    if found is None or not found["enabled"]:
        raise Refused(NOT_PERMITTED, "The bank does not know you as a customer.")
    return Customer(found["id"], found["name"], found["tier"])


def look_up_person(person: str) -> dict[str, Any] | None:
    """A person as identity knows them; asks identity, so not inside a transaction."""
    found = _identity().post("/internal/v1/people/lookups", {"ids": [person]})["people"]
    return found[0] if found else None


def look_up_named(named: str) -> dict[str, Any]:
    """The customer of this username, mail address or id; asks identity, so not inside a transaction.

    Refused(person_not_found).
    """
    asked = {"ids": [named]} if is_id(named, "usr") else {"logins": [named]}
    found = _identity().post("/internal/v1/people/lookups", asked)["people"]
    if not found or not found[0]["enabled"] or found[0]["role"] != CUSTOMER:
        raise Refused(PERSON_NOT_FOUND)
    person: dict[str, Any] = found[0]
    return person


@lru_cache
def _identity() -> ServiceClient:
    return ServiceClient("account", "identity")


def open_account(
    *, customer: Customer, product_code: str, pin: str, wishes: opening.Wishes = opening.NOTHING
) -> Account:
    """A customer opens an account; the first one in naira begins with the bank's welcome.

    Refused(product_not_found | too_many_accounts | and what opening.prepare refuses with).
    """
    product = products.find(product_code)
    if product is None:
        raise Refused(PRODUCT_NOT_FOUND)
    sold = opening.prepare(product, wishes, customer=customer.id, tier=customer.tier)
    with django_transaction() as cursor:
        store.lock_openings(customer.id)
        opened_before = store.count_of(customer.id)
        if opened_before >= MOST_ACCOUNTS:
            raise Refused(TOO_MANY_ACCOUNTS)
        welcomed = store.count_of(customer.id, currency=BONUS_CURRENCY)
        now = clock.now()
        account = _insert(customer, product, sold, now=now)
        outbox.publish(cursor, [_opened(account, product)], event_at=now)
        pins.set_pin(account=account.id, pin=pin)
        today = business_date(cursor)
        standing.count_together(account, on=today)
        opening.begin(account, sold, wishes, on=today)
        if not welcomed:
            _welcome(account, now=now)
        return get_account(account.id)


def open_for_business(owner: Customer, *, product_code: str) -> Account:
    """Open the account of a business, in the caller's transaction; who signs for it has PINs of their own.

    Refused(product_not_found | and what opening.prepare refuses with).
    """
    product = products.find(product_code)
    if product is None:
        raise Refused(PRODUCT_NOT_FOUND)
    sold = opening.prepare(product, opening.NOTHING, customer=owner.id, tier=owner.tier)
    with django_transaction() as cursor:
        store.lock_openings(owner.id)
        now = clock.now()
        account = _insert(owner, product, sold, now=now)
        outbox.publish(cursor, [_opened(account, product)], event_at=now)
        opening.begin(account, sold, opening.NOTHING, on=business_date(cursor))
        return account


def _insert(customer: Customer, product: Product, sold: opening.Sold, *, now: datetime) -> Account:
    number = nuban.account_number(bank=bank_code(), serial=store.next_serial())
    account = Account(
        id=new_id("acc"),
        number=number,
        customer=customer.id,
        product=product,
        version=sold.version,
        currency=product.currency,
        name=customer.name,
        status=sold.status,
        status_changed_at=now,
        opened_at=now,
    )
    balance = Balance(
        account=account,
        currency=product.currency,
        ledger_account=product.ledger_account,
        floor=-sold.terms.overdraft_limit,
        may_debit=sold.status == "active",
        tier=standing.tier_at_opening(customer.id, told=customer.tier),
        payment_limit=sold.terms.payment_limit,
        day_limit=sold.terms.day_limit,
        month_limit=sold.terms.month_limit,
    )
    store.insert(account, balance)
    return account


def _opened(account: Account, product: Product) -> AccountOpened:
    return AccountOpened(
        id=account.id,
        number=account.number or "",
        customer=account.customer,
        product=product.code,
        currency=account.currency,
        ledger_account=product.ledger_account,
        name=account.name,
        opened_at=rfc3339(account.opened_at),
    )


def _welcome(account: Account, *, now: datetime) -> None:
    """Book the opening bonus, in the transaction that opens the account: both happen or neither."""
    amount = opening_bonus()
    if not amount or account.currency != BONUS_CURRENCY:
        return
    movement = movements.opening_bonus(
        id=account.id.replace("acc_", "mov_", 1),
        account=account.id,
        amount=Money(amount, BONUS_CURRENCY),
    )
    with posting_cursor() as cursor:
        (outcome,) = post_within(cursor, [movement], now=now)
    if outcome.status != "posted":
        raise Refused(UNAVAILABLE, f"The opening bonus cannot be booked yet: {outcome.code}.")


def bank_code() -> str:
    """The bank's own code, part of every account number's check digit."""
    return os.environ.get("ARHAN_BANK_CODE", "") or "999"


def opening_bonus() -> int:
    """What a new customer is welcomed with, in kobo; 0 for nothing."""
    return int(os.environ.get("ARHAN_OPENING_BONUS", "") or 100_000)


def get_account(account_id: str) -> Account:
    """The account of this id; Refused(not_found)."""
    account = store.find(account_id)
    if account is None:
        raise not_found(what="account")
    return account


def get_for(principal: Principal, account_id: str) -> Account:
    """An account that this person may see: one they have a part in, or any for staff; Refused(not_found)."""
    return parties.account_for(principal, account_id, "view")


def search(wanted: Search) -> list[Account]:
    """Accounts that match, newest first."""
    return store.search(wanted)


def list_own(person: str, wanted: Search) -> list[Account]:
    """Of the accounts that match, those this person owns or has a part in, newest first."""
    return store.search(replace(wanted, customer=person, shared=tuple(party_store.list_shared(person))))


def list_balances(*, after: str, limit: int) -> list[Account]:
    """Every account with its balance, by id."""
    return store.list_balances(after=after, limit=limit)
