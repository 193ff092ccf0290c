"""From issue to end: the states of a card, and who may change them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from arhan.account.errors import cards as errors
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from datetime import date

    from arhan.kernel.errors import Refusal

State = Literal["pending_activation", "open", "frozen", "closed"]
Verb = Literal["activate", "freeze", "unfreeze", "close"]
CloseReason = Literal[
    "lost",
    "stolen",
    "compromised",
    "damaged",
    "customer_request",
    "issuer_request",
    "suspicious",
    "expired",
]
BlockReason = Literal["lost", "stolen", "compromised"]
Kind = Literal["virtual", "physical"]
Variant = Literal["standard", "single_use", "merchant_locked"]

STATES: tuple[str, ...] = get_args(State)
KINDS: tuple[str, ...] = get_args(Kind)
VARIANTS: tuple[str, ...] = get_args(Variant)

TRANSITIONS: dict[tuple[str, Verb], State] = {
    ("pending_activation", "activate"): "open",
    ("open", "activate"): "open",
    ("open", "freeze"): "frozen",
    ("frozen", "freeze"): "frozen",
    ("open", "unfreeze"): "open",
    ("frozen", "unfreeze"): "open",
    ("pending_activation", "close"): "closed",
    ("open", "close"): "closed",
    ("frozen", "close"): "closed",
    ("closed", "close"): "closed",
}
"""(from, verb) -> to. Asking again for what is so already changes nothing; what is not here is refused."""

_CLOSED = {"lost": errors.CARD_LOST, "stolen": errors.CARD_STOLEN, "expired": errors.CARD_EXPIRED}


def first_state(kind: str) -> State:
    """A card on paper waits until it has arrived; one on a screen is there at once."""
    return "pending_activation" if kind == "physical" else "open"


def next_state(state: str, *, verb: Verb) -> State:
    """Where the verb leads; Refused(card_is_closed | card_not_activated) when it leads nowhere."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise Refused(errors.CARD_IS_CLOSED if state == "closed" else errors.CARD_NOT_ACTIVATED) from None


def refuse_owner(*, owner: str, frozen_by: str) -> None:
    """What the bank froze, its owner cannot unfreeze; Refused(card_frozen_by_bank)."""
    if frozen_by != owner:
        raise Refused(errors.CARD_FROZEN_BY_BANK)


def against_state(*, state: str, reason: str) -> Refusal | None:
    """Why a card in this state cannot be used now."""
    if state == "open":
        return None
    if state == "frozen":
        return errors.CARD_FROZEN
    if state == "closed":
        return _CLOSED.get(reason, errors.CARD_CLOSED)
    return errors.CARD_NOT_ACTIVE


def against_age(*, expires_on: date, today: date) -> Refusal | None:
    """A card is good through the last day of its month, whether or not the day's run came by."""
    return errors.CARD_EXPIRED if today > expires_on else None
