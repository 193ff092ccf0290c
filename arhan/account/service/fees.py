"""Fees: falling due, and being charged once when the account has the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account import movements
from arhan.account.domain.fees import fee_of, fees_for
from arhan.account.domain.product_terms import read
from arhan.account.models import FeeCharge
from arhan.account.service.posting import post_within
from arhan.account.store import cob as cob_store
from arhan.account.store import fees as store
from arhan.account.store import interest as interest_store
from arhan.account.store.database import posting_cursor
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from arhan.account.domain.cob import Closing
    from arhan.account.domain.product_terms import Fee, FeeEvent, Terms
    from arhan.account.models import Account

DUE = "let_fees_fall_due"
CHUNK = 20_000
PAGE = 1_000
MONTHLY: dict[FeeEvent, tuple[str, ...]] = {"maintenance": ("active", "frozen"), "dormancy": ("dormant",)}
"""Events that come with the end of a month, and the states of the accounts they concern."""


def fall_due(
    account: Account, terms: Terms, event: FeeEvent, *, reference: str, on: date, amount: int = 0
) -> None:
    """What an event costs is due from now on, once per reference; in the caller's transaction."""
    charges = [
        FeeCharge(
            id=f"{account.id}:{event}:{number}:{reference}",
            account=account.id,
            event=event,
            name=fee.name,
            currency=account.currency,
            amount=charged,
            goes_to=fee.goes_to,
            due_on=on,
        )
        for number, fee in enumerate(fees_for(terms, event))
        if (charged := fee_of(fee, amount=amount))
    ]
    store.insert(charges)


def charge_card_fee(account_id: str, *, card: str, on: date) -> None:
    """A card was made on this account; what that costs is due, once. In the caller's transaction."""
    account = store.account_with_terms(account_id)
    if account is not None and account.version is not None:
        fall_due(account, read(account.version.terms), "card", reference=card.removeprefix("card_"), on=on)


def let_fall_due(day: Closing) -> Iterator[int]:
    """Monthly fees fall due with the month's last day."""
    if not day.ends_month:
        return
    version_done, _, account_done = cob_store.read_cursor(day.date, DUE).partition("|")
    for version, _, terms in interest_store.list_versions():
        wanted = [
            (event, number, fee) for event in MONTHLY for number, fee in enumerate(fees_for(terms, event))
        ]
        if not wanted or version < int(version_done or 0):
            continue
        after = account_done if version == int(version_done or 0) else ""
        while chunk := store.next_chunk(version=version, after=after, size=CHUNK):
            last, count = chunk
            with django_transaction():
                for event, number, fee in wanted:
                    _let_chunk_fall_due(version, event, number, fee, on=day.date, after=after, last=last)
                cob_store.keep_cursor(day.date, DUE, f"{version}|{last}")
            after = last
            yield count


def _let_chunk_fall_due(
    version: int, event: FeeEvent, number: int, fee: Fee, *, on: date, after: str, last: str
) -> None:
    amount = fee_of(fee, amount=fee.from_amount)
    if amount:
        store.let_fall_due(
            version=version,
            event=event,
            number=number,
            name=fee.name,
            amount=amount,
            goes_to=fee.goes_to,
            due_on=on,
            free_from=fee.free_from,
            statuses=list(MONTHLY[event]),
            after=after,
            last=last,
        )


def collect(day: Closing) -> Iterator[int]:
    """Charge what is due; what an account cannot pay today is tried again tomorrow."""
    while True:
        with django_transaction():
            due = store.lock_due(on=day.date, limit=PAGE)
            _charge(due, day)
        if not due:
            return
        yield len(due)


def _charge(due: Sequence[FeeCharge], day: Closing) -> None:
    commands = [
        movements.fee(
            id=charge.id,
            account=charge.account,
            amount=Money(charge.amount, charge.currency),
            name=charge.name,
            goes_to=charge.goes_to,
            value_date=day.next_date,
        )
        for charge in due
    ]
    if not commands:
        return
    with posting_cursor() as cursor:
        outcomes = post_within(cursor, commands, now=clock.now())
    for charge, outcome in zip(due, outcomes, strict=True):
        charge.tried_on = day.date
        if outcome.status == "posted":
            charge.state = "charged"
        elif outcome.code == "account_closed":
            charge.state = "waived"
    store.save_tried(due)
