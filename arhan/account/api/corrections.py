"""What takes two people at account: manual journals, and freezing for those who may not freeze alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from arhan.account.errors import posting as errors
from arhan.account.schemas.corrections import ManualJournal
from arhan.account.service import corrections
from arhan.contracts.account import Posting
from arhan.kernel import oversight
from arhan.kernel.auth import permit
from arhan.kernel.office import Routes, principal_of
from arhan.kernel.proposals import FourEyes

routes = Routes(service="account", tag="corrections")

MANUAL_JOURNALS = FourEyes(
    action=corrections.MANUAL_JOURNAL,
    title="Correct the books by hand",
    approvers=permit("admin", "risk"),
    execute=corrections.post_journal,
)
STATUS_CHANGES = FourEyes(
    action=corrections.STATUS_CHANGE,
    title="Freeze or unfreeze an account",
    approvers=permit("support", "risk", "admin"),
    execute=corrections.change_status,
)
FOUR_EYES = (MANUAL_JOURNALS, STATUS_CHANGES)


@routes.post(
    "/v1/manual-journals",
    permit=permit("admin"),
    answer=None,
    status=202,
    may_propose=True,
    refusals=(errors.UNBALANCED_MOVEMENT, errors.SAME_ACCOUNT),
)
def propose_journal(request: HttpRequest, body: ManualJournal) -> HttpResponse:
    """Propose to correct the books by hand; a second person decides, and it is posted with the yes."""
    found = corrections.propose_journal(
        principal=principal_of(request),
        currency=body.currency,
        postings=[Posting(**posting.model_dump()) for posting in body.postings],
        narration=body.narration,
        reason=body.reason,
    )
    return oversight.proposed(found, MANUAL_JOURNALS)
