"""Single requests that arrive together travel as one batch, one batch at a time.

While one batch is in flight the next one gathers, so an idle bank answers a lone request at once and
a busy one pays for one transaction, one fsync and one call per batch, whatever its size, so batches
should be large: `company_s` after a batch ended its customers are back with their next wishes, and until
then the next batch waits for nearly as many. Without that the first one back leaves alone while all
others wait for it. What it brought is measured in docs/decisions/0004.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from arhan.kernel import metrics, tracing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from opentelemetry.trace import Span

Item = TypeVar("Item")
Answer = TypeVar("Answer")

COMPANY = 0.9
"""Of the batch before; less than all of it, so that batches shrink when customers stay away."""


class Coalescer(Generic[Item, Answer]):
    """Gathers single items into batches for a handler that answers each, in order.

    The handler is never called again before it has answered: it is a single writer.
    """

    def __init__(
        self,
        handle: Callable[[Sequence[Item]], Awaitable[Sequence[Answer]]],
        *,
        largest: int,
        company_s: float = 0.0,
    ) -> None:
        """Gather at most `largest` items for each call of `handle`."""
        self._handle = handle
        self._name = getattr(handle, "__name__", "batch")
        self._largest = largest
        self._company_s = company_s
        self._company = 0
        self._company_until = 0.0
        self._patience: asyncio.TimerHandle | None = None
        self._under_way = False
        self._waiting: list[tuple[Item, asyncio.Future[Answer], Span | None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Answer:
        """Hand in one item and wait for its answer; the handler's exception reaches each waiter."""
        return await self._hand_in(item)

    async def submit_many(self, items: Sequence[Item]) -> list[Answer]:
        """Hand in several items, which may travel with others', and wait for all their answers."""
        return list(await asyncio.gather(*map(self._hand_in, items)))

    def _hand_in(self, item: Item) -> asyncio.Future[Answer]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._waiting.append((item, future, tracing.current()))
        if not self._under_way and len(self._waiting) in {1, self._company}:
            loop.call_soon(self._consider)  # what else arrives in this turn of the loop comes along
        return future

    def _consider(self) -> None:
        """Send off who waits, or let them wait for company a little longer."""
        left = self._company_until - asyncio.get_running_loop().time()
        if left <= 0 or len(self._waiting) >= self._company:
            self._depart()
        elif self._patience is None:
            self._patience = asyncio.get_running_loop().call_later(left, self._depart)

    def _depart(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        if self._waiting and not self._under_way:
            batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
            self._under_way = True
            task = asyncio.create_task(self._run(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, batch: list[tuple[Item, asyncio.Future[Answer], Span | None]]) -> None:
        try:
            metrics.travelled(self._name, items=len(batch))
            with tracing.batch(self._name, [span for _, _, span in batch]):
                answers = await self._handle([item for item, _, _ in batch])
            for (_, future, _), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        except Exception as error:  # noqa: BLE001 - every waiter must learn of it
            for _, future, _ in batch:
                if not future.done():
                    future.set_exception(error)
        finally:
            self._under_way = False
            self._company = int(COMPANY * len(batch))
            self._company_until = asyncio.get_running_loop().time() + self._company_s
            self._consider()
