"""Corrections of the books by hand, as requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from arhan.account.schemas.accounts import Reason
from arhan.kernel.money import MAX_AMOUNT, MINOR_DIGITS
from arhan.kernel.office import Shape

MOST_POSTINGS = 50


class CorrectionPosting(Shape):
    """One side of a manual journal."""

    account: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9_]+$")]
    side: Literal["debit", "credit"]
    amount: Annotated[int, Field(ge=1, le=MAX_AMOUNT, description="Minor units")]


class ManualJournal(Shape):
    """What the books are to say, and why; debits and credits are equal."""

    currency: Literal[tuple(MINOR_DIGITS)]  # type: ignore[valid-type]
    postings: Annotated[list[CorrectionPosting], Field(min_length=2, max_length=MOST_POSTINGS)]
    narration: Annotated[str, Field(max_length=140)] = ""
    reason: Reason
