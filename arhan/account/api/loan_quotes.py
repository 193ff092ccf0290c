"""What a loan would come to, for anybody who asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from arhan.account.loans import parse_terms, quote
from arhan.account.loans.refusals import REFUSALS
from arhan.account.schemas.loan_quotes import TERMS, LoanQuote
from arhan.kernel.auth import PUBLIC
from arhan.kernel.office import Routes

routes = Routes(service="account", tag="loans")


@routes.post("/v1/loan-quotes", permit=PUBLIC, answer=LoanQuote, body_schema=TERMS, refusals=REFUSALS)
def quote_loan(request: HttpRequest) -> dict[str, Any]:
    """Work out the schedule of a loan, its cost, and the rates to disclose; nothing is kept.

    The body is read by the loan rules themselves, so that a rate keeps every digit it was given with.
    """
    return quote(parse_terms(request.body)).answer()
