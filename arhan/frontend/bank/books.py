"""Questions to ledger: the journal, the trial balance, receipts and seals."""

from __future__ import annotations

from typing import Any

from arhan.frontend.bank.question import Question, get
from arhan.frontend.schemas.books import JournalEntry, Seal, TrialBalance
from arhan.frontend.schemas.common import Listed

SERVICE = "ledger"
MOST = 200


def trial_balance(*, as_of: str = "", currency: str = "") -> Question[TrialBalance]:
    """Every ledger account's balance."""
    return Question(get(SERVICE, "/v1/trial-balance", as_of=as_of, currency=currency), TrialBalance)


def journal(*, after: str = "", limit: int = 25, **filters: str) -> Question[Listed[JournalEntry]]:
    """Journal entries, newest first."""
    call = get(SERVICE, "/v1/journal-entries", limit=limit, after=after, **filters)
    return Question(call, Listed[JournalEntry])


def receipt(payment_id: str) -> Question[dict[str, Any]]:
    """A journal entry with the proof that a seal covers it."""
    return Question(get(SERVICE, f"/v1/receipts/{payment_id}"), dict[str, Any])


def latest_seal() -> Question[Seal]:
    """What was sealed last."""
    return Question(get(SERVICE, "/v1/seals/latest"), Seal)
