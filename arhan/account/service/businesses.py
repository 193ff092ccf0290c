"""Businesses that become customers.

They apply, two people at the bank verify them against the register, and with the same yes their account is
opened and its first signatories are invited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.account.domain.parties import Mandate
from arhan.account.errors import parties as errors
from arhan.account.errors.accounts import PRODUCT_NOT_FOUND
from arhan.account.models import Business
from arhan.account.service import accounts, parties
from arhan.account.service.accounts import Customer
from arhan.account.store import accounts as account_store
from arhan.account.store import businesses as store
from arhan.account.store import parties as party_store
from arhan.account.store import products
from arhan.kernel import audit, clock, outbox, proposals
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arhan.account.models import Account
    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal

VERIFICATION = "business.verified"
TIER = 3
"""Of a business the bank has verified."""
KINDS = frozenset({"current", "savings"})
"""Of products a business can open; the others ask a person for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a business says of itself."""

    registered_name: str
    registration_number: str
    product: str
    signatures: int


def apply(*, principal: Principal, applicant: str, application: Application) -> Business:
    """Hand in an application; Refused(product_not_found | business_known)."""
    product = products.find(application.product)
    if product is None or product.kind not in KINDS:
        raise Refused(PRODUCT_NOT_FOUND)
    business = Business(
        id=new_id("biz"),
        registered_name=application.registered_name,
        registration_number=application.registration_number,
        product=application.product,
        signatures=application.signatures,
        applied_by=applicant,
        applied_at=clock.now(),
        state="applied",
    )
    with django_transaction() as cursor:
        store.insert(business)
        _record(cursor, "business.applied", principal, business)
    return business


def search(principal: Principal, *, state: str, before: str, limit: int) -> list[Business]:
    """One's own applications, or for staff everybody's; newest first."""
    own = "" if principal.is_staff else principal.subject
    return store.search(applied_by=own, state=state, before=before, limit=limit)


def get_for(principal: Principal, business_id: str) -> Business:
    """A business whose account one applied for or has a part in, or any for staff; Refused(not_found)."""
    business = store.find(business_id)
    if business is None:
        raise not_found(what="business")
    account = account_store.find(business.account_id) if business.account_id else None
    sees = principal.is_staff or business.applied_by == principal.subject
    if not (sees or parties.may(principal.subject, account, "view")):
        raise not_found(what="business")
    return business


def propose_verification(
    *, principal: Principal, business_id: str, signatories: Sequence[parties.Invited], reason: str
) -> Proposal:
    """Put a business that was found in the register before a second person.

    Refused(not_found | business_decided | too_few_signatories).
    """
    business = store.find(business_id)
    if business is None:
        raise not_found(what="business")
    if business.state != "applied":
        raise Refused(errors.BUSINESS_DECIDED)
    if len({each.person for each in signatories}) < business.signatures:
        raise Refused(errors.TOO_FEW_SIGNATORIES)
    body = {
        "registered_name": business.registered_name,
        "registration_number": business.registration_number,
        "product": business.product,
        "signatures": business.signatures,
        "signatories": [
            {"person": each.person, "name": each.name, "payment_limit": each.payment_limit}
            for each in signatories
        ],
    }
    with django_transaction() as cursor:
        return proposals.propose(
            cursor, action=VERIFICATION, body=body, subject=business_id, reason=reason, principal=principal
        )


def verify(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: in the transaction of the approval the account is opened, its signatories invited.

    Locks the business. Refused(business_decided | product_not_found | already_party).
    """
    with django_transaction() as cursor:
        business = store.lock(proposal.subject)
        if business is None or business.state != "applied":
            raise Refused(errors.BUSINESS_DECIDED)
        owner = Customer(business.id, business.registered_name, TIER)
        account = accounts.open_for_business(owner, product_code=business.product)
        party_store.set_mandate(account, Mandate(business.signatures))
        _appoint(cursor, account, proposal)
        now = clock.now()
        store.decide(
            business,
            state="verified",
            by=proposal.proposed_by,
            reason=proposal.reason,
            at=now,
            account=account,
        )
    return {"account": account.id}


def _appoint(cursor: Any, account: Account, proposal: Proposal) -> None:
    for each in proposal.body["signatories"]:
        invited = parties.Invited(
            person=each["person"], name=each["name"], role="signatory", payment_limit=each["payment_limit"]
        )
        party = parties.appoint(account, invited, by=proposal.proposed_by)
        told = [parties.changed(party, by=proposal.proposed_by), parties.asked(party)]
        outbox.publish(cursor, told, event_at=party.invited_at)


def refuse(*, principal: Principal, business_id: str, reason: str) -> Business:
    """Turn an application away; Refused(not_found | business_decided)."""
    with django_transaction() as cursor:
        business = store.lock(business_id)
        if business is None:
            raise not_found(what="business")
        if business.state != "applied":
            raise Refused(errors.BUSINESS_DECIDED)
        store.decide(business, state="refused", by=principal.subject, reason=reason, at=clock.now())
        _record(cursor, "business.refused", principal, business, reason)
        return business


def _record(cursor: Any, action: str, principal: Principal, business: Business, reason: str = "") -> None:
    deed = Deed(
        action=action,
        actor=principal.subject,
        role=principal.role,
        subject=business.id,
        details={"registration_number": business.registration_number, "reason": reason},
    )
    audit.record(cursor, deed)
