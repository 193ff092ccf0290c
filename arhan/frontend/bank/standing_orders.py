"""Questions to payment: standing orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, patch, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.people import Challenge
from arhan.frontend.schemas.standing_orders import Execution, StandingOrder
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "payment"
PATH = "/v1/standing-orders"


def listed(*, after: str = "", limit: int = 25) -> Question[Listed[StandingOrder]]:
    """The person's own, newest first."""
    return Question(get(SERVICE, PATH, after=after, limit=limit), Listed[StandingOrder])


def one(order_id: str) -> Question[StandingOrder]:
    """One of them."""
    return Question(get(SERVICE, f"{PATH}/{order_id}"), StandingOrder)


def executions(order_id: str, *, after: str = "") -> Question[Listed[Execution]]:
    """What became of its payments, the latest first."""
    call = get(SERVICE, f"{PATH}/{order_id}/executions", after=after, limit=25)
    return Question(call, Listed[Execution])


def give(wishes: Mapping[str, Any], *, key: str) -> Question[StandingOrder]:
    """Give one; it begins when it is confirmed."""
    return Question(post(SERVICE, PATH, wishes, key=key, deadline_s=HASHING_DEADLINE_S), StandingOrder)


def begin_confirmation(order_id: str, *, amount: int | None = None) -> Question[Challenge]:
    """Be asked for the second factor: for the order as it is, or a new amount of it."""
    body = {"amount": amount} if amount else None
    return Question(post(SERVICE, f"{PATH}/{order_id}/challenge", body), Challenge)


def change(order_id: str, wishes: Mapping[str, Any], *, proof: str = "") -> Question[StandingOrder]:
    """Change what is named, from the next payment on; identity's proof where the amount is higher."""
    body = {**wishes, "proof": proof} if proof else wishes
    return Question(patch(SERVICE, f"{PATH}/{order_id}", body), StandingOrder)


def confirm(order_id: str, *, proof: str) -> Question[StandingOrder]:
    """Begin, with identity's proof."""
    key = f"confirm-{new_id('key')}"
    return Question(post(SERVICE, f"{PATH}/{order_id}/confirm", {"proof": proof}, key=key), StandingOrder)


def say(order_id: str, verb: str) -> Question[StandingOrder]:
    """Let it rest, go on, or end."""
    key = f"{verb}-{new_id('key')}"
    return Question(post(SERVICE, f"{PATH}/{order_id}/{verb}", key=key), StandingOrder)
