"""When a loan is not paid as agreed: pause it, reschedule it, take its loss, give it up.

All but the pause take two people.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from arhan.account import movements
from arhan.account.domain import loan_servicing
from arhan.account.errors import loans as errors
from arhan.account.service import lending
from arhan.account.service.loan_allocation import Work
from arhan.kernel import proposals
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from arhan.account.models import Loan
    from arhan.kernel.auth import Principal
    from arhan.kernel.proposals import Proposal

CHARGED_OFF = "loan.charged_off"
WRITTEN_OFF = "loan.written_off"
RESCHEDULED = "loan.rescheduled"
LONGEST_PAUSE = timedelta(days=92)
LATEST_FIRST_DUE = timedelta(days=184)


def pause(*, principal: Principal, loan_id: str, until: date, reason: str) -> None:
    """From today to that day nothing is collected and no day counts as late; interest is earned all the same.

    Refused(not_found | loan_not_in_state | schedule_unfit).
    """
    with django_transaction():
        loan = _active(loan_id)
        today = lending.today()
        if not today <= until <= today + LONGEST_PAUSE:
            raise Refused(errors.SCHEDULE_UNFIT, f"A pause lasts {LONGEST_PAUSE.days} days at most.")
        loan.paused_from, loan.paused_until = today, until
        work = Work({loan.id: loan})
        work.happen(loan, "paused", by=principal.subject, reason=reason)
        work.write()


def propose_charge_off(*, principal: Principal, loan_id: str, reason: str) -> Proposal:
    """Put it before a second person to take the loss of a loan and go on collecting it."""
    return _propose(CHARGED_OFF, {}, principal=principal, loan_id=loan_id, reason=reason)


def propose_write_off(*, principal: Principal, loan_id: str, reason: str) -> Proposal:
    """Put it before a second person to give up what a loan owes."""
    return _propose(WRITTEN_OFF, {}, principal=principal, loan_id=loan_id, reason=reason)


def propose_reschedule(
    *, principal: Principal, loan_id: str, number_of_instalments: int, first_due_on: date, reason: str
) -> Proposal:
    """Put it before a second person to repay all that is owed in new instalments."""
    _refuse_first_due(first_due_on)
    body = {"number_of_instalments": number_of_instalments, "first_due_on": first_due_on.isoformat()}
    return _propose(RESCHEDULED, body, principal=principal, loan_id=loan_id, reason=reason)


def _propose(
    action: str, body: dict[str, Any], *, principal: Principal, loan_id: str, reason: str
) -> Proposal:
    with django_transaction() as cursor:
        loan = _in_state(loan_id, _MAY_HAPPEN_TO[action])
        if loan.customer == principal.subject:
            raise Refused(proposals.SECOND_PERSON_NEEDED)
        return proposals.propose(
            cursor, action=action, body=body, subject=loan_id, reason=reason, principal=principal
        )


def charge_off(proposal: Proposal) -> dict[str, Any]:
    """A second person agreed: what the loan owes today is a loss, all of it due now, and collected still."""
    with django_transaction():
        loan = _in_state(proposal.subject, _MAY_HAPPEN_TO[CHARGED_OFF])
        work = Work({loan.id: loan})
        work.charge_off(
            loan, on=lending.today(), id_=proposal.id, by=proposal.proposed_by, reason=proposal.reason
        )
        work.write()
        return {"written_off": loan.written_off}


def write_off(proposal: Proposal) -> dict[str, Any]:
    """A second person agreed: what the loan owes today is a loss; whatever is still paid is a recovery."""
    with django_transaction():
        loan = _in_state(proposal.subject, _MAY_HAPPEN_TO[WRITTEN_OFF])
        today = lending.today()
        work = Work({loan.id: loan})
        if loan.state == "active":
            work.lose(loan, "loan_write_off", on=today, id_=proposal.id)
        loan.closed_on, loan.next_due_on = today, None
        work.happen(loan, "written_off", by=proposal.proposed_by, reason=proposal.reason)
        work.write()
        return {"written_off": loan.written_off}


def reschedule(proposal: Proposal) -> dict[str, Any]:
    """A second person agreed: all that is owed is repaid in new instalments; unpaid penalties are waived."""
    first_due_on = date.fromisoformat(proposal.body["first_due_on"])
    _refuse_first_due(first_due_on)
    with django_transaction():
        loan = _active(proposal.subject)
        today = lending.today()
        work = Work({loan.id: loan})
        done = loan_servicing.reschedule(
            work.after[loan.id],
            on=today,
            number_of_instalments=proposal.body["number_of_instalments"],
            first_due_on=first_due_on,
        )
        work.stand(loan, done.position)
        work.earn(loan, on=today, id_=f"{proposal.id}.interest")
        if done.waived:
            waived = Money(-done.waived, loan.currency)
            work.commands.append(movements.loan_penalty(id=f"{proposal.id}.waived", amount=waived))
        work.age(loan, on=today)
        work.happen(loan, "rescheduled", by=proposal.proposed_by, reason=proposal.reason)
        work.write()
        return {"principal": done.position.principal, "waived": done.waived}


_MAY_HAPPEN_TO = {
    CHARGED_OFF: ("active",),
    WRITTEN_OFF: ("active", "charged_off"),
    RESCHEDULED: ("active",),
}


def _active(loan_id: str) -> Loan:
    return _in_state(loan_id, ("active",))


def _in_state(loan_id: str, states: tuple[str, ...]) -> Loan:
    loan = lending.lock(loan_id)
    if loan.state not in states:
        raise Refused(errors.LOAN_NOT_IN_STATE)
    return loan


def _refuse_first_due(first_due_on: date) -> None:
    today = lending.today()
    if not today < first_due_on <= today + LATEST_FIRST_DUE:
        raise Refused(
            errors.SCHEDULE_UNFIT, f"The first instalment is due within {LATEST_FIRST_DUE.days} days."
        )
