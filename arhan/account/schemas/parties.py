"""Who has a part in an account, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.account.domain.parties import MOST_SIGNATURES, Appointed
from arhan.account.schemas.accounts import Pin, Reason
from arhan.kernel.money import MAX_AMOUNT
from arhan.kernel.office import Shape

Proof = Annotated[str, Field(max_length=4096)]
Amount = Annotated[int, Field(gt=0, le=MAX_AMOUNT)]
Named = Annotated[str, Field(min_length=3, max_length=100)]


class Invitation(Shape):
    """Whom to ask in, as what."""

    person: Named
    """Username, mail address or id of a customer."""
    role: Appointed
    payment_limit: Amount | None = None
    """The most they may pay or sign at once, in minor units; left out: as the account."""
    proof: Proof = ""
    """The owner's confirmation (action `invite_to_account`, payee the person as named here, reference the
    account's id)."""
    reason: Reason | None = None
    """Staff must say."""


class PartyShape(Shape):
    """Somebody's part in an account."""

    id: str
    account: str
    person: str
    name: str
    role: str
    state: str
    """invited, active, declined or ended."""
    payment_limit: int | None
    invited_by: str
    invited_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    reason: str


class HolderShape(Shape):
    """Who owns an account."""

    id: str
    name: str
    business: bool


class PartiesShape(Shape):
    """Everybody who has a part in an account, and how many of them sign."""

    owner: HolderShape
    role: str | None
    """What the person who asks is on it; none for staff."""
    permitted: list[str]
    """What they may do: view, pay, approve, freeze, manage, close, invite, own."""
    items: list[PartyShape]
    signatures: int
    signatures_from: int


class OwnPart(PartyShape):
    """A part of one's own in somebody else's account."""

    account_number: str
    account_name: str
    """Who holds it; of an invitation, who invites."""
    currency: str


class OwnParts(Shape):
    """Where I have a part, or am invited; newest first."""

    items: list[OwnPart]


class Acceptance(Shape):
    """Yes: with a confirmation (action `join_account`, reference the party's id) and a PIN of one's own."""

    proof: Proof
    pin: Pin | None = None
    """For who may pay."""


class Ending(Shape):
    """Why; staff must say."""

    reason: Reason | None = None


class MandateWanted(Shape):
    """How many are to sign a payment, and from which amount."""

    signatures: Annotated[int, Field(ge=1, le=MOST_SIGNATURES)]
    signatures_from: Annotated[int, Field(ge=0, le=MAX_AMOUNT)] = 0
    proof: Proof = ""
    """A holder's confirmation (action `change_mandate`, reference the account's id)."""
    reason: Reason | None = None
    """Staff must say."""
