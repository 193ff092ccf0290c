"""Cash in amounts that take two people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.kernel import oversight
from arhan.kernel.auth import permit
from arhan.kernel.errors import Refused
from arhan.kernel.money import is_currency
from arhan.kernel.office import Routes, client_address, principal_of
from arhan.kernel.proposals import FourEyes
from arhan.payment.errors import AMOUNT_OUT_OF_RANGE, CURRENCY_MISMATCH, NOT_LARGE, PAYEE_NOT_FOUND
from arhan.payment.schemas.office import LargeDeposit
from arhan.payment.service import large_deposits

routes = Routes(service="payment", tag="deposits")

LARGE_DEPOSITS = FourEyes(
    action=large_deposits.LARGE_DEPOSIT,
    title="Book a large deposit of cash",
    approvers=permit("teller", "admin"),
    execute=large_deposits.book,
)
FOUR_EYES = (LARGE_DEPOSITS,)


@routes.post(
    "/v1/deposit-proposals",
    permit=permit("teller"),
    answer=None,
    status=202,
    may_propose=True,
    refusals=(AMOUNT_OUT_OF_RANGE, NOT_LARGE, PAYEE_NOT_FOUND, CURRENCY_MISMATCH),
)
def propose_deposit(request: HttpRequest, body: LargeDeposit) -> HttpResponse:
    """Propose to book a large deposit; it is booked when a second person approves."""
    if not is_currency(body.currency):
        raise Refused(CURRENCY_MISMATCH)
    found = large_deposits.propose(
        principal=principal_of(request),
        number=body.account_number,
        amount=body.amount,
        currency=body.currency,
        narration=body.narration,
        address=client_address(request),
    )
    return oversight.proposed(found, LARGE_DEPOSITS)
