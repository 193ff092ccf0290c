"""Businesses that want an account, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.account.domain.parties import MOST_PARTIES, MOST_SIGNATURES
from arhan.account.schemas.accounts import Reason
from arhan.account.schemas.parties import Amount, Named
from arhan.kernel.office import Shape


class BusinessApplication(Shape):
    """A business that wants an account."""

    registered_name: Annotated[str, Field(min_length=3, max_length=120, pattern=r"^\S.*\S$")]
    """As the register of companies has it; what payers are shown."""
    registration_number: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{4,10}$", examples=["RC123456"])]
    product: Annotated[str, Field(min_length=1, max_length=64)]
    signatures: Annotated[int, Field(ge=1, le=MOST_SIGNATURES)] = 1
    """How many are to sign a payment."""
    applicant: Named | None = None
    """For staff: the customer who applies (username, mail address or id)."""


class SignatoryWanted(Shape):
    """Somebody who is to sign."""

    person: Named
    """Username, mail address or id of a customer."""
    payment_limit: Amount | None = None


class Verification(Shape):
    """What staff saw in the register, and who is to sign."""

    signatories: Annotated[list[SignatoryWanted], Field(min_length=1, max_length=MOST_PARTIES)]
    reason: Reason
    """What was compared with the register."""


class Refusal(Shape):
    """Why a business gets no account."""

    reason: Reason


class BusinessShape(Shape):
    """A business and its application."""

    id: str
    registered_name: str
    registration_number: str
    product: str
    signatures: int
    state: str
    """applied, verified or refused."""
    account: str | None
    applied_by: str
    applied_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


class BusinessQuery(Shape):
    """Which businesses to list."""

    state: Literal["", "applied", "verified", "refused"] = ""
    after: Annotated[str, Field(max_length=64)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class BusinessPage(Shape):
    """Businesses, newest first."""

    items: list[BusinessShape]
    next: str | None
