"""The posting engine: the one process that changes balances, and that says whether a PIN is right.

Whatever arrives while a batch is being posted gathers into the next one. Posting and resolving have
a thread and a database connection each; the event loop reads and answers requests meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING

from arhan.account.service.bank import open_bank_accounts
from arhan.account.service.business_day import open_first
from arhan.account.service.card_authentication import Authenticator
from arhan.account.service.posting import Writer
from arhan.account.service.resolutions import Resolver
from arhan.contracts.account import (
    Command,
    Commands,
    Outcome,
    Outcomes,
    Resolution,
    ResolutionRequest,
    ResolutionRequests,
    Resolutions,
)
from arhan.contracts.cards import (
    CardAuthentication,
    CardAuthenticationRequest,
    CardAuthenticationRequests,
    CardAuthentications,
)
from arhan.kernel import metrics, settings
from arhan.kernel.auth import permit
from arhan.kernel.coalesce import Coalescer
from arhan.kernel.database import connect
from arhan.kernel.engine import Answer, Call, Engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

SERVICE = "account"
LARGEST_BATCH = 1_000
"""Commands in one transaction; more wait for the next."""
MOVER = permit(scope="account:move")


class Premises:
    """What the process holds while it serves."""

    posting: Coalescer[Command, Outcome]
    resolving: Coalescer[ResolutionRequest, Resolution]
    cards: Coalescer[CardAuthenticationRequest, CardAuthentication]
    ping: Callable[[], Awaitable[None]]
    """Raises unless the database answers."""


here = Premises()


@asynccontextmanager
async def _open() -> AsyncIterator[None]:
    """Connections, threads and coalescers, for as long as the process serves."""
    database_url = settings.load(SERVICE).database_url
    writer = Writer(database_url)
    resolver = Resolver(database_url, pin_key=settings.require("ARHAN_PIN_KEY").encode())
    authenticator = Authenticator(
        database_url,
        pin_key=settings.require("ARHAN_PIN_KEY").encode(),
        index_key=settings.require("ARHAN_BLIND_INDEX_KEY").encode(),
        cvv_key=settings.require("ARHAN_CVV_KEY").encode(),
    )
    loop = asyncio.get_running_loop()
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer") as writing,
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="resolver") as resolving,
    ):

        async def post(commands: Sequence[Command]) -> list[Outcome]:
            outcomes = await loop.run_in_executor(writing, copy_context().run, writer.post, commands)
            metrics.came_out(outcome.code or outcome.status for outcome in outcomes)
            return outcomes

        async def resolve(requests: Sequence[ResolutionRequest]) -> list[Resolution]:
            return await loop.run_in_executor(resolving, copy_context().run, resolver.resolve, requests)

        async def authenticate(requests: Sequence[CardAuthenticationRequest]) -> list[CardAuthentication]:
            return await loop.run_in_executor(resolving, authenticator.authenticate, requests)

        async def ping() -> None:
            await loop.run_in_executor(resolving, resolver.ping)

        await loop.run_in_executor(writing, _prepare, database_url)
        here.ping = ping
        here.posting = Coalescer(post, largest=LARGEST_BATCH)
        here.resolving = Coalescer(resolve, largest=LARGEST_BATCH)
        here.cards = Coalescer(authenticate, largest=LARGEST_BATCH)
        try:
            yield
        finally:
            await loop.run_in_executor(writing, writer.close)
            await loop.run_in_executor(resolving, resolver.close)
            await loop.run_in_executor(resolving, authenticator.close)


def _prepare(database_url: str) -> None:
    """Open the bank's own accounts and its first day; what is loaded by now is not garbage."""
    with connect(database_url, application="account-engine") as connection:
        open_bank_accounts(connection)
        open_first(connection.cursor())
    gc.freeze()


async def _ready() -> None:
    await here.ping()


engine = Engine(SERVICE, lifespan=_open, ready=_ready)


@engine.post("/internal/v1/movements", permit=MOVER, request=Commands, answer=Outcomes)
async def post_movements(call: Call) -> Answer:
    """Post movements, holds, captures and releases; each is answered for itself."""
    body: Commands = call.body
    return Answer(Outcomes(await here.posting.submit_many(body.movements)))


@engine.post("/internal/v1/resolutions", permit=MOVER, request=ResolutionRequests, answer=Resolutions)
async def resolve(call: Call) -> Answer:
    """Say who is behind accounts, and whether the payers' PINs are right."""
    body: ResolutionRequests = call.body
    return Answer(Resolutions(await here.resolving.submit_many(body.resolutions)))


@engine.post(
    "/internal/v1/card-authentications",
    permit=MOVER,
    request=CardAuthenticationRequests,
    answer=CardAuthentications,
)
async def authenticate_cards(call: Call) -> Answer:
    """Say whose cards these are, and whether they may be used like that."""
    body: CardAuthenticationRequests = call.body
    return Answer(CardAuthentications(await here.cards.submit_many(body.requests)))


application = engine.application()
