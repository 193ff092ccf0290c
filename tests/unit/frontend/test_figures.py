"""Figures for charts have no gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime

from arhan.frontend.domain.figures import by_currency, declines_by_reason, per_hour, volumes
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


def test_cash_and_transfers_are_added_up_apart() -> None:
    counts = [count(9, kind="deposit", amount=500), count(9, amount=70), count(9, status="review", amount=9)]
    assert volumes(counts) == {"NGN": (500, 70)}


def test_every_month_is_there_and_the_naira_comes_first() -> None:
    months = [
        Month(month=date(2026, 1, 1), currency="EUR", received=5, sent=0),
        Month(month=date(2025, 12, 1), currency="NGN", received=10, sent=4),
    ]
    naira, euro = by_currency(months, today=date(2026, 2, 14), back=3)
    assert [m.month.isoformat() for m in naira.months] == ["2025-12-01", "2026-01-01", "2026-02-01"]
    assert (naira.currency, naira.received, naira.sent) == ("NGN", 10, 4)
    assert (euro.currency, euro.received, euro.sent) == ("EUR", 5, 0)
