"""The HTTP side of identity."""

from __future__ import annotations

from arhan.identity.api import (
    challenges,
    customers,
    factors,
    internal,
    keys,
    kyc,
    letters,
    notices,
    passkeys,
    passwords,
    people,
    sessions,
    staff,
    tokens,
)
from arhan.kernel.office import build_api

api = build_api(
    "identity",
    title="Identity",
    description="Who people are, how they prove it, and what they are permitted.",
    routes=[
        people.routes,
        tokens.routes,
        sessions.routes,
        passwords.routes,
        letters.routes,
        notices.routes,
        factors.routes,
        passkeys.routes,
        challenges.routes,
        kyc.routes,
        staff.routes,
        customers.routes,
        keys.routes,
        internal.routes,
    ],
    four_eyes=staff.FOUR_EYES,
)
