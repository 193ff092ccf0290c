"""Knowing the customer: the customer's side and the reviewer's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.contracts.tiers import CURRENCY
from arhan.identity import models
from arhan.identity.domain.people import full_name
from arhan.identity.domain.roles import KYC_REVIEW
from arhan.identity.errors import (
    ALREADY_APPLIED,
    APPLICATION_DECIDED,
    KYC_INCOMPLETE,
    NUMBER_MISMATCH,
    NUMBER_TAKEN,
    NUMBER_UNKNOWN,
    TIER_REACHED,
    TOO_YOUNG,
)
from arhan.identity.schemas import kyc as shapes
from arhan.identity.service import kyc
from arhan.kernel import clock, documents
from arhan.kernel.auth import CUSTOMER, STAFF_ROLES, permit
from arhan.kernel.office import Routes, principal_of

routes = Routes(service="identity", tag="know your customer")

CUSTOMERS = permit(CUSTOMER)
REVIEWERS = permit(*STAFF_ROLES, permission=KYC_REVIEW)


@routes.get("/v1/me/kyc", permit=CUSTOMERS, answer=shapes.Dossier)
def get_own(request: HttpRequest) -> shapes.Dossier:
    """What I have told and shown, my tier and its limits."""
    return dossier_shape(kyc.get_dossier(principal_of(request).subject))


@routes.put("/v1/me/kyc/profile", permit=CUSTOMERS, answer=shapes.Dossier, refusals=(TOO_YOUNG,))
def set_profile(request: HttpRequest, body: shapes.Profile) -> shapes.Dossier:
    """Tell my date of birth and address."""
    principal = principal_of(request)
    kyc.set_profile(principal=principal, words=kyc.ProfileWords(**body.model_dump()))
    return dossier_shape(kyc.get_dossier(principal.subject))


@routes.post(
    "/v1/me/kyc/identity-numbers",
    permit=CUSTOMERS,
    answer=shapes.IdentityNumber,
    status=201,
    refusals=(KYC_INCOMPLETE, NUMBER_MISMATCH, NUMBER_UNKNOWN, NUMBER_TAKEN),
)
def add_number(request: HttpRequest, body: shapes.NewIdentityNumber) -> tuple[int, shapes.IdentityNumber]:
    """Have the registry confirm my BVN or NIN."""
    found = kyc.add_number(principal=principal_of(request), kind=body.kind, number=body.number)
    return 201, shapes.IdentityNumber.from_orm(found)


@routes.post(
    "/v1/me/kyc/documents",
    permit=CUSTOMERS,
    answer=shapes.Document,
    status=201,
    refusals=documents.REFUSALS,
    request_body=documents.BODY,
)
def add_document(request: HttpRequest, kind: shapes.DocumentKind) -> tuple[int, shapes.Document]:
    """Upload a document: the body is the file, its Content-Type a JPEG, PNG or PDF."""
    media_type, content = documents.read(request)
    found = kyc.add_document(
        principal=principal_of(request), kind=kind, media_type=media_type, content=content
    )
    return 201, shapes.Document.from_orm(found)


@routes.post(
    "/v1/me/kyc/applications",
    permit=CUSTOMERS,
    answer=shapes.Application,
    status=201,
    refusals=(TIER_REACHED, KYC_INCOMPLETE, ALREADY_APPLIED),
)
def apply(request: HttpRequest, body: shapes.NewApplication) -> tuple[int, shapes.Application]:
    """Ask for a higher tier."""
    found = kyc.apply(principal=principal_of(request), tier=body.tier)
    return 201, shapes.Application.from_orm(found)


@routes.get("/v1/kyc/applications", permit=REVIEWERS, answer=shapes.Queue)
def list_applications(request: HttpRequest, wanted: Query[shapes.QueueQuery]) -> shapes.Queue:
    """The review queue; who waited longest comes first."""
    found = kyc.list_applications(status=wanted.status, after=wanted.after, limit=wanted.limit)
    more = found[-1].id if len(found) == wanted.limit else None
    return shapes.Queue(items=[_queued(each) for each in found], next=more)


@routes.get("/v1/kyc/applications/{application_id}", permit=REVIEWERS, answer=shapes.Dossier)
def get_application(request: HttpRequest, application_id: str) -> shapes.Dossier:
    """What the applicant has told and shown."""
    return dossier_shape(kyc.get_dossier(kyc.get_application(application_id).person_id))


@routes.get("/v1/kyc/documents/{document_id}", permit=REVIEWERS, answer=None)
def open_document(request: HttpRequest, document_id: str) -> HttpResponse:
    """A document's content; that it was opened is written down."""
    document, content = kyc.open_document(principal=principal_of(request), document_id=document_id)
    return documents.show(content, media_type=document.media_type, name=document.id)


@routes.post(
    "/v1/kyc/applications/{application_id}/approve",
    permit=REVIEWERS,
    answer=shapes.QueuedApplication,
    refusals=(APPLICATION_DECIDED,),
)
def approve(request: HttpRequest, application_id: str, body: shapes.Decision) -> shapes.QueuedApplication:
    """The documents prove it: give the tier."""
    return _decide(request, application_id, body, approve=True)


@routes.post(
    "/v1/kyc/applications/{application_id}/reject",
    permit=REVIEWERS,
    answer=shapes.QueuedApplication,
    refusals=(APPLICATION_DECIDED,),
)
def reject(request: HttpRequest, application_id: str, body: shapes.Decision) -> shapes.QueuedApplication:
    """The documents do not prove it."""
    return _decide(request, application_id, body, approve=False)


def _decide(
    request: HttpRequest, application_id: str, body: shapes.Decision, *, approve: bool
) -> shapes.QueuedApplication:
    found = kyc.decide(
        principal=principal_of(request),
        application_id=application_id,
        approve=approve,
        reason=body.reason,
    )
    return _queued(found)


def _queued(found: models.Application) -> shapes.QueuedApplication:
    person = found.person
    return shapes.QueuedApplication(
        id=found.id,
        tier=found.tier,
        status=found.status,
        submitted_at=found.submitted_at,
        decided_at=found.decided_at,
        reason=found.reason,
        person_id=person.id,
        name=full_name(person.first_name, person.last_name),
        decided_by=found.decided_by,
        age_s=int((clock.now() - found.submitted_at).total_seconds()),
    )


def dossier_shape(found: kyc.Dossier) -> shapes.Dossier:
    """A dossier as the customer and its reviewers see it."""
    person, limits = found.person, found.limits
    return shapes.Dossier(
        person_id=person.id,
        name=full_name(person.first_name, person.last_name),
        tier=person.tier,
        limits=shapes.Limits(
            currency=CURRENCY,
            single_deposit=limits.single_deposit,
            balance=limits.balance,
            daily_outflow=limits.daily_outflow,
        ),
        profile=shapes.Profile.from_orm(found.profile) if found.profile else None,
        identity_numbers=[shapes.IdentityNumber.from_orm(each) for each in found.numbers],
        documents=[shapes.Document.from_orm(each) for each in found.documents],
        application=shapes.Application.from_orm(found.application) if found.application else None,
    )
