"""People and roles as those who manage them see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.identity.schemas.passwords import Token
from arhan.identity.schemas.people import Email, Name, Password, Phone, Username
from arhan.kernel.office import Shape

StaffRole = Literal["teller", "support", "loan_officer", "risk", "auditor", "admin"]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class PersonSeen(Shape):
    """A person as staff see them."""

    id: str
    username: str
    email: str
    name: str
    phone: str
    role: str
    tier: int
    enabled: bool
    email_verified: bool
    phone_verified: bool
    second_factor: bool
    created_at: datetime


class PeopleSeen(Shape):
    """A page of people, newest first."""

    items: list[PersonSeen]
    next: str | None


class PeopleQuery(Shape):
    """Whom to look for."""

    query: Annotated[str, Field(max_length=254)] = ""
    role: Annotated[str, Field(max_length=20)] = ""
    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Because(Shape):
    """Why."""

    reason: Reason


class RoleChange(Shape):
    """The role somebody is to have, and why."""

    role: StaffRole
    reason: Reason


class NewInvitation(Shape):
    """Who is invited to work here, as what, and why."""

    email: Email
    role: StaffRole
    reason: Annotated[str, Field(max_length=500)] = ""


class Invitation(Shape):
    """An invitation nobody has accepted yet."""

    id: str
    email: str
    role: str
    created_at: datetime


class Invitations(Shape):
    """Open invitations, newest first."""

    items: list[Invitation]


class Acceptance(Shape):
    """What the link carried, and who accepts."""

    token: Token
    username: Username
    email: Email
    password: Password
    first_name: Name
    last_name: Name
    phone: Phone


class Role(Shape):
    """A role and what it permits."""

    role: str
    permissions: list[str]


class Roles(Shape):
    """All roles, and every permission there is with what it means."""

    items: list[Role]
    permissions: dict[str, str]


class PermissionsChange(Shape):
    """What a role is to permit, and why."""

    permissions: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]
    reason: Reason
