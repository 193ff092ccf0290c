"""Second factors, as requests and answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from arhan.identity.schemas.people import Password
from arhan.kernel.office import Shape

Code = Annotated[str, Field(min_length=6, max_length=32)]


class PasswordConfirmation(Shape):
    """The password once more, before something sensitive changes."""

    password: Password


class AuthenticatorEnrolment(Shape):
    """What an authenticator app needs; shown once."""

    secret: str
    uri: str
    qr_svg: str


class CodeConfirmation(Shape):
    """A code of the authenticator."""

    code: Code


class AuthenticatorRemoval(Shape):
    """Password and a code, to go back to a password alone."""

    password: Password
    code: Code


class RecoveryCodes(Shape):
    """Single-use codes for the day the authenticator is lost; shown once."""

    recovery_codes: list[str]


class Factors(Shape):
    """The second factors of the person who asks."""

    authenticator: bool
    recovery_codes_left: int
