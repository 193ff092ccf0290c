"""Counters of a payer's payments: what they keep, what they forget, what they take back."""

from __future__ import annotations

import msgspec
import pytest

from arhan.fraud.domain.history import WINDOWS, Bucket, PayerHistory, is_round

NOON = 1_763_812_800
MINUTE = 60


def pay(history: PayerHistory, *, at: int = NOON, amount: int = 500, payee: str = "acc_bola") -> None:
    history.add_payment(at=at, amount=amount, currency="NGN", payee=payee)


def counted(history: PayerHistory, window: str = "15m", *, at: int = NOON) -> tuple[int, int, int, int]:
    found = history.within(window, at=at)  # type: ignore[arg-type]
    return found.count, found.total, found.round_count, found.declined


def test_nothing_was_paid_yet() -> None:
    history = PayerHistory()
    assert counted(history) == (0, 0, 0, 0)
    assert history.payees_in_hour(7, at=NOON) == 1
    assert history.first_at == 0


@pytest.mark.parametrize("window", WINDOWS)
def test_every_window_counts_and_sums(window: str) -> None:
    history = PayerHistory()
    pay(history, at=NOON - 2 * MINUTE, amount=500)
    pay(history, at=NOON - MINUTE, amount=1_000_000)
    history.add_declined(at=NOON)
    assert counted(history, window) == (2, 1_000_500, 1, 1)


def test_declined_attempts_are_counted_apart() -> None:
    history = PayerHistory()
    history.add_declined(at=NOON)
    assert counted(history) == (0, 0, 0, 1)
    assert history.first_at == 0


def test_an_attempt_that_moved_nothing_is_among_the_declined() -> None:
    history = PayerHistory()
    pay(history, at=NOON - MINUTE, amount=1_000_000)
    pay(history, at=NOON, amount=500)
    history.turn_declined(at=NOON - MINUTE, amount=1_000_000, currency="NGN")
    assert counted(history) == (1, 500, 0, 1)
    assert counted(history, "30d") == (1, 500, 0, 1)


def test_an_attempt_taken_back_leaves_no_trace() -> None:
    history = PayerHistory()
    pay(history)
    history.take_back(at=NOON, amount=500, currency="NGN")
    assert counted(history) == (0, 0, 0, 0)


def test_what_was_never_counted_cannot_be_taken_back() -> None:
    history = PayerHistory()
    pay(history, amount=500)
    history.take_back(at=NOON, amount=501, currency="NGN")
    history.take_back(at=NOON - 10 * MINUTE, amount=500, currency="NGN")
    assert counted(history) == (1, 500, 0, 0)


def test_payees_of_the_last_hour() -> None:
    history = PayerHistory()
    pay(history, at=NOON - 70 * MINUTE, payee="acc_long_ago")
    pay(history, at=NOON - 50 * MINUTE, payee="acc_bola")
    pay(history, at=NOON - 2 * MINUTE, payee="acc_chidi")
    pay(history, at=NOON - MINUTE, payee="acc_bola")
    assert history.payees_in_hour(7, at=NOON) == 3
    assert history.payees_in_hour(7, at=NOON + 58 * MINUTE) == 3
    assert history.payees_in_hour(7, at=NOON + 70 * MINUTE) == 1


def test_a_payee_paid_again_stays_fresh() -> None:
    history = PayerHistory()
    pay(history, at=NOON - 50 * MINUTE)
    pay(history, at=NOON)
    assert history.payees_in_hour(7, at=NOON + 30 * MINUTE) == 2


def test_a_clock_that_goes_back_makes_nothing_milder() -> None:
    history = PayerHistory()
    pay(history, at=NOON)
    pay(history, at=NOON - 5 * MINUTE)
    assert counted(history) == (2, 1_000, 0, 0)


def test_a_busy_month_takes_little_room() -> None:
    history = PayerHistory()
    for minute in range(0, 60 * 24 * 40, 3):
        pay(history, at=NOON + minute * MINUTE, amount=123_456, payee=f"acc_{minute}")
    most = {name: window.span_s // window.bucket_s + 1 for name, window in WINDOWS.items()}
    assert {name: len(buckets) <= most[name] for name, buckets in history.counters.items()} == dict.fromkeys(
        WINDOWS, True
    )
    assert len(msgspec.json.encode(history)) < 6_000


def test_a_quiet_customer_takes_next_to_none() -> None:
    history = PayerHistory()
    pay(history)
    assert len(msgspec.json.encode(history)) < 300


def test_it_survives_being_stored() -> None:
    history = PayerHistory()
    pay(history)
    history.add_declined(at=NOON)
    stored = msgspec.json.encode(history)
    assert msgspec.json.decode(stored, type=PayerHistory) == history


def test_a_bucket_is_stored_without_names() -> None:
    assert msgspec.json.encode(Bucket(7, 1, 500, 0, 0)) == b"[7,1,500,0,0]"


@pytest.mark.parametrize(
    ("amount", "currency", "answer"),
    [
        (1_000_000, "NGN", True),
        (3_000_000, "NGN", True),
        (1_000_001, "NGN", False),
        (500_000, "NGN", False),
        (50_000, "JPY", True),
        (100_000, "KWD", True),
    ],
)
def test_what_is_a_round_amount(amount: int, currency: str, answer: bool) -> None:
    assert is_round(amount, currency) is answer
