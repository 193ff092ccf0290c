"""The score and its reasons; what to set aside; the table of states."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from arhan.account.domain.loan_assessment import Answers, Assessment, History, assess
from arhan.account.domain.loan_provisions import provision
from arhan.account.domain.loan_states import HAPPENINGS, STATES, TRANSITIONS, Happening, next_state
from arhan.kernel.errors import Refused

STRANGER = History(
    months_with_bank=0,
    monthly_credits=0,
    balance=0,
    loans_repaid=0,
    loans_under_way=0,
    worst_days_late=0,
    loans_written_off=0,
)
REGULAR = replace(STRANGER, months_with_bank=14, monthly_credits=300_000, balance=600_000, loans_repaid=1)
ANSWERS = Answers(income=500_000, outgoings=150_000, other_instalments=50_000)


def assessed(history: History, *, instalment: int = 90_000, answers: Answers = ANSWERS) -> Assessment:
    return assess(instalment=instalment, amount=1_000_000, answers=answers, history=history)


def test_who_is_known_and_can_afford_it_is_recommended_with_reasons() -> None:
    found = assessed(REGULAR)
    assert (found.score, found.recommendation) == (975, "approve")
    assert [reason.code for reason in found.reasons] == [
        "easily_afforded",
        "income_seen",
        "long_with_bank",
        "reserve",
        "repaid_before",
    ]


def test_a_stranger_whose_income_nobody_saw_is_looked_at() -> None:
    found = assessed(STRANGER)
    assert (found.score, found.recommendation) == (500, "look")


def test_an_instalment_beyond_what_is_left_is_not_recommended_whoever_asks() -> None:
    assert assessed(REGULAR, instalment=300_001).recommendation == "reject"


@pytest.mark.parametrize(
    ("past", "recommendation"),
    [({"loans_written_off": 1}, "reject"), ({"worst_days_late": 40}, "approve")],
)
def test_the_past_counts(past: dict[str, int], recommendation: str) -> None:
    worse = assessed(replace(REGULAR, **past))
    assert worse.score < assessed(REGULAR).score
    assert worse.recommendation == recommendation


@pytest.mark.parametrize(
    ("bucket", "set_aside"),
    [("current", 100), ("1-30", 500), ("31-60", 2_000), ("61-90", 5_000), ("90+", 10_000)],
)
def test_the_later_a_loan_the_more_is_set_aside(bucket: str, set_aside: int) -> None:
    assert provision(bucket=bucket, owed=10_000) == set_aside


def test_every_state_is_reached_and_every_happening_leads_somewhere() -> None:
    assert set(TRANSITIONS.values()) | {"applied"} == set(STATES)
    assert {what for _, what in TRANSITIONS} == set(HAPPENINGS)


@pytest.mark.parametrize("state", STATES)
def test_what_is_not_in_the_table_is_refused(state: str) -> None:
    for what in get_args(Happening):
        if (state, what) in TRANSITIONS:
            assert next_state(state, what) in STATES
        else:
            with pytest.raises(Refused):
                next_state(state, what)
