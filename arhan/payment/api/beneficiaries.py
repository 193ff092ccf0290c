"""Beneficiaries: payees a customer keeps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.kernel.auth import CUSTOMER, permit
from arhan.kernel.office import Routes, principal_of
from arhan.payment.errors import ENQUIRY_NOT_VALID, TOO_MANY_BENEFICIARIES
from arhan.payment.schemas.beneficiaries import Beneficiaries, BeneficiaryShape, NewBeneficiary
from arhan.payment.service import beneficiaries

routes = Routes(service="payment", tag="beneficiaries")

PAYERS = permit(CUSTOMER)


@routes.get("/v1/beneficiaries", permit=PAYERS, answer=Beneficiaries)
def list_beneficiaries(request: HttpRequest) -> Beneficiaries:
    """Payees I keep, by nickname."""
    found = beneficiaries.list_beneficiaries(principal_of(request))
    return Beneficiaries(items=[BeneficiaryShape.from_orm(each) for each in found])


@routes.post(
    "/v1/beneficiaries",
    permit=PAYERS,
    answer=BeneficiaryShape,
    status=201,
    refusals=(ENQUIRY_NOT_VALID, TOO_MANY_BENEFICIARIES),
)
def save_beneficiary(request: HttpRequest, body: NewBeneficiary) -> tuple[int, BeneficiaryShape]:
    """Keep the payee a name enquiry showed me; saved again, the number has the new nickname."""
    kept = beneficiaries.save(principal=principal_of(request), enquiry=body.enquiry, nickname=body.nickname)
    return 201, BeneficiaryShape.from_orm(kept)


@routes.delete("/v1/beneficiaries/{beneficiary}", permit=PAYERS)
def forget_beneficiary(request: HttpRequest, beneficiary: str) -> HttpResponse:
    """Keep a payee no more."""
    beneficiaries.forget(principal=principal_of(request), beneficiary=beneficiary)
    return HttpResponse(status=204)
