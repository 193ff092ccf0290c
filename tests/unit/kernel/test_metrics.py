from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from arhan.kernel import metrics, observe, problem
from arhan.kernel.coalesce import Coalescer
from arhan.kernel.errors import RATE_LIMITED, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence


def figure(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_request_is_counted_by_its_route_and_never_by_ids() -> None:
    labels = {"method": "GET", "route": "/v1/payments/{payment_id}", "status": "200"}
    before = figure("arhan_request_seconds_count", **labels)
    observe.end(observe.begin("", "", method="GET"), route="/v1/payments/{payment_id}", status=200)
    assert figure("arhan_request_seconds_count", **labels) == before + 1


def test_a_refusal_is_counted_by_its_code() -> None:
    before = figure("arhan_refusals_total", code="rate_limited")
    problem.encode(Refused(RATE_LIMITED))
    assert figure("arhan_refusals_total", code="rate_limited") == before + 1


def test_a_batch_is_counted_with_what_was_in_it() -> None:
    async def write(items: Sequence[int]) -> Sequence[int]:
        return items

    async def together() -> None:
        coalescer = Coalescer(write, largest=10)
        await coalescer.submit_many([1, 2, 3])

    before = figure("arhan_batch_items_sum", batch="write")
    asyncio.run(together())
    assert figure("arhan_batch_items_sum", batch="write") == before + 3


def test_the_page_is_prometheus_text() -> None:
    text = metrics.page().decode()
    assert "# TYPE arhan_request_seconds histogram" in text
    assert "process_resident_memory_bytes" in text
