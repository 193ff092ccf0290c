"""A request from its beginning to its answer: its ids, its span, how long it took."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from arhan.kernel import logging, metrics, tracing

if TYPE_CHECKING:
    from opentelemetry.trace import Span


class Begun(NamedTuple):
    """A request that is being answered."""

    request_id: str
    method: str
    began: float
    span: Span | None


def begin(request_id: str, traceparent: str, *, method: str) -> Begun:
    """Take over the caller's ids where they are sane, else make new ones."""
    found = logging.begin_request(request_id, traceparent)
    return Begun(found, method, time.perf_counter(), tracing.begin(method, parent=traceparent))


def end(begun: Begun, *, route: str, status: int) -> None:
    """It was answered; `route` has `{names}` where the path has ids, and is empty where none was found."""
    seconds = time.perf_counter() - begun.began
    metrics.answered(method=begun.method, route=route or "none", status=status, seconds=seconds)
    if begun.span is not None:
        begun.span.set_attribute("http.route", route)
        begun.span.update_name(f"{begun.method} {route}")
        tracing.end(begun.span, status=status)
