"""What a card may do: the owner's rules and the bank's, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.cards.controls import Controls, as_text
from arhan.account.errors.cards import CARD_IS_CLOSED
from arhan.account.service import cards
from arhan.account.store import cards as store
from arhan.kernel import audit
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.models import Card
    from arhan.kernel.auth import Principal


def set_controls(*, principal: Principal, card_id: str, controls: Controls, reason: str) -> Card:
    """Replace the rules of whoever asks: the owner's own, or the bank's for staff.

    Locks the account's balance row: the next use is judged by them. Refused(not_found | card_is_closed).
    """
    card = cards.get_for(principal, card_id)
    text = as_text(controls)
    with django_transaction() as cursor:
        card = store.lock(card)
        if card.state == "closed":
            raise Refused(CARD_IS_CLOSED)
        is_banks = principal.is_staff
        store.set_controls(card, owners=None if is_banks else text, banks=text if is_banks else None)
        deed = Deed(
            action="card.controls_set",
            actor=principal.subject,
            role=principal.role,
            subject=card.id,
            details={"whose": "bank" if is_banks else "owner", "reason": reason},
        )
        audit.record(cursor, deed)
    return card
