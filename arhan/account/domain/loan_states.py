"""From application to the last kobo: the states of a loan, as a table. Pure.

How late a loan is, is not a state: it is counted every day (loans/delinquency.py).
"""

from __future__ import annotations

from typing import Literal, get_args

from arhan.account.errors.loans import LOAN_NOT_IN_STATE
from arhan.kernel.errors import Refused

State = Literal[
    "applied",
    "offered",
    "rejected",
    "withdrawn",
    "lapsed",
    "accepted",
    "active",
    "charged_off",
    "closed",
    "written_off",
]
Happening = Literal[
    "approved",
    "rejected",
    "withdrawn",
    "lapsed",
    "accepted",
    "not_disbursed",
    "disbursed",
    "rescheduled",
    "paused",
    "repaid",
    "charged_off",
    "written_off",
    "recovered",
]

STATES: tuple[str, ...] = get_args(State)
HAPPENINGS: tuple[str, ...] = get_args(Happening)

TRANSITIONS: dict[tuple[State, Happening], State] = {
    ("applied", "approved"): "offered",
    ("applied", "rejected"): "rejected",
    ("applied", "withdrawn"): "withdrawn",
    ("offered", "withdrawn"): "withdrawn",
    ("offered", "lapsed"): "lapsed",
    ("offered", "accepted"): "accepted",
    ("accepted", "disbursed"): "active",
    ("accepted", "not_disbursed"): "offered",
    ("active", "rescheduled"): "active",
    ("active", "paused"): "active",
    ("active", "repaid"): "closed",
    ("active", "charged_off"): "charged_off",
    ("charged_off", "recovered"): "charged_off",
    ("charged_off", "repaid"): "closed",
    ("active", "written_off"): "written_off",
    ("charged_off", "written_off"): "written_off",
    ("written_off", "recovered"): "written_off",
}
"""(from, what happens) -> to. What is not here is refused."""


def next_state(state: str, happening: Happening) -> State:
    """Where it leads; Refused(loan_not_in_state) when it leads nowhere."""
    for (before, what), after in TRANSITIONS.items():
        if before == state and what == happening:
            return after
    raise Refused(LOAN_NOT_IN_STATE, f"The loan is {state}: it cannot be {happening}.")
