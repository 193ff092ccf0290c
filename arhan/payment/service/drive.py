"""Bringing stored orders to their end: screen, post, settle.

Between any two steps the process may die: what is stored is taken up by the sweep with the same
ids, and account answers a repeated movement instead of repeating it. So there is no half payment
and nothing to undo.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.account import Commands, Outcomes
from arhan.contracts.fraud import Decisions, Screenings
from arhan.contracts.payment import OrderApprovalLapsed
from arhan.kernel import logging
from arhan.kernel.clock import now
from arhan.kernel.errors import Refused
from arhan.kernel.failpoints import failpoint
from arhan.kernel.money import format_money
from arhan.payment.domain import approvals, screening
from arhan.payment.domain.card_payments import HOLD_HAS_ENDED, PARTS, SWEPT_AFTER, command_of, is_held
from arhan.payment.domain.orders import Order, fact_of, happen, screening_of
from arhan.payment.domain.states import event_on_entering
from arhan.payment.store import card_payments as card_store
from arhan.payment.store import orders as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

    from arhan.contracts.account import Outcome
    from arhan.contracts.fraud import Decision
    from arhan.contracts.payment import OrderSettled
    from arhan.kernel.http import AsyncServiceClient
    from arhan.payment.service.parties import Directory

log = logging.get_logger(__name__)

SWEPT_AT_ONCE = 200

NO_ANSWER = frozenset({"id_used_for_other_movement", "command_expired"})
"""Codes that say nothing of the order: a bug of ours, or an attempt that came too late. It stays open."""
PROOF_REFUSED = frozenset({"pin_changed", "pin_blocked"})


class Drive:
    """Screens, posts and settles whole lists of orders."""

    def __init__(
        self,
        *,
        pool: AsyncConnectionPool[Any],
        directory: Directory,
        fraud: AsyncServiceClient,
        account: AsyncServiceClient,
    ) -> None:
        """`account` speaks to account's engine; all of them are this process's own."""
        self._pool = pool
        self._directory = directory
        self._fraud = fraud
        self._account = account

    async def sweep(self) -> int:
        """Take up orders whose time has come, drive them on, and say how many there were."""
        async with self._pool.connection() as connection:
            due = await store.claim(connection, at=now(), limit=SWEPT_AT_ONCE)
        if due:
            driven = await self.drive(due)
            left = sum(order.on_its_way for order in driven)
            log.info("swept", orders=len(due), still_on_their_way=left)
        return len(due)

    async def drive(self, orders: list[Order]) -> list[Order]:
        """Bring stored orders as far as they come now: screened, posted, settled."""
        if not orders:
            return orders
        lapsed = [_refused_by_issuer(_lapse(order)) for order in orders]
        screened = await self._screen(lapsed)
        failpoint("payment.screened")
        posted = await self._post(screened)
        failpoint("payment.posted")
        settled = await self._settle(orders, posted)
        failpoint("payment.settled")
        return settled

    async def _screen(self, orders: list[Order]) -> list[Order]:
        """Ask fraud about those not screened yet; without an answer nothing is cleared."""
        asked = [order for order in orders if order.state == "created"]
        if not asked:
            return orders
        decisions = await self._decide(asked)
        if decisions is None:
            decided = await self._screen_locally(asked)
        else:
            at = now()
            pairs = zip(asked, decisions, strict=True)
            decided = [screening.screened(order, decision, at=at) for order, decision in pairs]
        return _with_changes(orders, decided)

    async def _decide(self, orders: Sequence[Order]) -> list[Decision] | None:
        body = Screenings(screenings=[screening_of(order) for order in orders])
        try:
            async with asyncio.timeout(screening.PATIENCE.total_seconds()):
                answer = await self._fraud.post("/v1/decisions", body)
            decisions = msgspec.json.decode(answer, type=Decisions).decisions
        except (Refused, TimeoutError, msgspec.MsgspecError) as error:
            log.warning("fraud_silent", error=str(error), orders=len(orders))
            return None
        if [decision.payment for decision in decisions] != [order.id for order in orders]:
            log.error("fraud_answered_something_else", orders=len(orders))
            return None
        return decisions

    async def _screen_locally(self, orders: Sequence[Order]) -> list[Order]:
        """The local policy, for orders somebody waits for.

        Others, and those taken up again, wait for fraud: it may have cleared them before, and then
        the money may have moved.
        """
        decidable = [o for o in orders if o.attempt == 1 and o.kind in screening.ATTENDED_KINDS]
        if not decidable:
            return []
        async with self._pool.connection() as connection:
            known = await store.known_payees(connection, decidable)
        at = now()
        return [
            screening.screened_locally(o, known_payee=(o.payer_account, o.payee_account) in known, at=at)
            for o in decidable
        ]

    async def _post(self, orders: list[Order]) -> list[Order]:
        """Have account carry out those cleared; without an answer they stay as they are."""
        asked = [order for order in orders if order.state in {"screened", "authorised"}]
        if not asked:
            return orders
        commands = [command_of(order) for order in asked]
        body = Commands(movements=commands)
        try:
            answer = await self._account.post("/internal/v1/movements", body)
            outcomes = msgspec.json.decode(answer, type=Outcomes).outcomes
        except (Refused, msgspec.MsgspecError) as error:
            log.warning("account_silent", error=str(error), orders=len(asked))
            return orders
        if [outcome.id for outcome in outcomes] != [command.id for command in commands]:
            log.error("account_answered_something_else", orders=len(asked))
            return orders
        pairs = zip(asked, outcomes, strict=True)
        return _with_changes(orders, [self._after(order, outcome) for order, outcome in pairs])

    def _after(self, order: Order, outcome: Outcome) -> Order:
        if order.state == "authorised":
            return _after_expiry(order, outcome)
        if outcome.status == "posted":
            return _after_posting(order, at=now())
        if outcome.code in NO_ANSWER:
            log.error("movement_not_decided", payment=order.id, code=outcome.code)
            return order
        if outcome.code in PROOF_REFUSED:
            self._directory.forget_proof(session=order.circumstances.session, account=order.payer_account)
        return happen(order, "refused", at=now(), code=outcome.code, reasons=_why(order, outcome))

    async def _settle(self, before: list[Order], after: list[Order]) -> list[Order]:
        """Write what changed, with its events; an order somebody else took up stays as it was."""
        pairs = list(zip(before, after, strict=True))
        changed = [new for old, new in pairs if old.state not in {new.state, "authorised"}]
        expired = [new.id for old, new in pairs if new.state != old.state and old.state == "authorised"]
        if not changed and not expired:
            return after
        if expired or any(order.kind in PARTS for order in changed):
            return await self._settle_parts(pairs, changed, expired)
        async with self._pool.connection() as connection:
            written = await store.settle(connection, changed, _facts(changed))
        return [new if new.id in written else old for old, new in pairs]

    async def _settle_parts(
        self, pairs: Sequence[tuple[Order, Order]], changed: Sequence[Order], expired: Sequence[str]
    ) -> list[Order]:
        """The same where captures and releases are among them, or card payments whose time has come."""
        async with self._pool.connection() as connection, connection.transaction():
            written = await store.settle(connection, changed, _facts(changed)) if changed else set()
            settled = [order for order in changed if order.id in written]
            await card_store.count_captures(connection, settled)
            closed = await _close(connection, settled, expired)
        left = [new if new.id in written else old for old, new in pairs]
        return _with_changes(left, closed)


async def _close(
    connection: AsyncConnection[Any], settled: Sequence[Order], expired: Sequence[str]
) -> list[Order]:
    """Close the card payments whose hold has ended, and tell of those that moved money."""
    authorisations = {order.authorisation for order in settled if order.kind in PARTS}
    if not authorisations and not expired:
        return []
    closed = await card_store.close_authorised(connection, authorisations, expired=expired, at=now())
    await card_store.tell(connection, _facts(closed))
    return closed


def _facts(orders: Iterable[Order]) -> list[OrderSettled]:
    """What others hear; of a capture or a release they hear with the card payment it is part of."""
    told = [order for order in orders if order.kind not in PARTS]
    return [fact_of(order, event) for order in told if (event := _event_of(order))]


def _event_of(order: Order) -> type[OrderSettled] | None:
    """What its state tells; cancelled orders tell only that too few signed."""
    if order.state == "cancelled" and order.code == approvals.LAPSED:
        return OrderApprovalLapsed
    return event_on_entering(order.state)


def _refused_by_issuer(order: Order) -> Order:
    """A card payment that account refused before any screening: wrong code, frozen card, ..."""
    card = order.circumstances.card
    if order.state != "created" or card is None or not card.refused:
        return order
    return happen(order, "rejected", at=now(), code=card.refused)


def _after_posting(order: Order, *, at: datetime) -> Order:
    """Moved; or, of a card payment to be captured later, held for as long as that takes."""
    if not is_held(order):
        posted = happen(order, "posted", at=at)
        return msgspec.structs.replace(posted, captured=order.amount) if _pays_by_card(order) else posted
    card = order.circumstances.card
    held_for = timedelta(seconds=card.hold_s if card else 0)
    return happen(order, "reserved", at=at, due_at=at + held_for + SWEPT_AFTER)


def _pays_by_card(order: Order) -> bool:
    return order.kind == "card_payment"


def _after_expiry(order: Order, outcome: Outcome) -> Order:
    """A card payment whose time has come, if account says that its hold has ended."""
    if outcome.status == "posted" or outcome.code in HOLD_HAS_ENDED:
        return happen(order, "given_back", at=now(), code="hold_expired")
    return order


def _why(order: Order, outcome: Outcome) -> list[str] | None:
    """What the payer is told besides the code: of a limit, how high it is and what is left of it."""
    if outcome.limit is None or outcome.left is None:
        return None
    limit, left = (format_money(amount, order.currency) for amount in (outcome.limit, outcome.left))
    return [f"The limit is {limit}; {left} may still be paid."]


def _lapse(order: Order) -> Order:
    """An order that waited for its payer, or for signatures, until its time came."""
    if order.state == "awaiting_approval":
        return happen(order, "lapsed", at=now(), code=approvals.LAPSED)
    if order.state != "requires_action":
        return order
    return happen(order, "lapsed", at=now(), code="not_confirmed")


def _with_changes(orders: list[Order], changed: Iterable[Order]) -> list[Order]:
    """The list with each changed order in its old place."""
    by_id = {order.id: order for order in changed}
    return [by_id.get(order.id, order) for order in orders]
