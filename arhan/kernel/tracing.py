"""OpenTelemetry traces: off, and then without cost, unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

The ids are those of logging.py, so a trace continues whether or not the process before took part.
Requests that travel together in one batch each keep their own trace; the batch is a span of the
first one's, linked to all the others.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from arhan.kernel import logging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from opentelemetry.trace import Span, SpanKind, Tracer

    from arhan.kernel.outbox import Event

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NOTHING: AbstractContextManager[None] = nullcontext()
_SERVER_ERROR = 500


class _Tracing:
    """What this process traces with; nothing until `configure` finds a collector."""

    tracer: Tracer | None = None


_here = _Tracing()
_span: ContextVar[Span | None] = ContextVar("span", default=None)


def configure(process: str) -> None:
    """Begin to trace if the environment says where to; `process` is how it calls itself."""
    if _here.tracer is not None or not any(os.environ.get(name) for name in ENDPOINTS):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - only if traced
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - as above
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - as above

    provider = TracerProvider(resource=Resource.create({"service.name": f"arhan-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _here.tracer = provider.get_tracer("arhan")


def begin(name: str, *, parent: str = "") -> Span | None:
    """Begin what a request asks of this process, below the caller's span; None while nothing is traced."""
    if _here.tracer is None:
        return None
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - as above

    return _begin(_here.tracer, name, parent, SpanKind.SERVER)


def end(span: Span | None, *, status: int) -> None:
    """It was answered with this HTTP status."""
    if span is None:
        return
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - as above

    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        span.set_status(StatusCode.ERROR)
    span.end()


def task(name: str, *, parent: str) -> AbstractContextManager[None]:
    """What a worker does, below the span of whoever sent it."""
    return _consuming(name, parent) if _here.tracer else NOTHING


def events(found: Sequence[Event]) -> AbstractContextManager[None]:
    """What a subscriber does with these events, each in the trace it belongs to."""
    return _applying(found) if _here.tracer else NOTHING


def current() -> Span | None:
    """The span of the request being answered."""
    return _span.get() if _here.tracer else None


def batch(name: str, spans: Sequence[Span | None]) -> AbstractContextManager[None]:
    """Several requests done as one: below the first, linked with all of them both ways."""
    return _together(name, [span for span in spans if span]) if _here.tracer else NOTHING


def _begin(tracer: Tracer, name: str, parent: str, kind: SpanKind, **options: Any) -> Span:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - as above

    context = TraceContextTextMapPropagator().extract({"traceparent": parent})
    attributes = {"arhan.request_id": logging.request_id()}
    span = tracer.start_span(name, context=context, kind=kind, attributes=attributes, **options)
    _span.set(span)
    logging.continue_trace(traceparent_of(span))
    return span


def traceparent_of(span: Span) -> str:
    """W3C trace context of a span."""
    found = span.get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{found.trace_flags:02x}"


@contextmanager
def _consuming(name: str, parent: str) -> Iterator[None]:
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - as above

    assert _here.tracer
    span = _begin(_here.tracer, name, parent, SpanKind.CONSUMER)
    try:
        yield
    finally:
        span.end()


@contextmanager
def _applying(found: Sequence[Event]) -> Iterator[None]:
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - as above

    assert _here.tracer
    mine = logging.traceparent()
    spans = [
        _begin(_here.tracer, f"apply {event.type}", event.traceparent, SpanKind.CONSUMER) for event in found
    ]
    logging.continue_trace(mine)
    try:
        yield
    finally:
        for span in spans:
            span.end()


@contextmanager
def _together(name: str, spans: list[Span]) -> Iterator[None]:
    from opentelemetry.trace import Link, SpanKind  # noqa: PLC0415 - as above

    assert _here.tracer
    if not spans:
        yield
        return
    first, *others = spans
    links = [Link(span.get_span_context()) for span in others]
    span = _begin(_here.tracer, name, traceparent_of(first), SpanKind.INTERNAL, links=links)
    span.set_attribute("arhan.batch_size", len(spans))
    for other in others:
        other.add_link(span.get_span_context())
    try:
        yield
    finally:
        span.end()
