"""Payments added up: a customer's months and payees, the bank's hours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.kernel.ids import first_id, new_id
from arhan.payment.service.figures import first_of_months
from tests.people import Customer, join, mint_of

if TYPE_CHECKING:
    from tests.bank import Bank


def ask(bank: Bank, path: str, headers: dict[str, str], **params: Any) -> httpx.Response:
    return httpx.get(f"{bank.gateway}/api/payment{path}", headers=headers, params=params, timeout=60)


def pay(bank: Bank, payer: Customer, payee: Customer, amount: int) -> dict[str, Any]:
    answer = httpx.post(
        f"{bank.gateway}/api/payment/v1/transfers",
        json=payer.transfer(payee, amount),
        headers=payer.headers | {"Idempotency-Key": new_id("key")},
        timeout=60,
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def test_a_month_says_what_came_in_and_what_went_out(bank: Bank) -> None:
    ada, chidi, funmi = join(bank, count=3)
    assert pay(bank, ada, chidi, 20_000)["status"] == "completed"
    assert pay(bank, ada, chidi, 5_000)["status"] == "completed"
    assert pay(bank, funmi, ada, 7_500)["status"] == "completed"
    assert pay(bank, ada, funmi, 99_000_000)["status"] != "completed"

    found = ask(bank, "/v1/monthly-figures", ada.headers).json()
    this_month = datetime.now(UTC).date().replace(day=1).isoformat()
    assert found["months"] == [{"month": this_month, "currency": "NGN", "received": 7_500, "sent": 25_000}]
    (payee,) = found["payees"]
    assert (payee["number"], payee["sent"], payee["payments"]) == (chidi.person.account, 25_000, 2)
    assert found["spending"] == [{"kind": "transfer", "currency": "NGN", "sent": 25_000, "payments": 2}]
    assert found["recent"] == []
    newest = ask(bank, "/v1/monthly-figures", ada.headers, recent=2).json()["recent"]
    assert [(payment["direction"], payment["amount"]) for payment in newest] == [
        ("out", 99_000_000),
        ("in", 7_500),
    ]
    assert payee["name"].startswith(f"{chidi.person.first_name} {chidi.person.last_name[0]}***")


def test_hours_are_for_staff_who_read_payments(bank: Bank) -> None:
    ada, chidi = join(bank, count=2)
    pay(bank, ada, chidi, 1_234)
    mint = mint_of(bank)
    risk = {"Authorization": f"Bearer {mint.person(role='risk')}"}
    hours = ask(bank, "/v1/hourly-figures", risk, hours=2).json()["hours"]
    completed = [
        h for h in hours if (h["kind"], h["status"], h["currency"]) == ("transfer", "completed", "NGN")
    ]
    assert sum(h["payments"] for h in completed) >= 1
    assert sum(h["amount"] for h in completed) >= 1_234
    assert ask(bank, "/v1/hourly-figures", ada.headers).status_code == 403
    assert ask(bank, "/v1/monthly-figures", risk).status_code == 403


@pytest.mark.parametrize(
    ("at", "months", "first"),
    [
        ("2026-05-31T23:00:00+00:00", 1, "2026-05-01T00:00:00+00:00"),
        ("2026-05-31T23:00:00+00:00", 6, "2025-12-01T00:00:00+00:00"),
        ("2026-01-01T00:00:00+00:00", 2, "2025-12-01T00:00:00+00:00"),
        ("2026-12-01T00:00:00+00:00", 24, "2025-01-01T00:00:00+00:00"),
    ],
)
def test_calendar_months_are_counted_back(at: str, months: int, first: str) -> None:
    assert first_of_months(datetime.fromisoformat(at), months=months) == datetime.fromisoformat(first)


def test_ids_made_from_a_moment_on_are_not_below_its_first() -> None:
    before, made = first_id("pay", datetime.now(UTC)), new_id("pay")
    assert before <= made
