"""What takes two people at account: a manual journal, and a freeze by somebody who may not freeze alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.account import movements
from arhan.account.domain import rules
from arhan.account.errors import posting as errors
from arhan.account.service import accounts, lifecycle
from arhan.account.service.posting import post_within
from arhan.account.store.database import posting_cursor
from arhan.contracts.account import Posting
from arhan.kernel import clock, proposals
from arhan.kernel.auth import Principal
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refusal, Refused
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from arhan.account.domain.lifecycle import Verb
    from arhan.kernel.proposals import Proposal

MANUAL_JOURNAL = "books.manual_journal"
STATUS_CHANGE = "account.status_changed"
ALONE = ("risk", "admin")
"""Staff who freeze and unfreeze without a second person."""

_REFUSALS = {refusal.code: refusal for refusal in errors.PRECEDENCE}


def propose_journal(
    *, principal: Principal, currency: str, postings: Sequence[Posting], narration: str, reason: str
) -> Proposal:
    """Put a correction of the books before a second person.

    Refused(unbalanced_movement | same_account) at once; what the books say is asked when it is posted.
    """
    command = movements.manual_journal(
        id=new_id("mov"), currency=currency, postings=postings, narration=narration
    )
    changes = rules.changes_of(command)
    if isinstance(changes, Refusal):
        raise Refused(changes)
    body = {
        "currency": currency,
        "narration": narration,
        "postings": [{"account": p.account, "side": p.side, "amount": p.amount} for p in postings],
    }
    with django_transaction() as cursor:
        return proposals.propose(
            cursor, action=MANUAL_JOURNAL, body=body, subject="", reason=reason, principal=principal
        )


def post_journal(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: post it in the transaction of the approval, under an id made of the proposal's.

    Refused as the posting engine refuses; then nothing is decided.
    """
    command = movements.manual_journal(
        id=proposal.id.replace("prp_", "mov_", 1),
        currency=proposal.body["currency"],
        postings=[Posting(**posting) for posting in proposal.body["postings"]],
        narration=proposal.body["narration"],
        initiator=proposal.proposed_by,
    )
    with posting_cursor() as cursor:
        (outcome,) = post_within(cursor, [command], now=clock.now())
    if outcome.status != "posted":
        raise Refused(_REFUSALS[outcome.code])
    return {"movement": command.id}


def takes_second_person(principal: Principal) -> bool:
    """Whether this member of staff may not freeze and unfreeze alone."""
    return principal.is_staff and principal.role not in ALONE


def propose_status(*, principal: Principal, account_id: str, verb: Verb, reason: str, **how: Any) -> Proposal:
    """Put a freeze, or its end, before a second person; Refused(not_found)."""
    accounts.get_for(principal, account_id)
    with django_transaction() as cursor:
        return proposals.propose(
            cursor,
            action=STATUS_CHANGE,
            body={"verb": verb, **how},
            subject=account_id,
            reason=reason,
            principal=principal,
        )


def change_status(proposal: Proposal) -> Mapping[str, Any]:
    """Two people want it: done in the name of who proposed it. Refused as alone; then nothing is decided."""
    body = dict(proposal.body)
    account = lifecycle.change_status(
        principal=Principal(subject=proposal.proposed_by, role=ALONE[0]),
        account_id=proposal.subject,
        verb=body.pop("verb"),
        reason=proposal.reason,
        **body,
    )
    return {"status": account.status}
