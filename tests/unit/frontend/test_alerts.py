"""What of the bank needs somebody now."""

from __future__ import annotations

from datetime import UTC, date, datetime

from arhan.frontend.domain import alerts
from arhan.frontend.schemas.closing import BusinessDay, Closing
from arhan.frontend.service.health import Health

TODAY = date(2026, 5, 4)
BEGAN = datetime(2026, 5, 4, 22, tzinfo=UTC)


def closing(state: str) -> BusinessDay:
    return BusinessDay(TODAY, latest=Closing(TODAY, date(2026, 5, 5), state, BEGAN))


def test_a_silent_service_is_one() -> None:
    health = [Health("ledger", is_ready=False, took_ms=3), Health("fraud", is_ready=True, took_ms=3)]
    assert [alert.about for alert in alerts.of_services(health)] == ["ledger"]


def test_a_failed_closing_is_one_and_a_running_one_is_none() -> None:
    assert [alert.about for alert in alerts.of_the_day(closing("failed"))] == ["2026-05-04"]
    assert alerts.of_the_day(closing("running")) == []
    assert alerts.of_the_day(BusinessDay(TODAY)) == []


def test_books_that_do_not_balance_are_one() -> None:
    assert [alert.tone for alert in alerts.of_the_books(balanced=False)] == ["bad"]
    assert alerts.of_the_books(balanced=True) == []


def test_an_empty_queue_is_none() -> None:
    found = alerts.of_queues({"cases": 0, "proposals": 3})
    assert [(alert.route, alert.number) for alert in found] == [("proposals", 3)]
