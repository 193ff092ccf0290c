"""Confirmations (step-up) that an owner gave about a card: checked offline, accepted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.service import confirmations
from arhan.kernel.proofs import Act

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal


def accept(proof: str, *, principal: Principal, action: str, card: str) -> None:
    """Take a confirmation of this act on this card, in the caller's transaction.

    Refused(proof_invalid | proof_used).
    """
    confirmations.accept(proof, principal=principal, act=Act(action=action, reference=card))
