"""The shapes of requests and lists, and what a screening must look like to be decided."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from arhan.contracts.fraud import DecisionOutcome
from arhan.fraud.domain.cases import Case, StoppedPayment, Verdict
from arhan.fraud.domain.rules import Check, RuleVersion
from arhan.kernel.audit import Entry
from arhan.kernel.errors import MALFORMED, FieldError, Refused
from arhan.kernel.money import MAX_AMOUNT, is_currency
from arhan.kernel.proposals import SeenProposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.contracts.fraud import Screening

MOST_SCREENINGS = 1_000
LONGEST_ID = 64
_LONGEST_TEXT = 256
_REQUIRED = ("payment", "kind", "payer_account", "payee_account")
_OPTIONAL = ("payer_customer", "payee_customer", "session", "device", "address", "channel", "card", "mcc")

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class NewRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A draft: the next version of a rule, or the first of a new one."""

    rule: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{2,63}$")]
    outcome: DecisionOutcome
    check: Check
    message: Text
    explanation: Text


class Promotion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bring a version into force, one step at a time."""

    to: Literal["shadow", "active"]


class ProposalPage(msgspec.Struct, frozen=True):
    """A page of proposals, newest first."""

    items: list[SeenProposal]
    next: str | None


class ProposalDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why somebody decides as they do."""

    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


class CaseResolution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person decides about a case."""

    verdict: Verdict
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class RulePage(msgspec.Struct, frozen=True):
    """Versions of rules, newest first."""

    items: list[RuleVersion]
    next: str | None


class CasePage(msgspec.Struct, frozen=True):
    """Cases, newest first."""

    items: list[Case]
    next: str | None


class StoppedPage(msgspec.Struct, frozen=True):
    """Decisions that stopped payments, newest first."""

    items: list[StoppedPayment]
    next: str | None


class AuditEntries(msgspec.Struct, frozen=True):
    """A page of the audit trail, newest first."""

    items: list[Entry]
    next: str | None


def check_screenings(screenings: Sequence[Screening]) -> None:
    """Refused(malformed_request) naming every member that cannot be decided on."""
    if len(screenings) > MOST_SCREENINGS:
        error = FieldError("/screenings", f"at most {MOST_SCREENINGS} at once")
        raise Refused(MALFORMED, "Too many screenings in one request.", errors=(error,))
    errors = tuple(
        FieldError(f"/screenings/{index}/{member}", message)
        for index, screening in enumerate(screenings)
        for member, message in _faults(screening)
    )
    if errors:
        raise Refused(MALFORMED, "The request has members of the wrong form.", errors=errors)


def _faults(screening: Screening) -> Iterator[tuple[str, str]]:
    for member in _REQUIRED:
        if not 0 < len(getattr(screening, member)) <= LONGEST_ID:
            yield member, f"1 to {LONGEST_ID} characters"
    for member in _OPTIONAL:
        if len(getattr(screening, member)) > _LONGEST_TEXT:
            yield member, f"at most {_LONGEST_TEXT} characters"
    if not 0 < screening.amount <= MAX_AMOUNT:
        yield "amount", f"1 to {MAX_AMOUNT} minor units"
    if not is_currency(screening.currency):
        yield "currency", "not a currency of this bank"
    if not _is_moment(screening.created_at):
        yield "created_at", "not an RFC 3339 time"
    if screening.payer_opened_at and not _is_moment(screening.payer_opened_at):
        yield "payer_opened_at", "not an RFC 3339 time"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
