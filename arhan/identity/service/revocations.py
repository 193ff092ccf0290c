"""Telling every process of the bank who may not come in any more."""

from __future__ import annotations

import hashlib

from arhan.identity.store import revocations as store
from arhan.kernel.revocations import News, Revocation


def list_news(*, after: int) -> News:
    """Revocations after the last answer, and which keys are published now."""
    kids, found = store.list_after(after)
    return News(
        revocations=[Revocation(session, until) for _, session, until in found],
        through=found[-1][0] if found else after,
        keys=hashlib.sha256(kids.encode()).hexdigest(),
    )
