"""Confirmations (step-up) that an owner gave about a card: checked offline, accepted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.errors.cards import PROOF_USED
from arhan.account.store import cards as store
from arhan.kernel import clock, proofs
from arhan.kernel.errors import Refused
from arhan.kernel.proofs import Act

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal

SERVICE = "account"


def accept(proof: str, *, principal: Principal, action: str, card: str) -> None:
    """Take a confirmation of this act on this card, in the caller's transaction.

    Refused(proof_invalid | proof_used).
    """
    jti = proofs.verify(SERVICE, proof, principal=principal, act=Act(action=action, reference=card))
    if not store.use_proof(jti, at=clock.now()):
        raise Refused(PROOF_USED)
