"""Showing a card's number and code to its owner, who has just confirmed; every time on record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arhan.account.cards import number as numbers
from arhan.account.cards.number import CVV_TRIES
from arhan.account.errors.cards import CARD_IS_CLOSED
from arhan.account.service import card_proofs, card_secrets, cards
from arhan.account.store import cards as store
from arhan.kernel import audit
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal

ACTION = "reveal_card"


@dataclass(frozen=True, slots=True)
class Revealed:
    """What is printed on a card."""

    id: str
    name: str
    expiry: str
    number: str = field(repr=False)
    cvv: str = field(repr=False)


def reveal(*, principal: Principal, card_id: str, proof: str) -> Revealed:
    """The whole card, for its owner alone; also answers wrong codes again, if they were blocked.

    Refused(not_found | card_is_closed | proof_invalid | proof_used).
    """
    card = cards.get(card_id)
    if card.customer != principal.subject:
        raise not_found(what="card")
    if card.state == "closed":
        raise Refused(CARD_IS_CLOSED)
    with django_transaction() as cursor:
        card_proofs.accept(proof, principal=principal, action=ACTION, card=card.id)
        store.forgive_codes(card.id, tries=CVV_TRIES)
        number = card_secrets.number_of(card)
        deed = Deed(
            action="card.revealed",
            actor=principal.subject,
            role=principal.role,
            subject=card.id,
            details={"last4": card.last4},
        )
        audit.record(cursor, deed)
    return Revealed(
        id=card.id,
        name=card.name,
        expiry=numbers.printed_expiry(card.expires_on),
        number=number,
        cvv=card_secrets.cvv_of(card, number=number),
    )
