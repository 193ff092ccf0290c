"""The payment desk: whole lists of intents, from the first word to the answer.

    answered before? -> who is it? -> store -> drive (screen, post, settle) -> answer

Single requests that arrive together travel as one list: one transaction, one screening call, one
posting call, one settlement, however many they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as with_changed
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from arhan.contracts.tiers import new_device_cap
from arhan.kernel.clock import now
from arhan.kernel.coalesce import Coalescer
from arhan.kernel.errors import IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, Refused
from arhan.kernel.failpoints import failpoint
from arhan.kernel.ids import new_id
from arhan.payment.domain import approvals
from arhan.payment.domain.card_payments import refuse_ended
from arhan.payment.domain.confirmation import may_take_confirmation, takes_confirmation
from arhan.payment.domain.intents import Intent, Parties, place
from arhan.payment.errors import (
    ENQUIRY_NOT_VALID,
    NEW_DEVICE_LIMIT,
    OVERLOADED,
    PAYMENT_PENDING,
    REFUND_EXCEEDS_PAYMENT,
)
from arhan.payment.store import card_payments as card_store
from arhan.payment.store import orders as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from psycopg_pool import AsyncConnectionPool

    from arhan.contracts.payment import OrderSettled
    from arhan.payment.domain.orders import Order
    from arhan.payment.service.drive import Drive
    from arhan.payment.service.parties import Directory

LARGEST_LIST = 250
COMPANY_S = 0.1
"""How long after a list the next one waits for nearly as many, if they do not come before."""
MOST_WAITING = 5_000
"""Intents under way or waiting for a list; one more is told to come again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An order that is an answer, and whether it had been given before."""

    order: Order
    replayed: bool = False


class Desk:
    """Turns intents into orders, has them driven to their end, and answers."""

    def __init__(self, *, pool: AsyncConnectionPool[Any], directory: Directory, drive: Drive) -> None:
        """One desk per engine process."""
        self.pool = pool
        self.directory = directory
        self._drive = drive
        self._under_way: dict[tuple[str, str, str], str] = {}
        self._lists: Coalescer[Intent, Answered | Refused] = Coalescer(
            self._take, largest=LARGEST_LIST, company_s=COMPANY_S
        )

    async def pay(self, intent: Intent) -> Answered:
        """The order an intent became; Refused with why it became none, or is not finished yet."""
        if len(self._under_way) >= MOST_WAITING:
            raise Refused(OVERLOADED)
        if refused := self._begin(intent):
            raise refused
        try:
            answer = await self._lists.submit(intent)
        finally:
            del self._under_way[intent.name]
        if isinstance(answer, Refused):
            raise answer
        if answer.order.on_its_way:
            raise Refused(PAYMENT_PENDING, extra={"payment": answer.order.id})
        return answer

    async def pay_all(self, wishes: Sequence[Intent | Refused]) -> list[Answered | Refused]:
        """What became of each intent, those refused at first sight among them; none keeps the others."""
        answers: dict[Intent, Answered | Refused] = {}
        first = []
        for intent in (wish for wish in wishes if isinstance(wish, Intent)):
            if refused := self._begin(intent):
                answers[intent] = refused
            else:
                first.append(intent)
        try:
            answers.update(zip(first, await self._lists.submit_many(first), strict=True))
        finally:
            for intent in first:
                del self._under_way[intent.name]
        return [wish if isinstance(wish, Refused) else answers[wish] for wish in wishes]

    def _begin(self, intent: Intent) -> Refused | None:
        """Note an intent as under way; refused where one of its name is already."""
        fingerprint = self._under_way.get(intent.name)
        if fingerprint is None:
            self._under_way[intent.name] = intent.body_hash
            return None
        return Refused(IDEMPOTENCY_IN_PROGRESS if fingerprint == intent.body_hash else IDEMPOTENCY_KEY_REUSED)

    async def answer_repeat(self, name: tuple[str, str, str], *, body_hash: str) -> Answered | None:
        """The answer given under this name before; None if there is none, Refused as `pay` would."""
        async with self.pool.connection() as connection:
            found = await store.find_by_key(connection, [name])
        if not found:
            return None
        answer = _repeat(found[name], body_hash=body_hash)
        if isinstance(answer, Refused):
            raise answer
        return answer

    async def _take(self, intents: Sequence[Intent]) -> list[Answered | Refused]:
        """One list, from what was asked to what became of it."""
        answers: dict[Intent, Answered | Refused] = {}
        parties = await self._find_parties(intents, answers)
        orders: dict[Intent, Order] = {}
        for intent, found in parties.items():
            try:
                orders[intent] = place(intent, found, order_id=new_id("pay"), at=now())
            except Refused as refused:
                answers[intent] = refused
        orders = await self._mark_large(orders)
        stored = await self._store(orders, answers, _questions(orders, parties))
        answers.update((i, Answered(order)) for i, order in stored.items() if not order.on_its_way)
        begun = {i: order for i, order in stored.items() if order.on_its_way}
        for intent, order in zip(begun, await self._drive.drive(list(begun.values())), strict=True):
            answers[intent] = Answered(order)
        return [answers[intent] for intent in intents]

    async def _find_parties(
        self, intents: Iterable[Intent], answers: dict[Intent, Answered | Refused]
    ) -> dict[Intent, Parties]:
        """Who is behind each intent; puts into `answers` what is answered or refused already.

        A repeat is answered before anything is asked, so that it costs nobody a try at the PIN.
        """
        found: dict[Intent, Parties | Refused | None] = {
            intent: self.directory.known(intent) for intent in intents
        }
        if unsure := [i for i, parties in found.items() if parties is None or i.enquiry]:
            answers.update(await self._repeats(unsure))
        strangers = [i for i, parties in found.items() if parties is None and i not in answers]
        if strangers:
            found.update(zip(strangers, await self._ask(strangers), strict=True))
        answers.update((i, parties) for i, parties in found.items() if isinstance(parties, Refused))
        known = {i: p for i, p in found.items() if isinstance(p, Parties) and i not in answers}
        return await self._with_enquiries(known, answers)

    async def _ask(self, intents: Sequence[Intent]) -> Sequence[Parties | Refused]:
        try:
            return await self.directory.find(intents)
        except Refused as refused:
            return [refused] * len(intents)

    async def _with_enquiries(
        self, found: dict[Intent, Parties], answers: dict[Intent, Answered | Refused]
    ) -> dict[Intent, Parties]:
        """Add what the payer was told about the payee, where a name enquiry is referred to."""
        asked = [(i.enquiry, i.initiator, i.payee.number) for i in found if i.enquiry]
        if not asked:
            return found
        async with self.pool.connection() as connection:
            names = await store.enquired_names(connection, asked, at=now())
        told = {}
        for intent, parties in found.items():
            if intent.enquiry and intent.enquiry not in names:
                answers[intent] = Refused(ENQUIRY_NOT_VALID)
            else:
                told[intent] = with_changed(parties, enquired_name=names.get(intent.enquiry, ""))
        return told

    async def _mark_large(self, orders: dict[Intent, Order]) -> dict[Intent, Order]:
        """Note on orders that are so large that their payer confirms them; noted once, for every attempt."""
        today = now().date()
        large = [order for order in orders.values() if may_take_confirmation(order, on=today)]
        if not large:
            return orders
        async with self.pool.connection() as connection:
            known = await store.known_payees(connection, large)
        marked = {
            order.id: replace(order, circumstances=replace(order.circumstances, to_confirm=True))
            for order in large
            if takes_confirmation(
                order, known_payee=(order.payer_account, order.payee_account) in known, on=today
            )
        }
        return {intent: marked.get(order.id, order) for intent, order in orders.items()}

    async def _repeats(self, intents: Sequence[Intent]) -> dict[Intent, Answered | Refused]:
        """Answers to those intents that have an order already."""
        async with self.pool.connection() as connection:
            found = await store.find_by_key(connection, [intent.name for intent in intents])
        return {i: _repeat(found[i.name], body_hash=i.body_hash) for i in intents if i.name in found}

    async def _store(
        self,
        orders: dict[Intent, Order],
        answers: dict[Intent, Answered | Refused],
        told: Mapping[str, OrderSettled],
    ) -> dict[Intent, Order]:
        """Store orders with what is told of them; those under a key that is taken are answered as repeats."""
        plain = [order for order in orders.values() if not _stored_by_itself(order)]
        stored: set[str] = set()
        if plain:
            async with self.pool.connection() as connection:
                facts = [told[order.id] for order in plain if order.id in told]
                stored = await store.insert(connection, plain, facts)
        for intent, order in orders.items():
            if _stored_by_itself(order):
                try:
                    stored |= await self._store_checked(order, told.get(order.id))
                except Refused as refused:
                    answers[intent] = refused
        if stored:
            failpoint("payment.order_stored")
        taken = [i for i, order in orders.items() if order.id not in stored and i not in answers]
        if taken:
            answers.update(await self._repeats(taken))
        return {intent: order for intent, order in orders.items() if order.id in stored}

    async def _store_checked(self, order: Order, told: OrderSettled | None) -> set[str]:
        """Store an order if what others took leaves room for it, both or neither.

        A refund sets its amount aside of what is left of the payment; a capture or a release needs a
        card payment whose hold is open; a payment from a new device counts against what may leave
        through that device.
        """
        async with self.pool.connection() as connection, connection.transaction():
            stored = await store.insert(connection, [order], [told] if told else [])
            if stored and order.authorisation:
                refuse_ended(await card_store.lock_authorised(connection, order.authorisation))
            elif stored and order.refund_of:
                if not await store.reserve_refund(connection, original=order.refund_of, amount=order.amount):
                    raise Refused(REFUND_EXCEEDS_PAYMENT)
            elif stored:
                cap = new_device_cap(order.currency, on=order.created_at.date())
                if await store.sent_from_device(connection, order) > cap:
                    raise Refused(NEW_DEVICE_LIMIT, extra={"cap": cap})
        return stored


def _questions(orders: Mapping[Intent, Order], parties: Mapping[Intent, Parties]) -> dict[str, OrderSettled]:
    """What those are told who are to sign, by order."""
    return {
        order.id: approvals.asks(order, parties[intent].signatories)
        for intent, order in orders.items()
        if order.state == "awaiting_approval"
    }


def _stored_by_itself(order: Order) -> bool:
    """Whether storing it depends on what others took before it."""
    return bool(order.refund_of or order.authorisation) or order.circumstances.on_new_device(order.created_at)


def _repeat(order: Order, *, body_hash: str) -> Answered | Refused:
    """The answer to a key that has an order: the same, unless it is another wish or not finished."""
    if order.body_hash != body_hash:
        return Refused(IDEMPOTENCY_KEY_REUSED)
    if order.on_its_way:
        return Refused(IDEMPOTENCY_IN_PROGRESS, extra={"payment": order.id})
    return Answered(order, replayed=True)
