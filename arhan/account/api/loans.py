"""Loans: apply, decide, accept, look, repay."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.account.api.loan_shapes import loan_details, loan_shape, payment_shape
from arhan.account.domain.loan_assessment import Answers
from arhan.account.errors import loans as errors
from arhan.account.schemas.loans import (
    LoanApplication,
    LoanDetails,
    LoanDocument,
    LoanDocumentKind,
    LoanPage,
    LoanPaymentShape,
    LoanProductShape,
    PayoffShape,
    ProvisionLine,
    Provisions,
    Repayment,
    Verdict,
)
from arhan.account.service import lending, loan_payments, loan_register, loan_repayments
from arhan.account.store.loans import Search
from arhan.kernel import documents
from arhan.kernel.auth import CUSTOMER, PUBLIC, permit
from arhan.kernel.office import Routes, json_response, once, principal_of
from arhan.kernel.proposals import SECOND_PERSON_NEEDED

routes = Routes(service="account", tag="loans")

Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=64)]
BORROWER = permit(CUSTOMER)
OFFICER = permit("loan_officer")
READERS = permit(CUSTOMER, "loan_officer", "auditor", "admin")
OVERSEERS = permit("loan_officer", "risk", "auditor", "admin")


@routes.get("/v1/loan-products", permit=PUBLIC, answer=list[LoanProductShape])
def list_loan_products(request: HttpRequest) -> list[LoanProductShape]:
    """Every loan a customer can apply for."""
    return [LoanProductShape.from_orm(product) for product in lending.list_products()]


@routes.post(
    "/v1/loans",
    permit=BORROWER,
    answer=LoanDetails,
    status=201,
    idempotent=True,
    refusals=(
        errors.LOAN_PRODUCT_NOT_FOUND,
        errors.LOAN_AMOUNT_NOT_OFFERED,
        errors.LOAN_TERM_NOT_OFFERED,
        errors.LOAN_PURPOSE_NOT_OFFERED,
        errors.LOAN_TIER_TOO_LOW,
        errors.LOAN_ACCOUNT_UNFIT,
        errors.TOO_MANY_APPLICATIONS,
    ),
)
def apply_for_loan(request: HttpRequest, body: LoanApplication) -> HttpResponse:
    """Apply for a loan; a loan officer decides."""

    def do() -> LoanDetails:
        given = body.model_dump(exclude={"affordability"})
        wanted = lending.Application(**given, answers=Answers(**body.affordability.model_dump()))
        return _details(lending.apply(principal=principal_of(request), wanted=wanted).id, request)

    return once(request, body=body, do=do)


@routes.get("/v1/loans", permit=READERS, answer=LoanPage)
def list_loans(
    request: HttpRequest,
    limit: Limit = 50,
    after: Word = "",
    state: Word = "",
    bucket: Word = "",
    customer: Word = "",
) -> LoanPage:
    """My loans and applications; for staff everybody's."""
    principal = principal_of(request)
    found = loan_register.search(
        Search(
            customer=customer if principal.is_staff else principal.subject,
            state=state,
            bucket=bucket,
            before=after,
            limit=limit + 1,
        )
    )
    page = [loan_shape(loan) for loan in found[:limit]]
    return LoanPage(items=page, next=page[-1].id if len(found) > limit else None)


@routes.get("/v1/loans/{loan_id}", permit=READERS, answer=LoanDetails)
def get_loan(request: HttpRequest, loan_id: str) -> LoanDetails:
    """One loan with its schedule, its payments and its history."""
    return _details(loan_id, request)


@routes.post(
    "/v1/loans/{loan_id}/documents",
    permit=BORROWER,
    answer=LoanDocument,
    status=201,
    refusals=(errors.LOAN_NOT_IN_STATE, *documents.REFUSALS),
    request_body=documents.BODY,
)
def add_loan_document(request: HttpRequest, loan_id: str, kind: LoanDocumentKind) -> tuple[int, LoanDocument]:
    """Hand in a document with an application: the body is the file, its Content-Type a JPEG, PNG or PDF."""
    media_type, content = documents.read(request)
    found = lending.add_document(
        principal=principal_of(request), loan_id=loan_id, kind=kind, media_type=media_type, content=content
    )
    return 201, LoanDocument.from_orm(found)


@routes.get("/v1/loans/{loan_id}/documents/{document_id}", permit=READERS, answer=None)
def open_loan_document(request: HttpRequest, loan_id: str, document_id: str) -> HttpResponse:
    """A document's content; that it was opened is written down."""
    document, content = lending.open_document(
        principal=principal_of(request), loan_id=loan_id, document_id=document_id
    )
    return documents.show(content, media_type=document.media_type, name=document.id)


@routes.post(
    "/v1/loans/{loan_id}/approve",
    permit=OFFICER,
    answer=LoanDetails,
    refusals=(errors.LOAN_NOT_IN_STATE, SECOND_PERSON_NEEDED),
)
def approve_loan(request: HttpRequest, loan_id: str, body: Verdict) -> LoanDetails:
    """Offer the loan that was applied for."""
    lending.approve(principal=principal_of(request), loan_id=loan_id, reason=body.reason)
    return _details(loan_id, request)


@routes.post(
    "/v1/loans/{loan_id}/reject",
    permit=OFFICER,
    answer=LoanDetails,
    refusals=(errors.LOAN_NOT_IN_STATE, SECOND_PERSON_NEEDED),
)
def reject_loan(request: HttpRequest, loan_id: str, body: Verdict) -> LoanDetails:
    """Say no to an application."""
    lending.reject(principal=principal_of(request), loan_id=loan_id, reason=body.reason)
    return _details(loan_id, request)


@routes.post(
    "/v1/loans/{loan_id}/withdraw",
    permit=BORROWER,
    answer=LoanDetails,
    refusals=(errors.LOAN_NOT_IN_STATE,),
)
def withdraw_loan(request: HttpRequest, loan_id: str) -> LoanDetails:
    """Want the loan no more."""
    lending.withdraw(principal=principal_of(request), loan_id=loan_id)
    return _details(loan_id, request)


@routes.post(
    "/v1/loans/{loan_id}/accept",
    permit=BORROWER,
    answer=LoanDetails,
    idempotent=True,
    refusals=(errors.LOAN_NOT_IN_STATE, errors.OFFER_LAPSED),
)
def accept_loan(request: HttpRequest, loan_id: str) -> HttpResponse:
    """Agree to the offer; the money comes at once, or as soon as payment answers."""
    stored = once(request, body=None, do=lambda: _accepted(request, loan_id), status=200)
    return _carried_out(request, loan_id, stored)


@routes.get(
    "/v1/loans/{loan_id}/payoff",
    permit=READERS,
    answer=PayoffShape,
    refusals=(errors.LOAN_NOT_IN_STATE, errors.PAYOFF_DATE_UNFIT),
)
def quote_payoff(request: HttpRequest, loan_id: str, on: date | None = None) -> PayoffShape:
    """What closes the loan on a day, today if none is given."""
    loan = lending.get_for(principal_of(request), loan_id)
    found = loan_repayments.quote_payoff(loan, on=on)
    return PayoffShape(
        on=found.on,
        principal=found.principal,
        interest=found.interest,
        fees=found.fees,
        penalties=found.penalties,
        total=found.total,
        currency=loan.currency,
    )


@routes.post(
    "/v1/loans/{loan_id}/repayments",
    permit=BORROWER,
    answer=LoanPaymentShape,
    status=201,
    idempotent=True,
    refusals=(
        errors.LOAN_NOT_IN_STATE,
        errors.LOAN_PAYMENT_UNDER_WAY,
        errors.REPAYMENT_TOO_SMALL,
        errors.REPAYMENT_TOO_LARGE,
    ),
)
def repay_loan(request: HttpRequest, loan_id: str, body: Repayment) -> HttpResponse:
    """Pay what is due, or ahead of time; the payoff closes the loan."""

    def do() -> LoanPaymentShape:
        payment = loan_repayments.repay(
            principal=principal_of(request), loan_id=loan_id, amount=body.amount, effect=body.effect or ""
        )
        return payment_shape(payment)

    stored = once(request, body=body, do=do)
    key = msgspec.json.decode(stored.content)["id"]
    loan_payments.carry_out_open(loan_id)
    now = payment_shape(loan_repayments.get_payment(key))
    return json_response(now.model_dump(mode="json"), status=201, headers=_replayed(stored))


@routes.get("/v1/loan-provisions", permit=OVERSEERS, answer=Provisions)
def list_provisions(request: HttpRequest) -> Provisions:
    """What the bank should set aside today for loans that may not be repaid."""
    today = lending.today()
    items = [ProvisionLine.from_orm(line) for line in loan_register.list_provisions(on=today)]
    return Provisions(on=today, items=items)


def _accepted(request: HttpRequest, loan_id: str) -> LoanDetails:
    lending.accept(principal=principal_of(request), loan_id=loan_id)
    return _details(loan_id, request)


def _carried_out(request: HttpRequest, loan_id: str, stored: HttpResponse) -> HttpResponse:
    """The loan as it is after its payment was tried; what did not succeed now is tried again later."""
    loan_payments.carry_out_open(loan_id)
    return json_response(
        _details(loan_id, request).model_dump(mode="json"),
        status=stored.status_code,
        headers=_replayed(stored),
    )


def _replayed(stored: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in stored.items() if name.lower() == "idempotent-replayed"}


def _details(loan_id: str, request: HttpRequest) -> LoanDetails:
    return loan_details(loan_register.dossier_for(principal_of(request), loan_id))
