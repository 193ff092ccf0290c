"""Card payments: authorised with a hold, captured whole or in parts, released, or expired. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.contracts.account import CaptureCommand, HoldCommand, Posting, ReleaseCommand
from arhan.contracts.cards import APPROVED, REFERRED, response_code
from arhan.kernel.errors import Refused, not_found
from arhan.payment.domain.orders import card_use_of, movement_of
from arhan.payment.errors import (
    HOLD_ALREADY_CAPTURED,
    HOLD_ALREADY_RELEASED,
    HOLD_EXPIRED,
    NOT_AUTHORISED,
)

if TYPE_CHECKING:
    from arhan.contracts.account import Command
    from arhan.payment.domain.orders import Order

PARTS = frozenset({"card_capture", "card_release"})
"""Orders that carry on with a card payment: screened with it, told of with it."""
HOLD_LIFE = timedelta(days=7)
"""How long a merchant has to capture, counted by account from the moment the hold is placed."""
SWEPT_AFTER = timedelta(seconds=2)
"""Past its hold's time a card payment is closed by the sweep; account may be a moment behind."""
TOLERANCE_PERCENT = 20
"""A last capture may be larger than what was authorised by this much (tips, fuel); it is flagged."""

HOLD_HAS_ENDED = frozenset({"hold_expired", "hold_already_released", "hold_already_captured"})


def command_of(order: Order) -> Command:
    """What account is asked; the same for every attempt, under the order's id."""
    told = order.circumstances.card
    if told is None:
        return movement_of(order)
    if order.state == "authorised":
        return ReleaseCommand(id=f"{order.id}:expired", hold=order.id, reason="expired")
    if order.kind == "card_capture":
        return _capture(order, final=told.final, may_exceed=told.may_exceed)
    if order.kind == "card_release":
        return ReleaseCommand(
            id=order.id, hold=order.authorisation, initiator=order.initiator, valid_until=order.due_at
        )
    if order.kind == "card_payment" and told.capture == "later":
        return HoldCommand(
            id=order.id,
            account=order.payer_account,
            amount=order.amount,
            currency=order.currency,
            expires_in_s=told.hold_s,
            narration=order.narration,
            initiator=order.initiator,
            valid_until=order.due_at,
            card=card_use_of(order),
        )
    return movement_of(order)


def _capture(order: Order, *, final: bool, may_exceed: int) -> CaptureCommand:
    return CaptureCommand(
        id=order.id,
        hold=order.authorisation,
        kind="card_payment",
        currency=order.currency,
        postings=[
            Posting(account=order.payer_account, side="debit", amount=order.amount),
            Posting(account=order.payee_account, side="credit", amount=order.amount),
        ],
        final=final,
        may_exceed=may_exceed,
        narration=order.narration,
        initiator=order.initiator,
        valid_until=order.due_at,
    )


def refuse_ended(authorisation: Order | None) -> None:
    """Refused unless the funds of this card payment are still held."""
    if authorisation is None or authorisation.kind != "card_payment":
        raise not_found(what="card payment")
    if authorisation.state == "authorised":
        return
    if authorisation.state == "completed":
        raise Refused(HOLD_ALREADY_CAPTURED)
    if authorisation.state == "cancelled" and authorisation.code in _ENDS:
        raise Refused(_ENDS[authorisation.code])
    raise Refused(NOT_AUTHORISED)


_ENDS = {"released": HOLD_ALREADY_RELEASED, "hold_expired": HOLD_EXPIRED}


def is_held(order: Order) -> bool:
    """Whether carrying it out holds funds instead of moving them."""
    told = order.circumstances.card
    return order.kind == "card_payment" and told is not None and told.capture == "later"


def tolerance_of(authorised: int) -> int:
    """By how much the last capture may be larger, in minor units, rounded down."""
    return authorised * TOLERANCE_PERCENT // 100


def excess_of(order: Order) -> int:
    """How much more was captured than authorised; anything at all is flagged."""
    return max(0, order.captured - order.amount)


def response_code_of(order: Order) -> str:
    """ISO 8583 field 39 of a card payment as it stands."""
    if order.state in {"review", "requires_action"}:
        return REFERRED
    if order.state == "cancelled" and order.screened_at and order.code in {"released", "hold_expired"}:
        return APPROVED
    return response_code(order.code)
