"""The states of a payment order, as one table: from, what happened, to, and the event it publishes.

    created -> screened -> completed | declined
    screened -> authorised -> completed | cancelled        (a card payment to be captured later)
    created -> requires_action | review | declined
    created -> awaiting_approval -> created                (a payment that takes several signatures)

`created` and `screened` are on their way and the engine drives them; `requires_action` waits for
the payer, `review` for a member of staff and `awaiting_approval` for more signatures; `authorised` has funds held and waits for a capture;
`completed`, `declined` and `cancelled` are final.
How much of a completed payment went back is an amount (`refunded`), not a state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from arhan.contracts.payment import (
    OrderApprovalRequired,
    OrderApproved,
    OrderCompleted,
    OrderDeclined,
    OrderReviewed,
    OrderSettled,
)

State = Literal[
    "created",
    "screened",
    "requires_action",
    "review",
    "authorised",
    "awaiting_approval",
    "completed",
    "declined",
    "cancelled",
]
Happening = Literal[
    "cleared",
    "challenged",
    "referred",
    "rejected",
    "posted",
    "refused",
    "released",
    "confirmed",
    "lapsed",
    "reserved",
    "captured",
    "given_back",
    "presented",
    "approved",
]

STATES: tuple[State, ...] = get_args(State)
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table."""

    source: State
    happening: Happening
    target: State
    publishes: type[OrderSettled] | None = None


TRANSITIONS: tuple[Transition, ...] = (
    # several sign: nothing is screened or held before the last of them has
    Transition("created", "presented", "awaiting_approval", OrderApprovalRequired),
    Transition("awaiting_approval", "approved", "created", OrderApproved),
    Transition("awaiting_approval", "rejected", "declined", OrderDeclined),
    Transition("awaiting_approval", "lapsed", "cancelled"),
    # screening, before any money is touched
    Transition("created", "cleared", "screened"),
    Transition("created", "challenged", "requires_action"),
    Transition("created", "referred", "review", OrderReviewed),
    Transition("created", "rejected", "declined", OrderDeclined),
    # the books
    Transition("screened", "posted", "completed", OrderCompleted),
    Transition("screened", "refused", "declined", OrderDeclined),
    # a member of staff looked at it
    Transition("review", "released", "screened"),
    Transition("review", "rejected", "declined", OrderDeclined),
    # the payer proved it is them, or did not in time
    Transition("requires_action", "confirmed", "screened"),
    Transition("requires_action", "lapsed", "cancelled"),
    # a card payment whose funds are held: captured in the end, or released or expired without
    Transition("screened", "reserved", "authorised"),
    Transition("authorised", "captured", "completed", OrderCompleted),
    Transition("authorised", "given_back", "cancelled"),
)

FINAL: frozenset[State] = frozenset({"completed", "declined", "cancelled"})
ON_ITS_WAY: frozenset[State] = frozenset({"created", "screened"})
"""The engine, or its sweep, brings these further; everything else is an answer."""

_BY_SOURCE = {(line.source, line.happening): line for line in TRANSITIONS}

_PUBLISHED_ON_ENTERING = {line.target: line.publishes for line in TRANSITIONS}


class IllegalTransitionError(Exception):
    """The table has no such line: a bug here, never a caller's fault."""


def transition(state: State, happening: Happening) -> Transition:
    """The line of the table; IllegalTransitionError when an order in this state cannot do that."""
    line = _BY_SOURCE.get((state, happening))
    if line is None:
        msg = f"an order that is {state} cannot be {happening}"
        raise IllegalTransitionError(msg)
    return line


def event_on_entering(state: State) -> type[OrderSettled] | None:
    """The event that tells an order came into this state; every line that leads there names the same."""
    return _PUBLISHED_ON_ENTERING.get(state)


def diagram() -> str:
    """The table as a Mermaid state diagram, as the service's README shows it."""
    lines = ["stateDiagram-v2", "    [*] --> created"]
    for line in TRANSITIONS:
        event = f" / {line.publishes.event_type()}" if line.publishes else ""
        lines.append(f"    {line.source} --> {line.target}: {line.happening}{event}")
    lines += [f"    {state} --> [*]" for state in STATES if state in FINAL]
    return "\n".join(lines)
