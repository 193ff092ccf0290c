"""People, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from arhan.identity.domain import people
from arhan.identity.domain.passwords import MAX_LENGTH
from arhan.kernel.office import Shape

Username = Annotated[str, Field(max_length=32), AfterValidator(people.parse_username)]
Email = Annotated[str, Field(max_length=people.MAX_EMAIL), AfterValidator(people.parse_email)]
Name = Annotated[str, Field(max_length=200), AfterValidator(people.parse_name)]
Phone = Annotated[str, Field(max_length=30), AfterValidator(people.parse_phone)]
Sex = Annotated[str, Field(max_length=10), AfterValidator(people.parse_sex)]
Password = Annotated[str, Field(max_length=MAX_LENGTH)]


def _none_if_blank(value: object) -> object:
    """A form sends an empty field for a choice nobody made."""
    return None if value == "" else value


class Registration(Shape):
    """Somebody who wants to become a customer."""

    username: Username
    email: Email
    password: Password
    first_name: Name
    last_name: Name
    phone: Phone
    sex: Annotated[Sex | None, BeforeValidator(_none_if_blank)] = None


class Registered(Shape):
    """The new customer."""

    id: str
    username: str
    role: str
    tier: int


class Me(Shape):
    """What the bank knows about the person who asks."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    name: str
    phone: str
    sex: str | None
    role: str
    tier: int
    email_verified: bool
    phone_verified: bool
    second_factor: bool
    """Whether an authenticator app is set up; signing in needs its code then."""
    created_at: datetime


class PeopleLookup(Shape):
    """Whom a sibling asks about."""

    ids: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=1000)] = Field(
        default_factory=list
    )
    logins: Annotated[list[Annotated[str, Field(max_length=people.MAX_EMAIL)]], Field(max_length=10)] = Field(
        default_factory=list
    )
    """Usernames or mail addresses, as a person would sign in with."""


class PersonFound(Shape):
    """What a sibling may know about a person."""

    id: str
    username: str
    name: str
    role: str
    tier: int
    enabled: bool


class PeopleFound(Shape):
    """Those the bank knows; unknown ids are left out."""

    people: list[PersonFound]
