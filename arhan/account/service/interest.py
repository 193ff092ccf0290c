"""Interest: earned and owed day by day, paid and charged when its period ends.

What all accounts of a chunk earned on a day is one movement of the bank's own; which account earned
what is in its accrual. What is paid is what was booked as earned, rounded to the minor unit; what
rounding leaves is carried into the next period.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account import movements
from arhan.account.domain.interest import ends_period, recompute, share
from arhan.account.service.loan_allocation import post_all
from arhan.account.service.posting import post_within
from arhan.account.store import cob as cob_store
from arhan.account.store import interest as store
from arhan.account.store.database import posting_cursor
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.failpoints import failpoint
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from arhan.account.domain.cob import Closing
    from arhan.account.domain.product_terms import Terms
    from arhan.account.store.interest import Chunk
    from arhan.contracts.account import MovementCommand

ACCRUE, PAY = "accrue_interest", "pay_interest"
CHUNK = 20_000
"""Accounts in one transaction of the accrual: set-based."""
PAGE = 1_000
"""Accounts in one transaction of the payment: a movement each."""
A_DAY = timedelta(days=1)


def accrue(day: Closing) -> Iterator[int]:
    """Every account earns for the days that end; goes on after the last chunk that was committed."""
    version_done, _, account_done = cob_store.read_cursor(day.date, ACCRUE).partition("|")
    for version, currency, terms in store.list_versions():
        if version < int(version_done or 0):
            continue
        after = account_done if version == int(version_done or 0) else ""
        while chunk := store.next_chunk(version=version, after=after, size=CHUNK):
            with django_transaction():
                accrue_chunk(chunk, terms, currency=currency, days=list(day.days()))
                cob_store.keep_cursor(day.date, ACCRUE, f"{version}|{chunk.last}")
                failpoint("cob.accruing")
            failpoint("cob.accrued")
            after = chunk.last
            yield chunk.accounts


def accrue_chunk(chunk: Chunk, terms: Terms, *, currency: str, days: Sequence[date]) -> None:
    """Days of a chunk, in the caller's transaction: the entries since the last run, the interest, the books."""
    earned, owed = store.whole_sums(chunk)
    for account in store.read_fresh(chunk, day=days[0]):
        correct(account)
    for day in days:
        store.count_entries(chunk, day=day)
        store.accrue(chunk, terms=terms, day=day, following=day + A_DAY)
    earned_now, owed_now = store.whole_sums(chunk)
    post_all(
        [
            *_booked(movements.interest_accrual, earned_now - earned, currency),
            *_booked(movements.overdraft_accrual, owed_now - owed, currency),
        ],
        now=clock.now(),
    )


def _booked(kind: movements.Booking, amount: int, currency: str) -> list[MovementCommand]:
    return [kind(id=new_id("mov"), amount=Money(amount, currency))] if amount else []


def correct(account: str) -> None:
    """An entry came that bears interest from a day that was counted: count anew from the first day."""
    history = store.history_of(account)
    found = recompute(
        terms=history.terms,
        changes=history.changes,
        settled=history.settled,
        until=history.accrued_until,
        rate=history.rate,
    )
    store.set_standing(account, earned=found.earned, owed=found.owed)


def pay(day: Closing) -> Iterator[int]:
    """Pay what was earned, less tax, and charge what was owed, where the period ends with this day."""
    version_done, _, account_done = cob_store.read_cursor(day.date, PAY).partition("|")
    for version, currency, terms in store.list_versions():
        if version < int(version_done or 0) or not ends_period(terms, day=day.date, next_day=day.next_date):
            continue
        after = account_done if version == int(version_done or 0) else ""
        while True:
            with django_transaction():
                found = store.lock_to_pay(version=version, after=after, limit=PAGE)
                if not found:
                    break
                after = found[-1][0]
                _pay(found, terms, currency=currency, day=day)
                cob_store.keep_cursor(day.date, PAY, f"{version}|{after}")
                failpoint("cob.paying")
            failpoint("cob.paid")
            yield len(found)


def _pay(found: Sequence[tuple[str, int, int]], terms: Terms, *, currency: str, day: Closing) -> None:
    """A page of accounts; one that cannot take it, or has not the money, keeps it for the next period."""
    commands: list[MovementCommand] = []
    lines = []
    for account, earned, owed in found:
        if earned > 0:
            tax = share(earned, terms.withholding_tax)
            commands.append(
                interest_command(account, earned, tax, currency=currency, value_date=day.next_date)
            )
            lines.append((account, earned, tax, 0))
        if owed > 0:
            commands.append(
                movements.overdraft_interest(
                    id=f"{account}.overdraft.{day.next_date}",
                    account=account,
                    amount=Money(owed, currency),
                    value_date=day.next_date,
                )
            )
            lines.append((account, 0, 0, owed))
    with posting_cursor() as cursor:
        outcomes = post_within(cursor, commands, now=clock.now())
    posted = [line for line, outcome in zip(lines, outcomes, strict=True) if outcome.status == "posted"]
    store.settle(_by_account(posted), until=day.next_date, booked_on=day.date)


def interest_command(
    account: str, earned: int, tax: int, *, currency: str, value_date: date, id_: str = ""
) -> MovementCommand:
    """The movement that pays an account its interest."""
    return movements.interest(
        id=id_ or f"{account}.interest.{value_date}",
        account=account,
        gross=earned,
        tax=tax,
        currency=currency,
        value_date=value_date,
    )


def _by_account(lines: Sequence[tuple[str, int, int, int]]) -> list[tuple[str, int, int, int]]:
    """One line per account."""
    found: dict[str, tuple[int, int, int]] = {}
    for account, paid, tax, charged in lines:
        before = found.get(account, (0, 0, 0))
        found[account] = (before[0] + paid, before[1] + tax, before[2] + charged)
    return [(account, *amounts) for account, amounts in found.items()]
