"""Whether a card may be used like that now: asked before a payment, and again as it is posted. Pure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arhan.account.cards import controls, states
from arhan.account.errors import cards as errors
from arhan.account.errors.posting import PIN_CHANGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.account.cards.spending import Spending
    from arhan.contracts.account import CardUse
    from arhan.kernel.errors import Refusal


class CardState(msgspec.Struct):
    """A card as the rules see it. The store reads one from each row, in this order."""

    id: str
    account: str
    state: str
    reason: str
    """Why it is closed or frozen."""
    expires_on: date
    variant: str
    controls: str
    """The owner's, as they are kept."""
    bank_controls: str
    """The bank's, likewise."""
    pin_version: int


def against_card(card: CardState, *, today: date) -> Refusal | None:
    """The card itself: open, and not past its time."""
    return states.against_state(state=card.state, reason=card.reason) or states.against_age(
        expires_on=card.expires_on, today=today
    )


def against_use(
    card: CardState, spending: Spending, use: CardUse, *, account: str, amount: int, today: date
) -> list[Refusal]:
    """Everything that speaks against this use of this card on this account."""
    if card.account != account:
        return [errors.CARD_NOT_FOUND]
    found = list(_against_controls(card, spending, use, amount=amount, today=today))
    if (refusal := against_card(card, today=today)) is not None:
        found.append(refusal)
    if use.pin_version is not None and use.pin_version != card.pin_version:
        found.append(PIN_CHANGED)
    return found


def _against_controls(
    card: CardState, spending: Spending, use: CardUse, *, amount: int, today: date
) -> Iterator[Refusal]:
    if card.variant == "single_use" and spending.ever_count:
        yield errors.CARD_USED_UP
    if card.variant == "merchant_locked" and spending.merchant not in {"", use.merchant}:
        yield errors.MERCHANT_NOT_ALLOWED
    for text in (card.controls, card.bank_controls):
        rules = controls.from_text(text)
        yield from controls.against_use(rules, use)
        yield from controls.against_limits(rules, spending, amount=amount, today=today)


def first(found: list[Refusal]) -> Refusal | None:
    """The one that comes first in the order of errors/cards.py; a PIN's before them."""
    return min(found, key=lambda refusal: _RANK.get(refusal, -1), default=None)


_RANK = {refusal: rank for rank, refusal in enumerate(errors.ON_USE)}
