"""Knowing the customer, as requests and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from arhan.identity.domain.kyc.numbers import parse_number
from arhan.identity.domain.people import parse_name
from arhan.identity.schemas.staff import Reason
from arhan.kernel.office import Shape

Line = Annotated[str, Field(max_length=80), AfterValidator(parse_name)]
DocumentKind = Literal[
    "passport",
    "national_id",
    "drivers_licence",
    "voters_card",
    "utility_bill",
    "bank_statement",
    "tenancy_agreement",
]


class Profile(Shape):
    """Date of birth and address."""

    date_of_birth: Annotated[date, Field(ge=date(1900, 1, 1))]
    line: Line
    city: Line
    state: Line
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]


class NewIdentityNumber(Shape):
    """A Bank Verification Number or National Identification Number."""

    kind: Literal["bvn", "nin"]
    number: Annotated[str, Field(max_length=20)]

    @model_validator(mode="after")
    def _has_the_form(self) -> NewIdentityNumber:
        self.number = parse_number(self.kind, self.number)
        return self


class IdentityNumber(Shape):
    """A confirmed number: its kind and last digits."""

    kind: str
    last_digits: str
    verified_at: datetime


class Document(Shape):
    """An uploaded document, without its content."""

    id: str
    kind: str
    media_type: str
    size: int
    uploaded_at: datetime


class NewApplication(Shape):
    """The tier that is wanted."""

    tier: Annotated[int, Field(ge=2, le=3)]


class Application(Shape):
    """An application for a tier, and what was decided."""

    id: str
    tier: int
    status: str
    submitted_at: datetime
    decided_at: datetime | None
    reason: str


class Limits(Shape):
    """What the tier allows, in kobo; null where there is no limit."""

    currency: str
    single_deposit: int | None
    balance: int | None
    daily_outflow: int | None


class Dossier(Shape):
    """What somebody has told and shown, and what it allows them."""

    person_id: str
    name: str
    tier: int
    limits: Limits
    profile: Profile | None
    identity_numbers: list[IdentityNumber]
    documents: list[Document]
    application: Application | None


class QueuedApplication(Application):
    """An application in the review queue."""

    person_id: str
    name: str
    decided_by: str
    age_s: int


class Queue(Shape):
    """The review queue; who waited longest comes first."""

    items: list[QueuedApplication]
    next: str | None


class QueueQuery(Shape):
    """Which applications to list."""

    status: Literal["waiting", "approved", "rejected"] = "waiting"
    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Decision(Shape):
    """Why it is decided so."""

    reason: Reason
