"""Support tickets: their states, who may do what in them, and how soon the bank must answer. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args

from arhan.account.errors.tickets import TICKET_NOT_IN_STATE
from arhan.contracts.calendar import LAGOS, is_working_day
from arhan.kernel.errors import Refused

Status = Literal["new", "open", "waiting", "resolved", "closed"]
"""`waiting` is for the customer's answer."""
Verb = Literal["assign", "ask", "answer", "resolve", "close"]
"""Staff assign it and ask or answer the customer (`ask`); the customer answers; staff resolve; either closes."""
Subject = Literal["transaction", "account", "card", "loan", "other"]
Priority = Literal["low", "normal", "high", "urgent"]

STATUSES: tuple[str, ...] = get_args(Status)
SUBJECTS: tuple[str, ...] = get_args(Subject)
PRIORITIES: tuple[str, ...] = get_args(Priority)
ENDED = frozenset({"resolved", "closed"})

TRANSITIONS: dict[tuple[str, Verb], Status] = {
    ("new", "assign"): "open",
    ("new", "ask"): "waiting",
    ("new", "answer"): "new",
    ("new", "resolve"): "resolved",
    ("new", "close"): "closed",
    ("open", "assign"): "open",
    ("open", "ask"): "waiting",
    ("open", "answer"): "open",
    ("open", "resolve"): "resolved",
    ("open", "close"): "closed",
    ("waiting", "assign"): "waiting",
    ("waiting", "ask"): "waiting",
    ("waiting", "answer"): "open",
    ("waiting", "resolve"): "resolved",
    ("waiting", "close"): "closed",
    ("resolved", "assign"): "resolved",
    ("resolved", "ask"): "resolved",
    ("resolved", "answer"): "open",
    ("resolved", "close"): "closed",
}
"""(from, verb) -> to. Who answers a resolved ticket opens it again; what is not here is refused."""

OPENS, CLOSES = time(8), time(17)
"""When somebody is at the support desk, on working days, in Lagos."""
A_DAY_S = 9 * 3600

RESPONSE_S: dict[str, int] = {
    "urgent": 3600,
    "high": 2 * 3600,
    "normal": A_DAY_S,
    "low": 2 * A_DAY_S,
}
"""Working time until somebody of the bank has answered."""
RESOLUTION_S: dict[str, int] = {
    "urgent": A_DAY_S,
    "high": 2 * A_DAY_S,
    "normal": 5 * A_DAY_S,
    "low": 10 * A_DAY_S,
}
"""Working time until it is resolved: two weeks at most (CBN Consumer Protection Regulations 2019, 5.2)."""


def next_status(status: str, *, verb: Verb) -> Status:
    """Where the verb leads; Refused(ticket_not_in_state) when it leads nowhere."""
    try:
        return TRANSITIONS[status, verb]
    except KeyError:
        raise Refused(TICKET_NOT_IN_STATE, f"The ticket is {status}.") from None


def priority_of(subject: str, *, complaint: bool) -> Priority:
    """With which priority a ticket begins: money that may be lost comes before questions."""
    if complaint or subject == "card":
        return "high"
    return "low" if subject == "other" else "normal"


def later(moment: datetime, *, working_s: int) -> datetime:
    """The moment after so much working time."""
    at, left = _at_work(moment), timedelta(seconds=working_s)
    while (today := _end_of_day(at) - at) < left:
        left -= today
        at = _at_work(_end_of_day(at))
    return (at + left).astimezone(UTC)


def working_s(since: datetime, until: datetime) -> int:
    """The working time between two moments, in seconds."""
    at, spent = _at_work(since), timedelta()
    while at < until:
        spent += min(_end_of_day(at), until) - at
        at = _at_work(_end_of_day(at))
    return int(spent.total_seconds())


def _at_work(moment: datetime) -> datetime:
    """The moment itself if the desk is open, else when it opens next."""
    at = moment.astimezone(LAGOS)
    if at.time() >= CLOSES:
        at = datetime.combine(at.date() + timedelta(days=1), OPENS, LAGOS)
    while not is_working_day(at.date()):
        at = datetime.combine(at.date() + timedelta(days=1), OPENS, LAGOS)
    return max(at, datetime.combine(at.date(), OPENS, LAGOS))


def _end_of_day(at: datetime) -> datetime:
    return datetime.combine(at.date(), CLOSES, LAGOS)
