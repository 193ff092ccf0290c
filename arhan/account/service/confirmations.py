"""Confirmations (step-up) that somebody gave: checked offline, accepted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.errors.cards import PROOF_USED
from arhan.account.store import cards as store
from arhan.kernel import clock, proofs
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal
    from arhan.kernel.proofs import Act

SERVICE = "account"


def accept(proof: str, *, principal: Principal, act: Act) -> None:
    """Take a confirmation of this act, in the caller's transaction; Refused(proof_invalid | proof_used)."""
    jti = proofs.verify(SERVICE, proof, principal=principal, act=act)
    if not store.use_proof(jti, at=clock.now()):
        raise Refused(PROOF_USED)
