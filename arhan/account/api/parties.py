"""Who has a part in an account: look, invite, accept, end; how many sign."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from arhan.account.domain import parties as rules
from arhan.account.domain.parties import Mandate
from arhan.account.errors import parties as errors
from arhan.account.errors.cards import PROOF_USED
from arhan.account.models import Account, AccountParty
from arhan.account.schemas.parties import (
    Acceptance,
    Ending,
    HolderShape,
    Invitation,
    MandateWanted,
    OwnPart,
    OwnParts,
    PartiesShape,
    PartyShape,
)
from arhan.account.service import accounts, parties
from arhan.kernel import oversight
from arhan.kernel.auth import CUSTOMER, ROLES, Principal, permit
from arhan.kernel.errors import malformed
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proofs import PROOF_INVALID
from arhan.kernel.proposals import FourEyes

routes = Routes(service="account", tag="parties")

HOLDERS_AND_DESK = permit(CUSTOMER, "support", "admin")
CONFIRMED = (PROOF_INVALID, PROOF_USED)

MANDATES = FourEyes(
    action=parties.MANDATE_CHANGE,
    title="Change how many sign for an account",
    approvers=permit("support", "risk", "admin"),
    execute=parties.change_mandate,
)
FOUR_EYES = (MANDATES,)


@routes.get("/v1/accounts/{account_id}/parties", permit=permit(*ROLES), answer=PartiesShape)
def list_parties(request: HttpRequest, account_id: str) -> PartiesShape:
    """Who has a part in an account, or is invited, and how many of them sign."""
    return _parties(principal_of(request), account_id)


def _parties(principal: Principal, account_id: str) -> PartiesShape:
    account, found = parties.list_parties(principal, account_id)
    standing = None if principal.is_staff else parties.standing_on(account, principal.subject)
    return PartiesShape(
        owner=_owner(account),
        role=standing.role if standing else None,
        permitted=[action for action in rules.ACTIONS if parties.may(principal.subject, account, action)],
        items=[_shape(party) for party in found],
        signatures=account.signatures,
        signatures_from=account.signatures_from,
    )


@routes.get("/v1/parties", permit=permit(CUSTOMER), answer=OwnParts)
def list_own_parts(request: HttpRequest) -> OwnParts:
    """Others' accounts in which I have a part, and those I am invited to."""
    return OwnParts(items=[_own(party) for party in parties.list_own(principal_of(request))])


@routes.post(
    "/v1/accounts/{account_id}/parties",
    permit=HOLDERS_AND_DESK,
    answer=PartyShape,
    status=201,
    idempotent=True,
    refusals=(
        errors.ACCOUNT_ROLE_INSUFFICIENT,
        errors.PERSON_NOT_FOUND,
        errors.ALREADY_PARTY,
        errors.TOO_MANY_PARTIES,
        *CONFIRMED,
    ),
)
def invite_party(request: HttpRequest, account_id: str, body: Invitation) -> HttpResponse:
    """Ask somebody in as joint holder, signatory or viewer; they have no part before they accept."""
    principal = principal_of(request)
    reason = _reason(principal, body.reason)
    parties.account_for(principal, account_id, "invite")
    person = accounts.look_up_named(body.person)

    def do() -> PartyShape:
        invited = parties.Invited(
            person=person["id"], name=person["name"], role=body.role, payment_limit=body.payment_limit
        )
        made = parties.invite(
            principal=principal,
            account_id=account_id,
            invited=invited,
            named=body.person,
            proof=body.proof,
            reason=reason,
        )
        return _shape(made)

    return once(request, body=body, do=do)


@routes.post(
    "/v1/parties/{party_id}/accept",
    permit=permit(CUSTOMER),
    answer=PartyShape,
    idempotent=True,
    refusals=(errors.NOT_INVITED, errors.PIN_NEEDED, *CONFIRMED),
)
def accept_invitation(request: HttpRequest, party_id: str, body: Acceptance) -> HttpResponse:
    """Say yes to an invitation, with a confirmation, and a PIN of my own where I may pay."""
    principal = principal_of(request)

    def do() -> PartyShape:
        found = parties.accept(principal=principal, party_id=party_id, pin=body.pin, proof=body.proof)
        return _shape(found)

    return once(request, body=body, do=do, status=200)


@routes.post(
    "/v1/parties/{party_id}/decline",
    permit=permit(CUSTOMER),
    answer=PartyShape,
    refusals=(errors.NOT_INVITED,),
)
def decline_invitation(request: HttpRequest, party_id: str) -> PartyShape:
    """Say no to an invitation."""
    return _shape(parties.decline(principal=principal_of(request), party_id=party_id))


@routes.post(
    "/v1/parties/{party_id}/end",
    permit=HOLDERS_AND_DESK,
    answer=PartyShape,
    refusals=(errors.ACCOUNT_ROLE_INSUFFICIENT, errors.HOLDER_MUST_AGREE, errors.MANDATE_NEEDS_THEM),
)
def end_party(request: HttpRequest, party_id: str, body: Ending | None = None) -> PartyShape:
    """Leave, let somebody go, or take an invitation back."""
    principal = principal_of(request)
    reason = _reason(principal, body.reason if body else None)
    return _shape(parties.end(principal=principal, party_id=party_id, reason=reason))


@routes.put(
    "/v1/accounts/{account_id}/mandate",
    permit=HOLDERS_AND_DESK,
    answer=PartiesShape,
    may_propose=True,
    refusals=(
        errors.ACCOUNT_ROLE_INSUFFICIENT,
        errors.MANDATE_LOOSENED,
        errors.TOO_FEW_SIGNATORIES,
        errors.CARDS_PAY_ALONE,
        *CONFIRMED,
    ),
)
def change_mandate(request: HttpRequest, account_id: str, body: MandateWanted) -> PartiesShape | HttpResponse:
    """Say how many sign a payment: holders may ask for more than before; the bank's change takes two people."""
    principal = principal_of(request)
    reason = _reason(principal, body.reason)
    wanted = Mandate(body.signatures, body.signatures_from)
    if principal.is_staff:
        found = parties.propose_mandate(
            principal=principal, account_id=account_id, mandate=wanted, reason=reason
        )
        return oversight.proposed(found, MANDATES)
    parties.set_mandate(principal=principal, account_id=account_id, mandate=wanted, proof=body.proof)
    return _parties(principal, account_id)


def _owner(account: Account) -> HolderShape:
    return HolderShape(
        id=account.customer,
        name=parties.owners_name(account),
        business=not rules.is_person(account.customer),
    )


def _members(party: AccountParty) -> dict[str, Any]:
    return {
        "id": party.id,
        "account": party.account_id,
        "person": party.person,
        "name": party.name,
        "role": party.role,
        "state": party.state,
        "payment_limit": party.payment_limit,
        "invited_by": party.invited_by,
        "invited_at": party.invited_at,
        "answered_at": party.answered_at,
        "ended_at": party.ended_at,
        "reason": party.reason,
    }


def _shape(party: AccountParty) -> PartyShape:
    return PartyShape(**_members(party))


def _own(party: AccountParty) -> OwnPart:
    account = party.account
    return OwnPart(
        **_members(party),
        account_number=account.number or "",
        account_name=account.name,
        currency=account.currency,
    )


def _reason(principal: Principal, reason: str | None) -> str:
    """Staff say why they act; customers need not."""
    if reason is None and principal.is_staff:
        raise malformed(pointer="/reason", message="Staff say why.")
    return reason or ""
