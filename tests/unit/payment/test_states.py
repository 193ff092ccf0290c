from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from arhan.payment.domain import states
from arhan.payment.domain.states import (
    FINAL,
    HAPPENINGS,
    ON_ITS_WAY,
    STATES,
    TRANSITIONS,
    IllegalTransitionError,
    diagram,
    event_on_entering,
    transition,
)

README = Path(states.__file__).parents[1] / "README.md"

LEGAL = {
    ("created", "cleared"): "screened",
    ("created", "challenged"): "requires_action",
    ("created", "referred"): "review",
    ("created", "rejected"): "declined",
    ("screened", "posted"): "completed",
    ("screened", "refused"): "declined",
    ("review", "released"): "screened",
    ("review", "rejected"): "declined",
    ("requires_action", "confirmed"): "screened",
    ("requires_action", "lapsed"): "cancelled",
    ("screened", "reserved"): "authorised",
    ("authorised", "captured"): "completed",
    ("authorised", "given_back"): "cancelled",
    ("created", "presented"): "awaiting_approval",
    ("awaiting_approval", "approved"): "created",
    ("awaiting_approval", "rejected"): "declined",
    ("awaiting_approval", "lapsed"): "cancelled",
}


@pytest.mark.parametrize(("state", "happening"), list(product(STATES, HAPPENINGS)))
def test_whatever_happens_in_whatever_state_is_in_the_table_or_refused(state: str, happening: str) -> None:
    if (state, happening) in LEGAL:
        assert transition(state, happening).target == LEGAL[state, happening]  # type: ignore[arg-type]
    else:
        with pytest.raises(IllegalTransitionError):
            transition(state, happening)  # type: ignore[arg-type]


def test_the_table_has_each_line_once() -> None:
    assert len(TRANSITIONS) == len({(line.source, line.happening) for line in TRANSITIONS}) == len(LEGAL)


def test_money_moves_only_after_screening_or_a_person_cleared_it() -> None:
    assert [line.source for line in TRANSITIONS if line.target == "completed"] == ["screened", "authorised"]
    assert [line.source for line in TRANSITIONS if line.target == "authorised"] == ["screened"]
    assert {line.happening for line in TRANSITIONS if line.target == "screened"} == {
        "cleared",
        "released",
        "confirmed",
    }


def test_a_final_state_is_left_by_nothing_and_every_other_by_something() -> None:
    left = {line.source for line in TRANSITIONS}
    assert left == set(STATES) - FINAL
    assert not ON_ITS_WAY & FINAL


def test_every_state_can_be_reached_and_leads_to_an_end() -> None:
    reached = {"created"}
    while more := {line.target for line in TRANSITIONS if line.source in reached} - reached:
        reached |= more
    assert reached == set(STATES)


def test_every_way_into_a_state_tells_the_same() -> None:
    for line in TRANSITIONS:
        assert event_on_entering(line.target) is line.publishes
    told = {state: event for state in STATES if (event := event_on_entering(state))}
    assert {state: event.event_type() for state, event in told.items()} == {
        "completed": "payment.order.completed",
        "declined": "payment.order.declined",
        "review": "payment.order.review_required",
        "awaiting_approval": "payment.order.approval_required",
        "created": "payment.order.approved",
    }


def test_the_readme_shows_the_table_as_it_is() -> None:
    assert diagram() in README.read_text()
