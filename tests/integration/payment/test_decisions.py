"""What staff decide about payments in review, as payment hears it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from arhan.kernel.outbox import Event
from arhan.payment.service.decisions import apply_case_resolutions
from tests.payment_house import House, transfer

if TYPE_CHECKING:
    from tests.payment_fakes import Holder, Screener


@pytest.fixture
def in_review(house: House, screener: Screener, ada: Holder, bola: Holder) -> str:
    screener.rule = lambda _screening: "review"
    return house.pay(transfer(ada, bola)).order.id


def hear(house: House, payment: str, verdict: str) -> None:
    data = {"id": "cas_1", "payment": payment, "verdict": verdict, "resolved_by": "usr_risk"}
    event = Event(
        position=1,
        id="evt_1",
        source="/fraud",
        type="fraud.case.resolved",
        subject="cas_1",
        time="2026-11-22T12:00:00Z",
        traceparent="",
        data=data,
    )
    with psycopg.connect(house.url) as database, database.cursor() as cursor:
        apply_case_resolutions(cursor, [event])


def test_a_released_payment_goes_on_to_the_books(house: House, in_review: str, ada: Holder) -> None:
    hear(house, in_review, "release")
    assert (house.state(in_review), ada.balance) == ("screened", 100_000)
    assert house.run(house.drive.sweep()) == 1
    assert (house.state(in_review), ada.balance) == ("completed", 97_000)
    assert house.events(in_review) == ["payment.order.review_required", "payment.order.completed"]


def test_a_released_payment_may_still_find_too_little_money(
    house: House, in_review: str, ada: Holder
) -> None:
    ada.balance = 10
    hear(house, in_review, "release")
    house.run(house.drive.sweep())
    assert house.execute("SELECT state, code FROM payment_order WHERE id = %s", in_review) == [
        ("declined", "insufficient_funds")
    ]


def test_a_payment_declined_by_staff_ends_without_moving(house: House, in_review: str, ada: Holder) -> None:
    hear(house, in_review, "decline")
    assert house.execute("SELECT state, code, released_by FROM payment_order WHERE id = %s", in_review) == [
        ("declined", "declined_after_review", "usr_risk")
    ]
    assert house.events(in_review) == ["payment.order.review_required", "payment.order.declined"]
    assert house.run(house.drive.sweep()) == 0
    assert ada.balance == 100_000


def test_hearing_it_twice_or_too_late_changes_nothing(house: House, in_review: str, ada: Holder) -> None:
    hear(house, in_review, "decline")
    hear(house, in_review, "decline")
    hear(house, in_review, "release")
    assert house.state(in_review) == "declined"
    assert house.events(in_review) == ["payment.order.review_required", "payment.order.declined"]
    hear(house, "pay_unknown", "release")
    assert ada.balance == 100_000
