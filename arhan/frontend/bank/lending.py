"""Questions to account about loans: quotes, applications, decisions, repayments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, PAYING_DEADLINE_S, Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.lending import (
    Loan,
    LoanDetails,
    LoanDocument,
    LoanProduct,
    Payoff,
    Provisions,
    Quote,
)
from arhan.kernel.http import Call, File

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SERVICE = "account"


def products() -> Question[list[LoanProduct]]:
    """What a customer may apply for."""
    return Question(get(SERVICE, "/v1/loan-products"), list[LoanProduct])


def quote(product: LoanProduct, *, amount: int, months: int, on: date) -> Question[Quote]:
    """What a loan would come to, paid out on that day."""
    terms = {
        "principal": amount,
        "currency": product.currency,
        "annual_rate_percent": float(product.annual_rate_percent),
        "method": product.method,
        "day_count": product.day_count,
        "number_of_instalments": months,
        "period": {"every": 1, "unit": "months"},
        "disbursed_on": on.isoformat(),
    }
    return Question(post(SERVICE, "/v1/loan-quotes", terms), Quote)


def listed(*, after: str = "", limit: int = 25, **filters: str) -> Question[Listed[Loan]]:
    """The person's loans and applications, newest first; for staff everybody's."""
    return Question(get(SERVICE, "/v1/loans", limit=limit, after=after, **filters), Listed[Loan])


def one(loan_id: str) -> Question[LoanDetails]:
    """One loan with its schedule, its payments and its history."""
    return Question(get(SERVICE, f"/v1/loans/{loan_id}"), LoanDetails)


def apply(wanted: Mapping[str, Any], *, key: str) -> Question[LoanDetails]:
    """Apply for a loan."""
    return Question(post(SERVICE, "/v1/loans", wanted, key=key), LoanDetails)


def add_document(loan_id: str, *, kind: str, file: File) -> Question[LoanDocument]:
    """Hand in a document with an application."""
    call = Call(
        callee=SERVICE,
        path=f"/v1/loans/{loan_id}/documents",
        method="POST",
        params={"kind": kind},
        file=file,
        deadline_s=HASHING_DEADLINE_S,
    )
    return Question(call, LoanDocument)


def document(loan_id: str, document_id: str) -> Call:
    """A document's content; account writes down who opened it."""
    return get(SERVICE, f"/v1/loans/{loan_id}/documents/{document_id}")


def withdraw(loan_id: str) -> Question[LoanDetails]:
    """Want the loan no more."""
    return Question(post(SERVICE, f"/v1/loans/{loan_id}/withdraw"), LoanDetails)


def accept(loan_id: str) -> Question[LoanDetails]:
    """Agree to the offer; there is one, so the loan names the key."""
    call = post(SERVICE, f"/v1/loans/{loan_id}/accept", key=f"accept-{loan_id}", deadline_s=PAYING_DEADLINE_S)
    return Question(call, LoanDetails)


def payoff(loan_id: str) -> Question[Payoff]:
    """What closes the loan today."""
    return Question(get(SERVICE, f"/v1/loans/{loan_id}/payoff"), Payoff)


def repay(loan_id: str, *, amount: int, effect: str, key: str) -> Question[Any]:
    """Pay what is due, or ahead of time."""
    body = {"amount": amount, "effect": effect or None}
    path = f"/v1/loans/{loan_id}/repayments"
    return Question(post(SERVICE, path, body, key=key, deadline_s=PAYING_DEADLINE_S), Any)


def decide(loan_id: str, verb: str, body: Mapping[str, Any]) -> Question[Any]:
    """What a loan officer does: approve, reject, pause, reschedule, charge-off, write-off."""
    return Question(post(SERVICE, f"/v1/loans/{loan_id}/{verb}", body), Any)


def provisions() -> Question[Provisions]:
    """What the bank should set aside for loans that may not be repaid."""
    return Question(get(SERVICE, "/v1/loan-provisions"), Provisions)
