"""Cards as answers."""

from __future__ import annotations

from datetime import date

import msgspec

from arhan.account.cards.controls import Controls, from_text
from arhan.account.cards.number import printed_expiry
from arhan.account.cards.spending import NAMES, Spending
from arhan.account.models import Card
from arhan.account.schemas.cards import CardShape, ControlsChange, ControlsShape, SpentShape
from arhan.account.service.cards import today


def card_shape(card: Card, *, on: date | None = None) -> CardShape:
    """A card as its owner or the bank's staff see it, with what counts on the bank's day."""
    return CardShape(
        id=card.id,
        account=card.account_id,
        currency=card.account.currency,
        type=card.kind,
        variant=card.variant,
        bin=card.bin,
        last4=card.last4,
        expiry=printed_expiry(card.expires_on),
        name=card.name,
        status=card.state,
        reason=card.reason,
        pin_status=_pin_status(card),
        controls=_controls(card.controls),
        bank_controls=_controls(card.bank_controls),
        spent=_spent(card, on or today()),
        replaces=card.replaces_id,
        replaced_by=card.replacement.id if hasattr(card, "replacement") else None,
        issued_at=card.issued_at,
    )


def _pin_status(card: Card) -> str:
    if not hasattr(card, "pin"):
        return "not_set"
    return "ok" if card.pin.tries_left else "blocked"


def _controls(text: str) -> ControlsShape:
    return ControlsShape(**msgspec.to_builtins(from_text(text)))


def _spent(card: Card, day: date) -> list[SpentShape]:
    row = card.spending
    values = {name: getattr(row, name) for name in Spending.__struct_fields__ if name != "card"}
    counters = Spending(card=card.id, **values)
    found = [(name, counters.within(name, today=day)) for name in NAMES]
    return [SpentShape(window=name, amount=w.amount, count=w.count) for name, w in found]


def controls_of(change: ControlsChange) -> Controls:
    """New rules as they are kept."""
    return msgspec.convert(change.model_dump(exclude={"reason"}), Controls)
