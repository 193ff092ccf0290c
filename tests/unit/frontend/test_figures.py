"""Figures for charts have no gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime

from arhan.frontend.domain.figures import (
    Volume,
    balance_by_day,
    by_currency,
    cash_per_hour,
    declines_by_reason,
    liquidity,
    per_hour,
    volumes,
)
from arhan.frontend.schemas.accounts import BankAccount, Entry
from arhan.frontend.schemas.payments import HourCount, Month

NOON = datetime(2026, 5, 4, 12, 20, tzinfo=UTC)


def count(hour: int, **changed: object) -> HourCount:
    usual: dict[str, object] = {
        "kind": "transfer",
        "status": "completed",
        "code": "",
        "currency": "NGN",
        "payments": 1,
        "amount": 100,
    }
    return HourCount(hour=NOON.replace(hour=hour, minute=0), **(usual | changed))  # type: ignore[arg-type]


def test_every_hour_is_there_whether_or_not_somebody_paid() -> None:
    hours = per_hour([count(12, payments=3), count(10, status="declined")], until=NOON, hours=4)
    assert [(h.begins_at.hour, h.completed, h.declined) for h in hours] == [
        (9, 0, 0),
        (10, 0, 1),
        (11, 0, 0),
        (12, 3, 0),
    ]


def test_declines_are_counted_by_their_code() -> None:
    counts = [
        count(9, status="declined", code="insufficient_funds"),
        count(10, status="declined", code="declined_by_screening", payments=4),
        count(11, status="declined", code="insufficient_funds", payments=2),
        count(11),
    ]
    assert declines_by_reason(counts) == [("declined_by_screening", 4), ("insufficient_funds", 3)]


def test_what_came_in_went_out_and_moved_is_added_up_apart() -> None:
    counts = [
        count(9, kind="deposit", amount=500),
        count(9, kind="card_payment", amount=30),
        count(9, amount=70),
        count(9, status="review", amount=9),
    ]
    assert volumes(counts) == {"NGN": Volume(inflow=500, outflow=30, moved=70)}


def test_liquidity_is_cash_and_what_other_banks_hold() -> None:
    accounts = [
        BankAccount("bank_cash_usd", "Cash", "USD", 7),
        BankAccount("bank_cash_ngn", "Cash", "NGN", 500),
        BankAccount("bank_settlement_ngn", "Settlement", "NGN", 20),
        BankAccount("bank_capital_ngn", "Capital", "NGN", 9_000),
        BankAccount("bank_cash_eur", "Cash", "EUR", 0),
    ]
    assert list(liquidity(accounts).items()) == [("NGN", 520), ("USD", 7)]


def test_every_month_is_there_and_the_naira_comes_first() -> None:
    months = [
        Month(month=date(2026, 1, 1), currency="EUR", received=5, sent=0),
        Month(month=date(2025, 12, 1), currency="NGN", received=10, sent=4),
    ]
    naira, euro = by_currency(months, today=date(2026, 2, 14), back=3)
    assert [m.month.isoformat() for m in naira.months] == ["2025-12-01", "2026-01-01", "2026-02-01"]
    assert (naira.currency, naira.received, naira.sent) == ("NGN", 10, 4)
    assert (euro.currency, euro.received, euro.sent) == ("EUR", 5, 0)


def entry(day: int, hour: int, balance_after: int) -> Entry:
    return Entry(
        seq=1,
        movement_id="pay_1",
        kind="transfer",
        side="credit",
        amount=1,
        balance_after=balance_after,
        booked_at=datetime(2026, 5, day, hour, tzinfo=UTC),
    )


def test_a_day_without_an_entry_ends_with_the_balance_of_the_day_before() -> None:
    newest_first = [entry(4, 9, 70), entry(2, 15, 90), entry(2, 8, 100)]
    found = balance_by_day(newest_first, today=date(2026, 5, 5), days=30, zone=UTC)
    assert [(b.on.day, b.amount) for b in found] == [(2, 90), (3, 90), (4, 70), (5, 70)]


def test_a_balance_before_the_time_that_is_shown_still_counts() -> None:
    newest_first = [entry(4, 9, 70), entry(1, 8, 100)]
    found = balance_by_day(newest_first, today=date(2026, 5, 5), days=3, zone=UTC)
    assert [(b.on.day, b.amount) for b in found] == [(3, 100), (4, 70), (5, 70)]


def test_only_completed_deposits_are_cash_taken_in() -> None:
    counts = [count(12, kind="deposit", amount=500), count(12), count(11, kind="deposit", status="declined")]
    found = cash_per_hour(counts, currency="NGN", until=NOON, hours=2)
    assert [(at.hour, amount) for at, amount in found] == [(11, 0), (12, 500)]
