"""Passwords, as requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from arhan.identity.domain.people import MAX_EMAIL
from arhan.identity.schemas.people import Password
from arhan.kernel.office import Shape

Token = Annotated[str, Field(min_length=1, max_length=128)]


class PasswordChange(Shape):
    """The present password, and the one to come."""

    current_password: Password
    new_password: Password


class PasswordResetRequest(Shape):
    """Whose password is to be reset: username or email address."""

    username: Annotated[str, Field(min_length=1, max_length=MAX_EMAIL)]


class PasswordReset(Shape):
    """What the link carried, and the new password."""

    token: Token
    new_password: Password
