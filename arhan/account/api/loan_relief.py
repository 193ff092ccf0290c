"""Loans that are not paid as agreed: pause, reschedule, charge off, write off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.account.api.loan_shapes import loan_details
from arhan.account.errors import loans as errors
from arhan.account.schemas.loans import LoanDetails, PauseOfLoan, Reschedule, Verdict
from arhan.account.service import loan_register, loan_relief
from arhan.kernel import oversight
from arhan.kernel.auth import permit
from arhan.kernel.office import Routes, principal_of
from arhan.kernel.proposals import SECOND_PERSON_NEEDED, FourEyes

routes = Routes(service="account", tag="loans")

OFFICER = permit("loan_officer")
SECOND_PERSON = permit("loan_officer", "admin")

CHARGE_OFFS = FourEyes(
    action=loan_relief.CHARGED_OFF,
    title="Take the loss of a loan, and go on collecting it",
    approvers=SECOND_PERSON,
    execute=loan_relief.charge_off,
)
WRITE_OFFS = FourEyes(
    action=loan_relief.WRITTEN_OFF,
    title="Give up what a loan owes",
    approvers=SECOND_PERSON,
    execute=loan_relief.write_off,
)
RESCHEDULES = FourEyes(
    action=loan_relief.RESCHEDULED,
    title="Repay a loan in new instalments",
    approvers=SECOND_PERSON,
    execute=loan_relief.reschedule,
)
FOUR_EYES = (CHARGE_OFFS, WRITE_OFFS, RESCHEDULES)


@routes.post(
    "/v1/loans/{loan_id}/pause",
    permit=OFFICER,
    answer=LoanDetails,
    refusals=(errors.LOAN_NOT_IN_STATE, errors.SCHEDULE_UNFIT),
)
def pause_loan(request: HttpRequest, loan_id: str, body: PauseOfLoan) -> LoanDetails:
    """Collect nothing for a while, and count no day as late."""
    principal = principal_of(request)
    loan_relief.pause(principal=principal, loan_id=loan_id, until=body.until, reason=body.reason)
    return loan_details(loan_register.dossier_for(principal, loan_id))


@routes.post(
    "/v1/loans/{loan_id}/reschedule",
    permit=OFFICER,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.LOAN_NOT_IN_STATE, errors.SCHEDULE_UNFIT, SECOND_PERSON_NEEDED),
)
def reschedule_loan(request: HttpRequest, loan_id: str, body: Reschedule) -> HttpResponse:
    """Ask a second person to let all that is owed be repaid in new instalments."""
    found = loan_relief.propose_reschedule(
        principal=principal_of(request), loan_id=loan_id, **body.model_dump()
    )
    return oversight.proposed(found, RESCHEDULES)


@routes.post(
    "/v1/loans/{loan_id}/charge-off",
    permit=OFFICER,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.LOAN_NOT_IN_STATE, SECOND_PERSON_NEEDED),
)
def charge_off_loan(request: HttpRequest, loan_id: str, body: Verdict) -> HttpResponse:
    """Ask a second person to take what the loan owes for a loss; it is collected all the same."""
    found = loan_relief.propose_charge_off(
        principal=principal_of(request), loan_id=loan_id, reason=body.reason
    )
    return oversight.proposed(found, CHARGE_OFFS)


@routes.post(
    "/v1/loans/{loan_id}/write-off",
    permit=OFFICER,
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.LOAN_NOT_IN_STATE, SECOND_PERSON_NEEDED),
)
def write_off_loan(request: HttpRequest, loan_id: str, body: Verdict) -> HttpResponse:
    """Ask a second person to give up what the loan owes."""
    found = loan_relief.propose_write_off(
        principal=principal_of(request), loan_id=loan_id, reason=body.reason
    )
    return oversight.proposed(found, WRITE_OFFS)
