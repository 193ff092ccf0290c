"""What of the bank needs somebody now: worst first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from arhan.frontend.schemas.closing import BusinessDay
    from arhan.frontend.service.health import Health


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs somebody, and the route of the page where they see to it."""

    kind: str
    """What it is; its sentence is in labels.py."""
    tone: str
    route: str
    number: int = 0
    about: str = ""


def of_services(health: Iterable[Health]) -> list[Alert]:
    """A service that does not answer."""
    return [Alert("service", "bad", "health", about=each.service) for each in health if not each.is_ready]


def of_the_day(day: BusinessDay) -> list[Alert]:
    """A closing that failed."""
    if day.latest is None or day.latest.state != "failed":
        return []
    return [Alert("closing", "bad", "closing", about=day.latest.date.isoformat())]


def of_the_books(*, balanced: bool) -> list[Alert]:
    """Debits that are not credits."""
    return [] if balanced else [Alert("books", "bad", "trial-balance")]


def of_queues(waiting: Mapping[str, int]) -> list[Alert]:
    """Queues in which something waits: the name of their page -> how much."""
    return [Alert(route, "warn", route, number=number) for route, number in waiting.items() if number]
