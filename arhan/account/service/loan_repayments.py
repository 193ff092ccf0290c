"""What a customer pays on a loan, and what closes it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.account.errors import loans as errors
from arhan.account.service import lending
from arhan.account.store import loan_payments as payment_store
from arhan.account.store import loans as store
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.domain.loan_servicing import Position
    from arhan.account.loans import Payoff
    from arhan.account.models import Loan, LoanPayment
    from arhan.kernel.auth import Principal

LONGEST_QUOTE = timedelta(days=366)


def position_of(loan: Loan) -> Position:
    """Where the loan stands."""
    return store.positions([loan])[loan.id]


def quote_payoff(loan: Loan, *, on: date | None) -> Payoff:
    """What closes the loan on a day, if nothing else is paid until then.

    Refused(loan_not_in_state | payoff_date_unfit).
    """
    if loan.state not in {"active", "charged_off"}:
        raise Refused(errors.LOAN_NOT_IN_STATE)
    today = lending.today()
    day = on or today
    if not today <= day <= today + LONGEST_QUOTE:
        raise Refused(errors.PAYOFF_DATE_UNFIT)
    return position_of(loan).payoff(day)


def repay(*, principal: Principal, loan_id: str, amount: int, effect: str) -> LoanPayment:
    """The customer pays on a loan, from the account it was paid out to; put down, to be carried out next.

    Without an effect at most what is due. With one also ahead of time, up to what closes the loan.
    Refused(not_found | loan_not_in_state | loan_payment_under_way | repayment_too_small |
    repayment_too_large).
    """
    with django_transaction():
        loan = lending.lock(loan_id, customer=principal.subject)
        if loan.state not in {"active", "charged_off", "written_off"}:
            raise Refused(errors.LOAN_NOT_IN_STATE)
        if payment_store.is_under_way(loan.id):
            raise Refused(errors.LOAN_PAYMENT_UNDER_WAY)
        if loan.state != "written_off":
            _refuse_amount(position_of(loan), amount, effect=effect, on=lending.today())
        elif amount > loan.written_off - loan.recovered:
            raise Refused(errors.REPAYMENT_TOO_LARGE)
        key = f"{loan.id}:{new_id('rep')}"
        payment = lending.put_down(loan, key=key, kind="repayment", amount=amount, effect=effect)
        payment_store.insert(payment)
        return payment


def _refuse_amount(position: Position, amount: int, *, effect: str, on: date) -> None:
    due = position.due(on)
    if not effect:
        if amount > due:
            raise Refused(errors.REPAYMENT_TOO_LARGE, extra={"most": due})
        return
    most = position.payoff(on).total
    least = min(due + position.running(on) + 1, most)
    if amount > most:
        raise Refused(errors.REPAYMENT_TOO_LARGE, extra={"most": most})
    if amount < least:
        raise Refused(errors.REPAYMENT_TOO_SMALL, extra={"least": least})


def get_payment(key: str) -> LoanPayment:
    """What became of a payment; Refused(not_found)."""
    payment = payment_store.find(key)
    if payment is None:
        raise not_found(what="repayment")
    return payment
