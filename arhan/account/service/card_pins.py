"""A card's PIN: set, changed by who knows it or has confirmed, three tries like an account's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from arhan.account.domain import pins
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.service import card_proofs, pin_checks
from arhan.account.service.pins import pin_key
from arhan.account.store import card_pins as verifiers
from arhan.account.store import cards as store
from arhan.account.store.database import lasting_cursor
from arhan.kernel import audit
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.account.models import Card
    from arhan.kernel.auth import Principal

ACTION = "set_card_pin"


def set_pin(*, card: str, pin: str) -> None:
    """Set a card's PIN; three tries again, and no proof of an older PIN counts any more."""
    salt = os.urandom(pins.SALT_BYTES)
    sealed = pins.seal(key=pin_key(), account=card, pin=pin)
    store.set_pin(
        card=card,
        salt=salt,
        iterations=pins.ITERATIONS,
        verifier=pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS),
        tries=pins.TRIES,
    )


def change_pin(*, principal: Principal, card: Card, current: str | None, proof: str | None, new: str) -> None:
    """The owner changes the PIN: with the current one, or, forgotten or blocked, with a confirmation.

    Refused(pin_required | pin_not_set | wrong_pin | pin_blocked | proof_invalid | proof_used); a
    wrong try is counted whatever becomes of the request.
    """
    if proof is None:
        _prove(card, current)
    with django_transaction() as cursor:
        if proof is not None:
            card_proofs.accept(proof, principal=principal, action=ACTION, card=card.id)
        set_pin(card=card.id, pin=new)
        deed = Deed(
            action="card.pin_changed",
            actor=principal.subject,
            role=principal.role,
            subject=card.id,
            details={"confirmed_by": "pin" if proof is None else "step_up"},
        )
        audit.record(cursor, deed)


def _prove(card: Card, current: str | None) -> None:
    if current is None:
        raise Refused(PIN_REQUIRED, "Enter the current PIN, or confirm the change.")
    entered = pin_checks.Entered(card.id, pins.seal(key=pin_key(), account=card.id, pin=current))
    with lasting_cursor() as cursor:
        if not verifiers.find_by_id(cursor, {card.id}):
            raise Refused(PIN_NOT_SET, "This card has no PIN yet; confirm that you want to set one.")
        (checked,) = pin_checks.check(cursor, [entered], verifiers=verifiers)
    if not checked.right:
        refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
        raise Refused(refusal, extra={"tries_left": checked.tries_left})
