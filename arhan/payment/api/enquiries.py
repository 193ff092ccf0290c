"""Name enquiry."""

from __future__ import annotations

from django.http import HttpRequest

from arhan.kernel.auth import CUSTOMER, permit
from arhan.kernel.office import Routes, principal_of
from arhan.payment.api.payments import charge_shapes
from arhan.payment.errors import (
    ACCOUNT_NOT_FOUND,
    AMOUNT_OUT_OF_RANGE,
    CURRENCY_MISMATCH,
    ENQUIRY_LIMIT,
    PAYEE_NOT_FOUND,
)
from arhan.payment.schemas.office import (
    NameEnquiryAnswer,
    NameEnquiryRequest,
    TransferQuote,
    TransferQuoteRequest,
)
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


@routes.post(
    "/v1/transfer-quotes",
    permit=permit(CUSTOMER),
    answer=TransferQuote,
    refusals=(ACCOUNT_NOT_FOUND, CURRENCY_MISMATCH, AMOUNT_OUT_OF_RANGE),
)
def quote_transfer(request: HttpRequest, body: TransferQuoteRequest) -> TransferQuote:
    """What a transfer would cost; ask before confirming it."""
    fees = enquiries.quote_transfer(principal=principal_of(request), **body.model_dump())
    fee = sum(charge.amount for charge in fees)
    return TransferQuote(
        amount=body.amount,
        currency=body.currency,
        fee=fee,
        fees=charge_shapes(fees),
        total=body.amount + fee,
    )
