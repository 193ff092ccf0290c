"""Payments for loans: ordered from payment, and allocated when the money has moved.

    put down (commit) -> ask payment -> allocate (commit)

Whatever dies in between, what is put down is asked for again under the same key, and payment answers
a repeat instead of paying again. Allocation changes the loan, its schedule and the books in one
transaction, and closes the payment in it: it happens once.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from arhan.account.service import loan_allocation
from arhan.account.store import loan_payments as store
from arhan.account.store import loans as loan_store
from arhan.contracts.chart import bank_account
from arhan.contracts.payment import Instruction, InstructionOutcome, InstructionOutcomes, Instructions
from arhan.kernel import clock, logging
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.failpoints import failpoint
from arhan.kernel.http import ServiceClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arhan.account.models import LoanPayment

log = logging.get_logger(__name__)

ASKED_AT_ONCE = 250
ASKED_AGAIN_AFTER = timedelta(seconds=10)
"""Longer than payment takes to answer, so that two do not ask for the same."""

NEVER = frozenset(
    {"account_not_found", "payee_not_found", "currency_mismatch", "same_account", "amount_out_of_range"}
)
"""Codes with which payment refuses an instruction for good; with any other it is asked again."""


def carry_out(payments: Sequence[LoanPayment]) -> None:
    """Have payment make payments that are put down, and allocate those made; none is lost if this fails.

    Not inside a transaction. Those payment does not answer about stay open and are asked for again.
    """
    for first in range(0, len(payments), ASKED_AT_ONCE):
        page = payments[first : first + ASKED_AT_ONCE]
        failpoint("loans.put_down")
        try:
            outcomes = instruct([instruction(payment) for payment in page])
        except Refused as refused:
            log.warning("payment_silent", payments=len(page), why=str(refused))
            return
        failpoint("loans.paid")
        settle({outcome.key: outcome for outcome in outcomes})
        failpoint("loans.allocated")


def carry_out_open(loan_id: str) -> None:
    """Carry out what is put down for one loan, while somebody waits for it."""
    carry_out(store.list_open(loan_id))


def follow_up(*, limit: int = ASKED_AT_ONCE) -> int:
    """Ask again for payments that stayed open; how many there were."""
    now = clock.now()
    payments = store.claim(now=now, again=now + ASKED_AGAIN_AFTER, limit=limit)
    carry_out(payments)
    return len(payments)


def instruction(payment: LoanPayment) -> Instruction:
    """The order to payment; the same however often it is given."""
    loan = payment.loan
    clearing = bank_account("loan_clearing", loan.currency)
    is_disbursement = payment.kind == "disbursement"
    return Instruction(
        key=payment.key,
        kind="loan_disbursement" if is_disbursement else "loan_repayment",
        payer_account=loan.receivable if is_disbursement else loan.account_id,
        payee_account=loan.account_id if is_disbursement else clearing,
        amount=payment.amount,
        currency=loan.currency,
        narration=_narration(payment),
        initiator=loan.customer if payment.kind == "repayment" else "",
    )


def _narration(payment: LoanPayment) -> str:
    if payment.kind == "disbursement":
        return "Your loan"
    return f"Loan instalment {payment.number}" if payment.number else "Loan repayment"


def instruct(instructions: Sequence[Instruction]) -> list[InstructionOutcome]:
    """Ask payment's engine; Refused when it does not answer."""
    answer = _payment().post("/internal/v1/instructions", Instructions(instructions=list(instructions)))
    return msgspec.convert(answer, InstructionOutcomes).outcomes


@lru_cache
def _payment() -> ServiceClient:
    return ServiceClient("account", "payment", engine=True)


def settle(outcomes: Mapping[str, InstructionOutcome]) -> None:
    """Write down what became of payments, by key, and allocate those that were made.

    Locks the loans, the payments, then balance rows. What was settled before is left alone.
    """
    final = {key: outcome for key, outcome in outcomes.items() if _is_final(outcome)}
    with django_transaction():
        loans = loan_store.lock(key.split(":", 1)[0] for key in final)
        payments = store.lock_open(final)
        booked = store.booked_on([final[key].payment for key in payments])
        work = loan_allocation.Work(loans)
        for payment in sorted(payments.values(), key=lambda p: (p.loan_id, p.number, p.key)):
            outcome = final[payment.key]
            if outcome.status == "completed":
                work.paid(payment, payment_id=outcome.payment, on=booked[outcome.payment])
            else:
                work.failed(payment, code=outcome.code or outcome.status)
        work.write()


def _is_final(outcome: InstructionOutcome) -> bool:
    if outcome.status == "refused":
        return outcome.code in NEVER
    return outcome.status in {"completed", "declined", "cancelled"}
