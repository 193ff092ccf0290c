"""How long a browser stays signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

IDLE = timedelta(minutes=15)
"""Without a request for this long a session has ended (for staff: NIST SP 800-63B-4 AAL2 allows 60)."""
LONGEST = timedelta(hours=12)
"""However busy, a session ends this long after signing in."""
WARNED_BEFORE = timedelta(minutes=2)
"""How long before it ends the page says so and offers to stay."""
NOTED_EVERY = timedelta(seconds=30)
"""How exactly we remember the last request; a write per request would cost more than it tells."""
RENEWED_BEFORE = timedelta(seconds=45)
"""An access token this close to its end is renewed before it is used."""


@dataclass(frozen=True, slots=True)
class Span:
    """When a session began, was last used, and must end."""

    began_at: datetime
    seen_at: datetime

    @property
    def ends_at(self) -> datetime:
        """The moment it ends if nothing is asked before."""
        return min(self.seen_at + IDLE, self.began_at + LONGEST)

    def has_ended(self, now: datetime) -> bool:
        """Whether it is over."""
        return now >= self.ends_at

    def is_worth_noting(self, now: datetime) -> bool:
        """Whether this request moves the last one noticeably."""
        return now - self.seen_at >= NOTED_EVERY


def needs_renewal(expires_at: datetime, now: datetime) -> bool:
    """Whether an access token is too close to its end to be sent on."""
    return expires_at - now <= RENEWED_BEFORE
