"""Name enquiry: whose account is this number? Asked before paying, so that a typing error shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.account import ResolutionRequest, ResolutionRequests, Resolutions
from arhan.kernel import logging
from arhan.kernel.clock import now
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.http import ServiceClient
from arhan.kernel.ids import new_id
from arhan.payment.domain.intents import check_amount, fees_of
from arhan.payment.domain.names import name_for_payer
from arhan.payment.errors import ACCOUNT_NOT_FOUND, CURRENCY_MISMATCH, ENQUIRY_LIMIT, PAYEE_NOT_FOUND
from arhan.payment.store import enquiries as store

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.contracts.account import Party
    from arhan.contracts.fees import Charge
    from arhan.kernel.auth import Principal

log = logging.get_logger(__name__)

VALID_FOR = timedelta(minutes=15)
LIMITS = {timedelta(minutes=1): 20, timedelta(days=1): 300}
"""How many enquiries a person may make within each window; more would be harvesting."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a person is told; `ref` goes with the transfer that follows."""

    ref: str
    name: str
    expires_at: datetime


def enquire_name(*, principal: Principal, number: str) -> Enquiry:
    """Whose account this is: masked for customers, whole for staff at the counter.

    Refused with payee_not_found or rate_limited; wrong guesses count, and every enquiry is kept.
    """
    at = now()
    enquiry = new_id("enq")
    expires_at = at + VALID_FOR
    with django_transaction() as cursor:
        counted = store.begin(
            cursor,
            enquiry=enquiry,
            person=principal.subject,
            number=number,
            at=at,
            expires_at=expires_at,
            limits=LIMITS,
        )
    if not counted:
        log.warning("name_enquiries_limited", person=principal.subject)
        raise Refused(ENQUIRY_LIMIT, headers={"Retry-After": "60"})
    payee = _payee(number)
    log.info("name_enquiry", person=principal.subject, enquiry=enquiry, found=payee is not None)
    if payee is None:
        raise Refused(PAYEE_NOT_FOUND)
    name = payee.name if principal.is_staff else name_for_payer(payee.name, customer=payee.customer)
    with django_transaction() as cursor:
        store.complete(cursor, enquiry=enquiry, account=payee.account, name=name)
    return Enquiry(ref=enquiry, name=name, expires_at=expires_at)


def quote_transfer(
    *, principal: Principal, payer_account: str, payee_number: str, amount: int, currency: str
) -> list[Charge]:
    """What a transfer from one's account would cost; whether anybody has the payee's number is not told.

    Refused(amount_out_of_range | account_not_found | currency_mismatch).
    """
    check_amount(amount)
    asked = [
        ResolutionRequest(payer_account=payer_account, person=principal.subject, pin_needed=False),
        ResolutionRequest(payee_number=payee_number, pin_needed=False),
    ]
    answer = _account().post("/internal/v1/resolutions", ResolutionRequests(resolutions=asked))
    mine, theirs = msgspec.convert(answer, Resolutions).resolutions
    if mine.payer is None:
        raise Refused(ACCOUNT_NOT_FOUND)
    if mine.payer.currency != currency:
        raise Refused(CURRENCY_MISMATCH)
    return fees_of("transfer", mine.payer, theirs.payee, amount=amount)


def _payee(number: str) -> Party | None:
    asked = ResolutionRequest(payee_number=number, pin_needed=False)
    answer = _account().post("/internal/v1/resolutions", ResolutionRequests(resolutions=[asked]))
    (resolution,) = msgspec.convert(answer, Resolutions).resolutions
    return resolution.payee


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("payment", "account", engine=True)
