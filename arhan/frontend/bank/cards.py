"""Questions to account about cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post
from arhan.frontend.schemas.cards import Card, RevealedCard
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.people import Challenge

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "account"
REVEAL = "reveal_card"
PIN = "set_card_pin"


def listed(*, after: str = "", limit: int = 50, **filters: str) -> Question[Listed[Card]]:
    """One's cards, newest first; for staff everybody's."""
    return Question(get(SERVICE, "/v1/cards", limit=limit, after=after, **filters), Listed[Card])


def one(card_id: str) -> Question[Card]:
    """One card that the person may see."""
    return Question(get(SERVICE, f"/v1/cards/{card_id}"), Card)


def issue(wanted: Mapping[str, str], *, key: str) -> Question[Card]:
    """Have a card made."""
    return Question(post(SERVICE, "/v1/cards", wanted, key=key, deadline_s=HASHING_DEADLINE_S), Card)


def act(card_id: str, verb: str, body: Mapping[str, object] | None = None) -> Question[Card]:
    """Activate, freeze, unfreeze, block, close, or set its rules."""
    return Question(post(SERVICE, f"/v1/cards/{card_id}/{verb}", body), Card)


def replace(card_id: str, *, reason: str, pin: str, key: str) -> Question[Card]:
    """Close a card and have another made."""
    call = post(SERVICE, f"/v1/cards/{card_id}/replace", {"reason": reason, "pin": pin}, key=key)
    return Question(call, Card)


def change_pin(card_id: str, *, new: str, proof: str, key: str) -> Question[Card]:
    """A new PIN, confirmed just now."""
    body = {"new_pin": new, "proof": proof}
    call = post(SERVICE, f"/v1/cards/{card_id}/pin", body, key=key, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Card)


def reveal(card_id: str, *, proof: str) -> Question[RevealedCard]:
    """What is printed on it, confirmed just now."""
    return Question(post(SERVICE, f"/v1/cards/{card_id}/reveal", {"proof": proof}), RevealedCard)


def begin_confirmation(card_id: str, action: str) -> Question[Challenge]:
    """Be asked by identity to confirm an act on a card."""
    body = {"audience": "account", "action": action, "reference": card_id}
    return Question(post("identity", "/v1/challenges", body), Challenge)
