from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from arhan.kernel import logging, observe, tracing
from arhan.kernel.coalesce import Coalescer
from arhan.kernel.outbox import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = 0x0AF7651916CD43DD8448EB211C80319C


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing._here, "tracer", provider.get_tracer("test"))
    return exporter


def test_nothing_is_traced_until_somebody_says_where_to(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.ENDPOINTS:
        monkeypatch.delenv(name, raising=False)
    tracing.configure("test")
    begun = observe.begin("", CALLER, method="POST")
    assert begun.span is None
    assert tracing.task("x", parent="") is tracing.NOTHING
    assert logging.traceparent() == CALLER


def test_a_request_continues_its_caller_s_trace_and_so_does_what_it_calls(
    spans: InMemorySpanExporter,
) -> None:
    begun = observe.begin("request-1", CALLER, method="POST")
    assert logging.traceparent().startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert logging.traceparent() != CALLER
    observe.end(begun, route="/v1/transfers", status=201)
    (span,) = spans.get_finished_spans()
    assert span.context.trace_id == TRACE
    assert span.name == "POST /v1/transfers"
    assert dict(span.attributes or {}) == {
        "arhan.request_id": "request-1",
        "http.route": "/v1/transfers",
        "http.response.status_code": 201,
    }


def test_an_event_is_applied_in_the_trace_of_the_payment_it_tells_of(spans: InMemorySpanExporter) -> None:
    event = Event(
        position=1, id="evt", source="/account", type="account.movement.posted", subject="mov", time="",
        traceparent=CALLER, data={},
    )  # fmt: skip
    with tracing.task("ledger.receive_events", parent=""), tracing.events([event]):
        pass
    applied = next(s for s in spans.get_finished_spans() if s.name == "apply account.movement.posted")
    assert applied.context.trace_id == TRACE


def test_requests_that_travel_together_are_linked_and_keep_their_own_traces(
    spans: InMemorySpanExporter,
) -> None:
    async def double(items: Sequence[int]) -> list[int]:
        return [2 * item for item in items]

    async def request(coalescer: Coalescer[int, int], item: int) -> int:
        begun = observe.begin("", "", method="POST")
        answer = await coalescer.submit(item)
        observe.end(begun, route=f"/{item}", status=200)
        return answer

    async def together() -> list[int]:
        coalescer = Coalescer(double, largest=10)
        return list(await asyncio.gather(request(coalescer, 1), request(coalescer, 2)))

    assert asyncio.run(together()) == [2, 4]
    found = {span.name: span for span in spans.get_finished_spans()}
    first, second, batch = found["POST /1"], found["POST /2"], found["double"]
    assert first.context.trace_id != second.context.trace_id
    assert batch.context.trace_id == first.context.trace_id
    assert [link.context.span_id for link in batch.links] == [second.context.span_id]
    assert [link.context.span_id for link in second.links] == [batch.context.span_id]
