"""Loans, their schedules and their history, as rows. Lock order: loans by id, then balance rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection
from django.db.models import F

from arhan.account.domain.loan_servicing import Position, Row
from arhan.account.loans import Bucket, LoanTerms
from arhan.account.models import Balance, Loan, LoanHappening, LoanInstalment, LoanProduct
from arhan.contracts.chart import BANK_ACCOUNTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

ALLOWANCE = BANK_ACCOUNTS["loan_allowance"]
UNDER_WAY = ("applied", "offered", "accepted", "active", "charged_off")

_ROWS = """
SELECT loan, number, due_on, principal, interest, kind, fees, penalties, principal_paid, interest_paid,
       fees_paid, penalties_paid, penalised
FROM loan_instalment WHERE loan = ANY (%s) ORDER BY loan, number
"""
_DUE_BETWEEN = """
SELECT loan.id, loan.customer, loan.currency, row.due_on,
       row.principal + row.interest + row.fees + row.penalties
       - row.principal_paid - row.interest_paid - row.fees_paid - row.penalties_paid AS unpaid
FROM loan JOIN loan_instalment AS row ON row.loan = loan.id
WHERE loan.state = 'active' AND loan.next_due_on <= %(last)s AND loan.id > %(after)s
  AND row.due_on BETWEEN %(first)s AND %(last)s
ORDER BY loan.id, row.number LIMIT %(limit)s
"""
_WRITE_ROW = """
INSERT INTO loan_instalment (loan, number, due_on, principal, interest, kind, fees, penalties,
                             principal_paid, interest_paid, fees_paid, penalties_paid, penalised)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (loan, number) DO UPDATE SET
    due_on = excluded.due_on, principal = excluded.principal, interest = excluded.interest,
    kind = excluded.kind, fees = excluded.fees, penalties = excluded.penalties,
    principal_paid = excluded.principal_paid, interest_paid = excluded.interest_paid,
    fees_paid = excluded.fees_paid, penalties_paid = excluded.penalties_paid,
    penalised = excluded.penalised
"""
_SERVICED = """
UPDATE loan SET state = new.state, disbursed_on = new.disbursed_on, closed_on = new.closed_on,
    plan = new.plan, interest_before = new.interest_before, interest_accrued = new.interest_accrued,
    accrued_until = new.accrued_until, next_due_on = new.next_due_on, days_past_due = new.days_past_due,
    bucket = new.bucket, paused_from = new.paused_from, paused_until = new.paused_until,
    written_off = new.written_off, recovered = new.recovered
FROM json_populate_recordset(NULL::loan, %s::json) AS new WHERE loan.id = new.id
"""
_CHANGED = (
    "id",
    "state",
    "disbursed_on",
    "closed_on",
    "plan",
    "interest_before",
    "interest_accrued",
    "accrued_until",
    "next_due_on",
    "days_past_due",
    "bucket",
    "paused_from",
    "paused_until",
    "written_off",
    "recovered",
)
_ACCRUED = """
UPDATE loan SET interest_accrued = new.accrued, accrued_until = %s
FROM unnest(%s::text[], %s::bigint[]) AS new (id, accrued) WHERE loan.id = new.id
"""
_CREDITS = """
SELECT coalesce(sum(e.amount), 0)::bigint
FROM account a JOIN entry e ON e.account = a.id JOIN movement m ON m.id = e.movement
WHERE a.customer = %s AND a.currency = %s AND e.side = 'credit' AND m.booking_date > %s
  AND m.kind NOT IN ('loan_disbursement', 'loan_return', 'opening_bonus', 'reversal')
"""
_HOLDINGS = """
SELECT coalesce(min(a.opened_at), now()), coalesce(sum(b.balance) FILTER (WHERE a.currency = %s), 0)::bigint
FROM account a JOIN balance b ON b.account = a.id WHERE a.customer = %s
"""
_PROVISIONS = """
SELECT l.currency, l.bucket, count(DISTINCT l.id), coalesce(sum(i.principal - i.principal_paid), 0)::bigint,
       coalesce(sum(i.interest - i.interest_paid) FILTER (WHERE i.due_on <= %s), 0)::bigint
FROM loan l JOIN loan_instalment i ON i.loan = l.id WHERE l.state = 'active' GROUP BY 1, 2
"""


def find_product(code: str) -> LoanProduct | None:
    """The loan product of this code."""
    return LoanProduct.objects.filter(code=code).first()


def list_products() -> list[LoanProduct]:
    """Every loan product, by code."""
    return list(LoanProduct.objects.order_by("code"))


def insert(loan: Loan) -> None:
    """Keep a new loan."""
    loan.save(force_insert=True)


def find(loan_id: str) -> Loan | None:
    """The loan of this id, with its product."""
    return Loan.objects.select_related("product").filter(id=loan_id).first()


def lock(loan_ids: Iterable[str]) -> dict[str, Loan]:
    """These loans with their products, locked in the order of their ids until the transaction ends."""
    ids = sorted(set(loan_ids))
    locked = Loan.objects.select_for_update(no_key=True, of=("self",)).select_related("product")
    return {loan.id: loan for loan in locked.filter(id__in=ids).order_by("id")}


def lock_unaccrued(*, on: date, limit: int) -> list[Loan]:
    """Active loans whose interest is not booked up to that day, locked; those somebody has are left out."""
    found = Loan.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    found = found.select_related("product").filter(state="active", accrued_until__lt=on)
    return list(found.order_by("id")[:limit])


def lock_late(*, on: date, after: str, limit: int) -> list[Loan]:
    """Active loans with something unpaid that was due before that day, or counted late, locked."""
    found = Loan.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    found = found.select_related("product").filter(state="active", next_due_on__lt=on, id__gt=after)
    return list(found.order_by("id")[:limit])


def due_between(first: date, last: date, *, after: str, limit: int) -> list[tuple[str, str, str, date, int]]:
    """Loan, customer, currency, due date and what is unpaid of instalments that fall due in these days."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_BETWEEN, {"first": first, "last": last, "after": after, "limit": limit})
        return list(cursor.fetchall())


def lock_lost(*, limit: int) -> list[Loan]:
    """Active loans that are late beyond their product's days, locked."""
    found = Loan.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    found = found.select_related("product").filter(
        state="active", bucket=Bucket.OVER_90, days_past_due__gt=F("product__charge_off_days")
    )
    return list(found.order_by("id")[:limit])


def lock_allowances() -> dict[str, int]:
    """What is set aside for losses, by currency; locked, so that two do not add to it at once."""
    locked = Balance.objects.select_for_update(no_key=True).filter(ledger_account=ALLOWANCE)
    return {balance.currency: balance.balance for balance in locked.order_by("account_id")}


def lock_lapsing(*, on: date, limit: int) -> list[Loan]:
    """Offers that stood until before that day, locked."""
    found = Loan.objects.select_for_update(no_key=True, skip_locked=True)
    return list(found.filter(state="offered", offered_until__lt=on).order_by("id")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which loans to list; empty members match everything."""

    customer: str = ""
    state: str = ""
    bucket: str = ""
    before: str = ""
    limit: int = 50


def search(wanted: Search) -> list[Loan]:
    """Loans that match, newest first."""
    exact: dict[str, Any] = {
        "customer": wanted.customer,
        "state": wanted.state,
        "bucket": wanted.bucket,
        "id__lt": wanted.before,
    }
    filters = {name: value for name, value in exact.items() if value}
    return list(Loan.objects.select_related("product").filter(**filters).order_by("-id")[: wanted.limit])


def list_of(customer: str) -> list[Loan]:
    """Every loan a customer ever asked for."""
    return list(Loan.objects.filter(customer=customer))


def is_served_by(account_id: str) -> bool:
    """Whether a loan was paid out to this account, or is about to be, and is not repaid."""
    return Loan.objects.filter(
        account_id=account_id, state__in=("accepted", "active", "charged_off")
    ).exists()


def monthly_credits(*, customer: str, currency: str, since: date, months: int) -> int:
    """What came in on a customer's accounts in a month, on average; not what the bank itself gave."""
    with connection.cursor() as cursor:
        cursor.execute(_CREDITS, [customer, currency, since])
        return int(cursor.fetchone()[0]) // months


def holdings(*, customer: str, currency: str) -> tuple[datetime, int]:
    """When the customer's first account was opened, and what all in this currency hold."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, [currency, customer])
        opened_at, held = cursor.fetchone()
        return opened_at, int(held)


def save(loan: Loan) -> None:
    """Keep what changed of a loan that is locked."""
    loan.save()


def save_serviced(loans: Iterable[Loan]) -> None:
    """Keep what its service changes of loans that are locked; one statement."""
    values = [{name: getattr(loan, name) for name in _CHANGED} for loan in loans]
    if values:
        with connection.cursor() as cursor:
            cursor.execute(_SERVICED, [msgspec.json.encode(values).decode()])


def save_accrued(loans: Sequence[Loan], *, until: date) -> None:
    """Keep how much interest these locked loans earned; one statement."""
    with connection.cursor() as cursor:
        ids, accrued = [loan.id for loan in loans], [loan.interest_accrued for loan in loans]
        cursor.execute(_ACCRUED, [until, ids, accrued])


def positions(loans: Collection[Loan]) -> dict[str, Position]:
    """Where these loans stand, by id."""
    rows: dict[str, list[Row]] = {loan.id: [] for loan in loans}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(rows)])
        for loan, number, due_on, principal, interest, kind, *rest in cursor.fetchall():
            fees, penalties, principal_paid, interest_paid, fees_paid, penalties_paid, penalised = rest
            rows[loan].append(
                Row(
                    number=number,
                    due_on=due_on,
                    principal=principal,
                    interest=interest,
                    kind=kind,
                    fees=fees,
                    penalties=penalties,
                    principal_paid=principal_paid,
                    interest_paid=interest_paid,
                    fees_paid=fees_paid,
                    penalties_paid=penalties_paid,
                    penalised=penalised,
                )
            )
    return {loan.id: Position(tuple(rows[loan.id]), plan_of(loan), loan.interest_before) for loan in loans}


def plan_of(loan: Loan) -> LoanTerms | None:
    """The terms the coming rows follow."""
    return msgspec.convert(loan.plan, LoanTerms) if loan.plan else None


def set_plan(loan: Loan, plan: LoanTerms | None) -> None:
    """Let the coming rows follow these terms."""
    loan.plan = msgspec.to_builtins(plan) if plan else None


def write_rows(changes: Mapping[str, tuple[Sequence[Row], Sequence[Row]]]) -> None:
    """Keep schedules: by loan, the rows there were and the rows there are."""
    written = []
    dropped = []
    for loan, (before, after) in changes.items():
        known = {row.number: row for row in before}
        written += [(loan, row) for row in after if known.get(row.number) != row]
        if len(after) < len(before):
            dropped.append((loan, len(after)))
    with connection.cursor() as cursor:
        for loan, last in dropped:
            LoanInstalment.objects.filter(loan=loan, number__gt=last).delete()
        if written:
            cursor.executemany(_WRITE_ROW, [_values(loan, row) for loan, row in written])


def _values(loan: str, row: Row) -> tuple[Any, ...]:
    return (
        loan,
        row.number,
        row.due_on,
        row.principal,
        row.interest,
        row.kind,
        row.fees,
        row.penalties,
        row.principal_paid,
        row.interest_paid,
        row.fees_paid,
        row.penalties_paid,
        row.penalised,
    )


def note(happenings: Iterable[LoanHappening]) -> None:
    """Remember what happened."""
    LoanHappening.objects.bulk_create(happenings)


def list_happenings(loan_id: str) -> list[LoanHappening]:
    """What happened to a loan, in order."""
    return list(LoanHappening.objects.filter(loan_id=loan_id).order_by("id"))


def provisions(*, on: date) -> list[tuple[str, str, int, int, int]]:
    """Currency, bucket, loans, principal owed and interest due, of all active loans."""
    with connection.cursor() as cursor:
        cursor.execute(_PROVISIONS, [on])
        return list(cursor.fetchall())
