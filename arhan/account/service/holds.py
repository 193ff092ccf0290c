"""Holds whose time has run out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.store import holds as store
from arhan.contracts.account import ReleaseCommand
from arhan.kernel import clock
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from arhan.account.service.posting import Writer

PAGE = 500


def expire_holds(writer: Writer) -> int:
    """Give back what expired holds reserve; how many there were.

    May run twice at once: a hold ends once, and what is refused because it has ended needs nothing. A page
    of which nothing ends is the last: the next run looks again, and nobody turns in a circle.
    """
    expired, ended = 0, 1
    while ended and (ids := store.list_expired(now=clock.now(), limit=PAGE)):
        outcomes = writer.post(
            [ReleaseCommand(id=new_id("mov"), hold=id_, reason="expired", initiator="account") for id_ in ids]
        )
        ended = sum(outcome.status == "posted" for outcome in outcomes)
        expired += ended
    return expired
