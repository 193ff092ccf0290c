"""Questions to payment: name enquiry, paying, looking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import PAYING_DEADLINE_S, Question, delete, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.payments import (
    Beneficiary,
    CheckedName,
    HourlyFigures,
    MonthlyFigures,
    Payment,
    Quote,
)
from arhan.frontend.schemas.people import Challenge
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "payment"
MOST = 200


def newest(*, after: str = "", limit: int = 25, **filters: str) -> Question[Listed[Payment]]:
    """The person's payments, out and in, newest first; for staff everybody's."""
    return Question(get(SERVICE, "/v1/payments", limit=limit, after=after, **filters), Listed[Payment])


def one(payment_id: str) -> Question[Payment]:
    """One payment the person may see."""
    return Question(get(SERVICE, f"/v1/payments/{payment_id}"), Payment)


def checked_name(number: str) -> Question[CheckedName]:
    """The name behind an account number."""
    return Question(post(SERVICE, "/v1/name-enquiries", {"number": number}), CheckedName)


def quote(order: Mapping[str, Any]) -> Question[Quote]:
    """What a transfer would cost."""
    return Question(post(SERVICE, "/v1/transfer-quotes", order), Quote)


def transfer(order: Mapping[str, Any], *, key: str) -> Question[Payment]:
    """Pay."""
    return Question(post(SERVICE, "/v1/transfers", order, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def deposit(order: Mapping[str, Any], *, key: str) -> Question[Payment]:
    """Take cash in at the counter."""
    return Question(post(SERVICE, "/v1/deposits", order, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def propose_deposit(order: Mapping[str, Any]) -> Question[Any]:
    """Have a second person look at cash of a very large amount."""
    return Question(post(SERVICE, "/v1/deposit-proposals", order), Any)


def begin_confirmation(payment_id: str) -> Question[Challenge]:
    """Be asked to confirm a payment that waits for it: this amount to this payee."""
    return Question(post(SERVICE, f"/v1/payments/{payment_id}/challenge"), Challenge)


def confirm(payment_id: str, *, proof: str = "") -> Question[Payment]:
    """Let a payment go on that waits for its payer: with identity's proof, or a login newer than the wait."""
    path = f"/v1/payments/{payment_id}/confirm"
    body = {"proof": proof} if proof else None
    key = f"confirm-{new_id('key')}"
    call = post(SERVICE, path, body, key=key, deadline_s=PAYING_DEADLINE_S)
    return Question(call, Payment)


def approve(payment_id: str, *, proof: str) -> Question[Payment]:
    """Sign a payment that takes several signatures, with identity's proof."""
    key = f"approve-{new_id('key')}"
    path = f"/v1/payments/{payment_id}/approve"
    return Question(post(SERVICE, path, {"proof": proof}, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def decline(payment_id: str) -> Question[Payment]:
    """Say no to a payment that waits for signatures, or take one's own back."""
    return Question(post(SERVICE, f"/v1/payments/{payment_id}/decline", key=f"decline-{payment_id}"), Payment)


def refund(payment_id: str, *, pin: str, key: str) -> Question[Payment]:
    """Give all that is left of a payment back."""
    path = f"/v1/payments/{payment_id}/refund"
    return Question(post(SERVICE, path, {"pin": pin}, key=key, deadline_s=PAYING_DEADLINE_S), Payment)


def monthly_figures(*, months: int, recent: int = 0) -> Question[MonthlyFigures]:
    """What the person received and sent by month, whom they paid most; and their newest payments."""
    return Question(get(SERVICE, "/v1/monthly-figures", months=months, recent=recent), MonthlyFigures)


def hourly_figures(*, hours: int) -> Question[HourlyFigures]:
    """The bank's orders of the last hours, for staff."""
    return Question(get(SERVICE, "/v1/hourly-figures", hours=hours), HourlyFigures)


def beneficiaries() -> Question[Listed[Beneficiary]]:
    """Payees the person keeps, by nickname."""
    return Question(get(SERVICE, "/v1/beneficiaries"), Listed[Beneficiary])


def save_beneficiary(*, enquiry: str, nickname: str) -> Question[Beneficiary]:
    """Keep the payee a name enquiry showed."""
    body = {"enquiry": enquiry, "nickname": nickname}
    return Question(post(SERVICE, "/v1/beneficiaries", body), Beneficiary)


def forget_beneficiary(beneficiary_id: str) -> Question[Any]:
    """Keep a payee no more."""
    return Question(delete(SERVICE, f"/v1/beneficiaries/{beneficiary_id}"), Any)
