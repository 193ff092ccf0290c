"""How long a browser stays signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from arhan.frontend.domain.sessions import IDLE, LONGEST, Span, needs_renewal

MORNING = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def test_a_session_ends_a_quarter_of_an_hour_after_the_last_request() -> None:
    span = Span(began_at=MORNING, seen_at=MORNING + timedelta(hours=1))
    assert not span.has_ended(MORNING + timedelta(hours=1, minutes=14, seconds=59))
    assert span.has_ended(MORNING + timedelta(hours=1, minutes=15))


def test_a_busy_session_ends_after_twelve_hours() -> None:
    span = Span(began_at=MORNING, seen_at=MORNING + LONGEST - timedelta(seconds=1))
    assert span.ends_at == MORNING + LONGEST
    assert span.has_ended(MORNING + LONGEST)


def test_not_every_request_is_written_down() -> None:
    span = Span(began_at=MORNING, seen_at=MORNING)
    assert not span.is_worth_noting(MORNING + timedelta(seconds=29))
    assert span.is_worth_noting(MORNING + timedelta(seconds=30))
    assert timedelta(minutes=1) < IDLE


def test_a_token_is_renewed_before_it_ends() -> None:
    assert not needs_renewal(MORNING + timedelta(seconds=46), MORNING)
    assert needs_renewal(MORNING + timedelta(seconds=45), MORNING)
    assert needs_renewal(MORNING - timedelta(seconds=1), MORNING)
