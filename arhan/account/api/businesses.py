"""Businesses: apply for an account, be verified by two people at the bank, or turned away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.account.errors import parties as errors
from arhan.account.errors.accounts import PRODUCT_NOT_FOUND
from arhan.account.models import Business
from arhan.account.schemas.businesses import (
    BusinessApplication,
    BusinessPage,
    BusinessQuery,
    BusinessShape,
    Refusal,
    Verification,
)
from arhan.account.service import accounts, businesses, parties
from arhan.account.service.businesses import Application
from arhan.kernel import oversight
from arhan.kernel.auth import CUSTOMER, ROLES, Principal, permit
from arhan.kernel.errors import malformed
from arhan.kernel.office import Routes, once, principal_of
from arhan.kernel.proposals import FourEyes

routes = Routes(service="account", tag="businesses")

DESK = permit("support", "admin")
VERIFICATIONS = FourEyes(
    action=businesses.VERIFICATION,
    title="Verify a business and open its account",
    approvers=permit("support", "risk", "admin"),
    execute=businesses.verify,
)
FOUR_EYES = (VERIFICATIONS,)


@routes.post(
    "/v1/businesses",
    permit=permit(CUSTOMER, "support", "admin"),
    answer=BusinessShape,
    status=201,
    idempotent=True,
    refusals=(PRODUCT_NOT_FOUND, errors.BUSINESS_KNOWN, errors.PERSON_NOT_FOUND),
)
def apply_for_business(request: HttpRequest, body: BusinessApplication) -> HttpResponse:
    """Ask for an account for a business; staff name the customer who applies."""
    principal = principal_of(request)
    applicant = _applicant(principal, body)
    wanted = Application(**body.model_dump(exclude={"applicant"}))

    def do() -> BusinessShape:
        return _shape(businesses.apply(principal=principal, applicant=applicant, application=wanted))

    return once(request, body=body, do=do)


@routes.get("/v1/businesses", permit=permit(*ROLES), answer=BusinessPage)
def list_businesses(request: HttpRequest, wanted: Query[BusinessQuery]) -> BusinessPage:
    """Businesses I applied for; for staff all of them. Newest first."""
    found = businesses.search(
        principal_of(request), state=wanted.state, before=wanted.after, limit=wanted.limit + 1
    )
    items = [_shape(business) for business in found[: wanted.limit]]
    return BusinessPage(items=items, next=items[-1].id if len(found) > wanted.limit else None)


@routes.get("/v1/businesses/{business_id}", permit=permit(*ROLES), answer=BusinessShape)
def get_business(request: HttpRequest, business_id: str) -> BusinessShape:
    """One business."""
    return _shape(businesses.get_for(principal_of(request), business_id))


@routes.post(
    "/v1/businesses/{business_id}/verification",
    permit=DESK,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.BUSINESS_DECIDED, errors.TOO_FEW_SIGNATORIES, errors.PERSON_NOT_FOUND),
)
def propose_verification(request: HttpRequest, business_id: str, body: Verification) -> HttpResponse:
    """Propose to verify a business and open its account; it happens when a second person approves."""
    found = businesses.propose_verification(
        principal=principal_of(request),
        business_id=business_id,
        signatories=[_invited(each.person, each.payment_limit) for each in body.signatories],
        reason=body.reason,
    )
    return oversight.proposed(found, VERIFICATIONS)


@routes.post(
    "/v1/businesses/{business_id}/refuse",
    permit=DESK,
    answer=BusinessShape,
    refusals=(errors.BUSINESS_DECIDED,),
)
def refuse_business(request: HttpRequest, business_id: str, body: Refusal) -> BusinessShape:
    """Turn an application away, and say why."""
    principal = principal_of(request)
    return _shape(businesses.refuse(principal=principal, business_id=business_id, reason=body.reason))


def _applicant(principal: Principal, body: BusinessApplication) -> str:
    if not principal.is_staff:
        return principal.subject
    if body.applicant is None:
        raise malformed(pointer="/applicant", message="Staff say who applies.")
    found: str = accounts.look_up_named(body.applicant)["id"]
    return found


def _invited(named: str, payment_limit: int | None) -> parties.Invited:
    person = accounts.look_up_named(named)
    return parties.Invited(
        person=person["id"], name=person["name"], role="signatory", payment_limit=payment_limit
    )


def _shape(business: Business) -> BusinessShape:
    return BusinessShape(
        id=business.id,
        registered_name=business.registered_name,
        registration_number=business.registration_number,
        product=business.product,
        signatures=business.signatures,
        state=business.state,
        account=business.account_id,
        applied_by=business.applied_by,
        applied_at=business.applied_at,
        decided_by=business.decided_by,
        decided_at=business.decided_at,
        reason=business.reason,
    )
