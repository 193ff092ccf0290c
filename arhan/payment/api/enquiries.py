"""Name enquiry."""

from __future__ import annotations

from django.http import HttpRequest

from arhan.kernel.auth import CUSTOMER, permit
from arhan.kernel.office import Routes, principal_of
from arhan.payment.errors import ENQUIRY_LIMIT, PAYEE_NOT_FOUND
from arhan.payment.schemas.office import NameEnquiryAnswer, NameEnquiryRequest
from arhan.payment.service import enquiries

routes = Routes(service="payment", tag="name enquiries")


@routes.post(
    "/v1/name-enquiries",
    permit=permit(CUSTOMER, "teller", "support"),
    answer=NameEnquiryAnswer,
    refusals=(PAYEE_NOT_FOUND, ENQUIRY_LIMIT),
)
def enquire_name(request: HttpRequest, body: NameEnquiryRequest) -> enquiries.Enquiry:
    """Whose account has this number; ask before paying somebody new."""
    return enquiries.enquire_name(principal=principal_of(request), number=body.number)
