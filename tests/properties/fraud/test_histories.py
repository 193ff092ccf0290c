"""Bucketed counters against counting one by one: never too few, never more than one bucket too many."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from arhan.fraud.domain.history import MOST_PAYEES, WINDOWS, PayerHistory, payee_fingerprint

NOON = 1_763_812_800


@dataclass(frozen=True)
class Attempt:
    seconds_ago: int
    amount: int
    payee: str
    declined: bool


attempts = st.lists(
    st.builds(
        Attempt,
        seconds_ago=st.one_of(st.integers(0, 4_000), st.integers(0, 40 * 86_400)),
        amount=st.one_of(st.integers(1, 10**7), st.sampled_from([1_000_000, 5_000_000])),
        payee=st.sampled_from([f"acc_{n}" for n in range(12)]),
        declined=st.booleans(),
    ),
    max_size=60,
).map(lambda found: sorted(found, key=lambda attempt: -attempt.seconds_ago))


def kept(found: list[Attempt]) -> PayerHistory:
    """The attempts as the live path keeps them: each stored and read back before the next."""
    history = PayerHistory()
    for attempt in found:
        at = NOON - attempt.seconds_ago
        if attempt.declined:
            history.add_declined(at=at)
        else:
            history.add_payment(at=at, amount=attempt.amount, currency="NGN", payee=attempt.payee)
        history = msgspec.json.decode(msgspec.json.encode(history), type=PayerHistory)
    return history


def passed(found: list[Attempt], span_s: int) -> list[Attempt]:
    return [a for a in found if not a.declined and a.seconds_ago <= span_s]


@given(attempts)
def test_windows_are_never_too_short_and_at_most_a_bucket_too_long(found: list[Attempt]) -> None:
    history = kept(found)
    for name, window in WINDOWS.items():
        counted = history.within(name, at=NOON)
        exactly = passed(found, window.span_s)
        a_bucket_more = passed(found, window.span_s + window.bucket_s)
        assert len(exactly) <= counted.count <= len(a_bucket_more)
        assert sum(a.amount for a in exactly) <= counted.total <= sum(a.amount for a in a_bucket_more)


@given(attempts)
def test_payees_of_an_hour_are_never_too_few(found: list[Attempt]) -> None:
    window = WINDOWS["1h"]
    somebody_else = payee_fingerprint("acc_somebody_else")
    counted = kept(found).payees_in_hour(somebody_else, at=NOON)
    exactly = {a.payee for a in passed(found, window.span_s)}
    a_bucket_more = {a.payee for a in passed(found, window.span_s + window.bucket_s)}
    assert len(exactly) + 1 <= counted <= len(a_bucket_more) + 1


@given(attempts, st.data())
def test_what_turns_out_declined_is_counted_apart(found: list[Attempt], data: st.DataObject) -> None:
    history = kept(found)
    before = {name: history.within(name, at=NOON) for name in WINDOWS}
    recent = passed(found, 900)
    if not recent:
        return
    one = data.draw(st.sampled_from(recent))
    history.turn_declined(at=NOON - one.seconds_ago, amount=one.amount, currency="NGN")
    for name, was in before.items():
        now = history.within(name, at=NOON)
        assert (now.count, now.total) == (was.count - 1, was.total - one.amount)
        assert now.declined == was.declined + 1


@given(st.lists(st.integers(0, 10**6), max_size=400))
def test_a_history_never_outgrows_its_page(payees: list[int]) -> None:
    history = PayerHistory()
    for payee in payees:
        history.add_payment(at=NOON, amount=10**15, currency="NGN", payee=f"acc_{payee}")
    assert len(history.payees) <= MOST_PAYEES
    assert len(msgspec.json.encode(history)) < 4_000
