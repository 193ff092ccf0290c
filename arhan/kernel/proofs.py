"""Proof that a person confirmed one action just now: signed by identity, checked offline.

The proof names the action, its amount, its payee and what it refers to; changing any of them takes
a new confirmation (dynamic linking). It is good for five minutes. Whoever accepts it must take care
that it is used once: by binding it to something that happens once (the payment it refers to).
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from arhan.kernel.errors import UNAVAILABLE, Refusal, Refused
from arhan.kernel.http import key_source

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal

PROOF_TYPE = "step-up+jwt"
PROOF_INVALID = Refusal("proof_invalid", 422, "This is not a confirmation of what you are about to do.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is confirmed."""

    action: str
    """E.g. `transfer`, as the service calls it that asks for the proof."""
    amount: int = 0
    """In minor units; 0 when no money is concerned."""
    currency: str = ""
    payee: str = ""
    """The account number or other name the person was shown."""
    reference: str = ""
    """Id of the one thing this is about, e.g. the payment."""


def verify(service: str, proof: str, *, principal: Principal, act: Act) -> str:
    """The id of a good proof by this person, in this session, of this act; Refused(proof_invalid).

    Blocks on the network only if the signing key is new.
    """
    try:
        claims = key_source(service).statement(proof, typ=PROOF_TYPE)
    except Refused as refused:
        if refused.refusal is UNAVAILABLE:
            raise
        raise Refused(PROOF_INVALID) from refused
    same_person = claims.get("sub") == principal.subject and claims.get("sid") == principal.session
    if not same_person or claims.get("act") != asdict(act):
        raise Refused(PROOF_INVALID)
    return str(claims["jti"])


async def verify_async(service: str, proof: str, *, principal: Principal, act: Act) -> str:
    """The same for an engine: off the event loop."""
    return await asyncio.to_thread(verify, service, proof, principal=principal, act=act)
