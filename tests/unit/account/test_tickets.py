from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from arhan.account.domain import tickets
from arhan.account.domain.tickets import PRIORITIES, STATUSES, TRANSITIONS, Verb
from arhan.kernel.errors import Refused

HOUR = 3600


def lagos(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+01:00").astimezone(UTC)


def test_every_verb_in_every_state_leads_somewhere_or_is_refused() -> None:
    for status, verb in product(STATUSES, get_args(Verb)):
        if (status, verb) in TRANSITIONS:
            assert tickets.next_status(status, verb=verb) in STATUSES
        else:
            with pytest.raises(Refused) as refused:
                tickets.next_status(status, verb=verb)
            assert refused.value.refusal.code == "ticket_not_in_state"


def test_closed_is_for_good_and_resolved_is_not() -> None:
    assert not [verb for status, verb in TRANSITIONS if status == "closed"]
    assert tickets.next_status("resolved", verb="answer") == "open"


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-03-02T09:00", 1, "2026-03-02T10:00"),
        ("2026-03-02T16:30", 1, "2026-03-03T08:30"),  # half an hour is left, the rest is tomorrow's
        ("2026-03-02T16:00", 1, "2026-03-02T17:00"),
        ("2026-03-02T05:00", 1, "2026-03-02T09:00"),  # nobody is in yet
        ("2026-03-06T16:30", 1, "2026-03-09T08:30"),  # Friday evening to Monday
        ("2026-03-07T12:00", 9, "2026-03-09T17:00"),  # from a Saturday
        ("2026-04-02T16:00", 2, "2026-04-07T09:00"),  # over Good Friday and Easter Monday
    ],
)
def test_only_working_time_counts(since: str, hours: int, until: str) -> None:
    assert tickets.later(lagos(since), working_s=hours * HOUR) == lagos(until)
    assert tickets.working_s(lagos(since), lagos(until)) == hours * HOUR


def test_nights_and_weekends_last_no_working_time() -> None:
    assert tickets.working_s(lagos("2026-03-06T17:00"), lagos("2026-03-09T08:00")) == 0
    assert tickets.working_s(lagos("2026-03-09T09:00"), lagos("2026-03-09T08:00")) == 0


def test_the_more_urgent_the_sooner() -> None:
    responses = [tickets.RESPONSE_S[priority] for priority in PRIORITIES]
    resolutions = [tickets.RESOLUTION_S[priority] for priority in PRIORITIES]
    assert responses == sorted(responses, reverse=True)
    assert resolutions == sorted(resolutions, reverse=True)
    assert max(resolutions) <= 10 * tickets.A_DAY_S, "two weeks, as the central bank asks"


def test_what_may_cost_money_comes_first() -> None:
    assert tickets.priority_of("other", complaint=False) == "low"
    assert tickets.priority_of("transaction", complaint=False) == "normal"
    assert tickets.priority_of("card", complaint=False) == "high"
    assert tickets.priority_of("other", complaint=True) == "high"
