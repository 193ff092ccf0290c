from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from arhan.kernel.coalesce import Coalescer

if TYPE_CHECKING:
    from collections.abc import Sequence


class Counter:
    """A handler that notes its batches and answers each item with its double, when the gate is open."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.running = self.most_running = 0

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await self.gate.wait()
        self.running -= 1
        return [2 * item for item in items]


async def settle() -> None:
    """Let everything that can run, run."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_a_lone_item_travels_at_once() -> None:
    async def run() -> tuple[int, list[list[int]]]:
        counter = Counter()
        counter.gate.set()
        return await Coalescer(counter, largest=10).submit(21), counter.batches

    assert asyncio.run(run()) == (42, [[21]])


def test_what_arrives_in_one_turn_travels_together_and_the_rest_gathers_meanwhile() -> None:
    async def run() -> tuple[list[int], list[list[int]]]:
        counter = Counter()
        coalescer = Coalescer(counter, largest=10)
        first = [asyncio.create_task(coalescer.submit(item)) for item in (1, 2, 3)]
        await settle()
        second = [asyncio.create_task(coalescer.submit(item)) for item in (4, 5)]
        await settle()
        second.append(asyncio.create_task(coalescer.submit(6)))
        await settle()
        counter.gate.set()
        return list(await asyncio.gather(*first, *second)), counter.batches

    assert asyncio.run(run()) == ([2, 4, 6, 8, 10, 12], [[1, 2, 3], [4, 5, 6]])


def test_one_batch_is_under_way_at_a_time_and_none_is_larger_than_the_largest() -> None:
    async def run() -> tuple[int, list[int]]:
        counter = Counter()
        answers = asyncio.create_task(Coalescer(counter, largest=8).submit_many(range(20)))
        await settle()
        counter.gate.set()
        assert await answers == [2 * item for item in range(20)]
        return counter.most_running, [len(batch) for batch in counter.batches]

    assert asyncio.run(run()) == (1, [8, 8, 4])


def test_after_a_batch_the_next_waits_for_nearly_as_many() -> None:
    async def run() -> list[list[int]]:
        counter = Counter()
        counter.gate.set()
        coalescer = Coalescer(counter, largest=100, company_s=3600)
        await coalescer.submit_many(range(10))
        back = []
        for item in range(10, 19):
            assert len(counter.batches) == 1
            back.append(asyncio.create_task(coalescer.submit(item)))
            await settle()
        await asyncio.gather(*back)
        return counter.batches

    assert asyncio.run(run()) == [list(range(10)), list(range(10, 19))]


def test_nobody_waits_for_company_for_long() -> None:
    async def run() -> list[list[int]]:
        counter = Counter()
        counter.gate.set()
        coalescer = Coalescer(counter, largest=100, company_s=0.05)
        await coalescer.submit_many(range(10))
        await coalescer.submit(10)
        return counter.batches

    assert asyncio.run(run()) == [list(range(10)), [10]]


def test_who_comes_alone_again_and_again_waits_for_nobody() -> None:
    async def run() -> list[list[int]]:
        counter = Counter()
        counter.gate.set()
        coalescer = Coalescer(counter, largest=100, company_s=3600)
        for item in (1, 2, 3):
            await coalescer.submit(item)
        return counter.batches

    assert asyncio.run(run()) == [[1], [2], [3]]


def test_a_failure_reaches_everybody_of_its_batch_and_nobody_else() -> None:
    async def run() -> tuple[list[object], int]:
        async def fail_on_odd(items: Sequence[int]) -> list[int]:
            if items[0] % 2:
                raise ValueError
            return list(items)

        coalescer = Coalescer(fail_on_odd, largest=2)
        answers = await asyncio.gather(*map(coalescer.submit, (1, 2, 4, 5)), return_exceptions=True)
        return [type(answer) if isinstance(answer, ValueError) else answer for answer in answers], (
            await coalescer.submit(8)
        )

    assert asyncio.run(run()) == ([ValueError, ValueError, 4, 5], 8)
