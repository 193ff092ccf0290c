"""What is left of a loan, as terms of its own: for a reschedule, or when it is not paid as agreed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from arhan.account.loans.events import rate_on
from arhan.account.loans.terms import Disbursement, Grace, Method, PrepaymentEffect

if TYPE_CHECKING:
    from datetime import date

    from arhan.account.loans.schedule import Instalment, Schedule
    from arhan.account.loans.terms import LoanTerms


def remaining_terms(
    schedule: Schedule,
    *,
    on: date,
    principal: int,
    effect: PrepaymentEffect = PrepaymentEffect.REDUCE_INSTALMENT,
) -> LoanTerms:
    """Terms on which the principal owed on that day, before the last due date, is repaid from there.

    The due dates stay. By default so does their number, and the instalment is computed anew; to reduce the
    term the instalment stays, and the loan ends when it is repaid. The rate is the one borne that day, and
    agreed changes after it still come. Interest earned before that day is owed besides.
    """
    terms = schedule.terms
    ahead = [row for row in schedule.instalments if row.due_on > on]
    keeps = effect is PrepaymentEffect.REDUCE_TERM
    return replace(
        terms,
        disbursements=(Disbursement(on, principal),),
        annual_rate_percent=rate_on(terms, on),
        number_of_instalments=len(ahead),
        first_due_on=ahead[0].due_on,
        due_day=terms.due_day or (terms.first_due_on or terms.disbursed_on).day,
        grace=Grace(),
        rate_changes=tuple(change for change in terms.rate_changes if change.on > on),
        prepayments=(),
        down_payment_percent=type(terms.down_payment_percent)(0),
        fixed_instalment=_instalment_of(terms, ahead[0]) if keeps else terms.fixed_instalment,
    )


def _instalment_of(terms: LoanTerms, row: Instalment) -> int | None:
    """What the method asks for every time: the instalment, or the principal in it."""
    if terms.method is Method.BULLET:
        return None
    return row.principal if terms.method is Method.EQUAL_PRINCIPAL else row.due
