"""Questions to account: who has a part in an account, how many sign, and businesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post, put
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.parties import Business, Parties, Party
from arhan.frontend.schemas.people import Challenge

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "account"
INVITE, JOIN, MANDATE = "invite_to_account", "join_account", "change_mandate"
"""Acts that are confirmed with a second factor."""


def of(account_id: str) -> Question[Parties]:
    """Everybody who has a part in an account."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}/parties"), Parties)


def mine() -> Question[Listed[Party]]:
    """One's own parts in others' accounts, and invitations."""
    return Question(get(SERVICE, "/v1/parties"), Listed[Party])


def begin_confirmation(action: str, *, reference: str, payee: str = "") -> Question[Challenge]:
    """Be asked by identity to confirm an act."""
    body = {"audience": SERVICE, "action": action, "reference": reference, "payee": payee}
    return Question(post("identity", "/v1/challenges", body), Challenge)


def invite(account_id: str, body: Mapping[str, Any], *, key: str) -> Question[Party]:
    """Ask somebody in."""
    return Question(post(SERVICE, f"/v1/accounts/{account_id}/parties", body, key=key), Party)


def accept(party_id: str, *, pin: str, proof: str, key: str) -> Question[Party]:
    """Say yes, with a PIN of one's own where one may pay."""
    body = {"proof": proof} | ({"pin": pin} if pin else {})
    call = post(SERVICE, f"/v1/parties/{party_id}/accept", body, key=key, deadline_s=HASHING_DEADLINE_S)
    return Question(call, Party)


def decline(party_id: str) -> Question[Party]:
    """Say no to an invitation."""
    return Question(post(SERVICE, f"/v1/parties/{party_id}/decline"), Party)


def end(party_id: str, *, reason: str = "") -> Question[Party]:
    """Leave, let somebody go, or take an invitation back."""
    body = {"reason": reason} if reason else None
    return Question(post(SERVICE, f"/v1/parties/{party_id}/end", body), Party)


def ask_for_signatures(account_id: str, body: Mapping[str, Any]) -> Question[Any]:
    """Say how many sign; staff's wish waits for a second person."""
    return Question(put(SERVICE, f"/v1/accounts/{account_id}/mandate", body), Any)


def apply(body: Mapping[str, Any], *, key: str) -> Question[Business]:
    """Ask for an account for a business."""
    return Question(post(SERVICE, "/v1/businesses", body, key=key), Business)


def businesses(*, state: str = "", after: str = "") -> Question[Listed[Business]]:
    """One's own applications; for staff everybody's."""
    return Question(get(SERVICE, "/v1/businesses", state=state, after=after), Listed[Business])


def business(business_id: str) -> Question[Business]:
    """One of them."""
    return Question(get(SERVICE, f"/v1/businesses/{business_id}"), Business)


def propose_verification(business_id: str, body: Mapping[str, Any]) -> Question[Any]:
    """Put a business before a second person."""
    return Question(post(SERVICE, f"/v1/businesses/{business_id}/verification", body), Any)


def refuse(business_id: str, *, reason: str) -> Question[Business]:
    """Turn an application away."""
    return Question(post(SERVICE, f"/v1/businesses/{business_id}/refuse", {"reason": reason}), Business)
