"""Hear what became of attempts: who got paid, and which attempts moved nothing after all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.payment import OrderCompleted, OrderDeclined, OrderReviewed, OrderSettled
from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.outcomes import TRIES, payees_paid, screening_of
from arhan.fraud.domain.screening import BANKS_OWN_KINDS, PayerKey, held_by_payment
from arhan.fraud.store import outcomes as store
from arhan.kernel.clock import now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Cursor

    from arhan.kernel.outbox import Event

_FACTS: dict[str, type[OrderSettled]] = {
    fact.event_type(): fact for fact in (OrderCompleted, OrderDeclined, OrderReviewed)
}


def record_outcomes(cursor: Cursor[Any], events: Sequence[Event]) -> None:
    """Apply payment's events, in the transaction that moves the inbox cursor, so once each.

    Locks the histories of payers whose payments moved nothing.
    """
    orders = [msgspec.convert(event.data, _FACTS[event.type]) for event in events if event.type in _FACTS]
    if not orders:
        return
    store.keep_outcomes(cursor, {order.id: _outcome(order) for order in orders})
    if paid := payees_paid(order for order in orders if isinstance(order, OrderCompleted)):
        store.know_payees(cursor, paid)
    if declined := [
        order for order in orders if isinstance(order, OrderDeclined) and order.kind not in BANKS_OWN_KINDS
    ]:
        _count_among_declined(cursor, declined)
    if held := [order for order in orders if isinstance(order, OrderReviewed)]:
        _look_at_what_payment_held(cursor, held)


def _count_among_declined(cursor: Cursor[Any], orders: Sequence[OrderDeclined]) -> None:
    """Attempts we let pass and the books refused no longer fill the payer's limits."""
    keys = [key for order in orders for key in (_payer(order), _card(order)) if key is not None]
    histories = store.lock_histories(cursor, keys)
    counted = store.counted_at(cursor, orders)
    for order in orders:
        if order.id in counted and _payer(order) in histories:
            histories[_payer(order)].turn_declined(
                at=int(counted[order.id].timestamp()), amount=order.amount, currency=order.currency
            )
        if (card := _card(order)) is not None:
            _count_on_card(histories.setdefault(card, PayerHistory()), order, counted.get(order.id))
    if histories:
        store.save_histories(cursor, histories)


def _count_on_card(history: PayerHistory, order: OrderDeclined, counted: datetime | None) -> None:
    """An attempt with a card that came to nothing; the card's issuer may have refused it unscreened.

    What the card's own rules refused is no sign of a stranger; what we declined is counted already.
    """
    moment = int((counted or datetime.fromisoformat(order.decided_at)).timestamp())
    if counted is None and order.code in TRIES:
        history.add_declined(at=moment)
    elif counted is not None and order.code in TRIES:
        history.turn_declined(at=moment, amount=order.amount, currency=order.currency)
    elif counted is not None:
        history.take_back(at=moment, amount=order.amount, currency=order.currency)


def _card(order: OrderSettled) -> PayerKey | None:
    return PayerKey(order.card, order.currency) if order.card else None


def _look_at_what_payment_held(cursor: Cursor[Any], orders: Sequence[OrderReviewed]) -> None:
    """A payment held while we were silent gets a case too, or nobody could ever let it go."""
    revisions = store.without_case(cursor, [order.id for order in orders])
    held = [
        held_by_payment(screening_of(order), revision=revisions[order.id] + 1, at=now())
        for order in {order.id: order for order in orders}.values()
        if order.id in revisions
    ]
    if held:
        store.keep_held(cursor, held)


def _payer(order: OrderSettled) -> PayerKey:
    return PayerKey(order.payer_customer or order.payer_account, order.currency)


def _outcome(order: OrderSettled) -> tuple[str, str, datetime]:
    status = order.event_type().rpartition(".")[2]
    return status, order.code, datetime.fromisoformat(order.decided_at)
