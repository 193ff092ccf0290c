"""Letters and what they carried, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from arhan.identity.schemas.passwords import Token
from arhan.kernel.office import Shape


class LinkToken(Shape):
    """What a mailed link carried."""

    token: Token


class TextedCode(Shape):
    """What a text carried."""

    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class MailboxItem(Shape):
    """A letter that stayed in the house."""

    id: int
    address: str
    subject: str
    body: str
    created_at: datetime


class Mailbox(Shape):
    """Letters, newest first."""

    items: list[MailboxItem]
    next: str | None


class MailboxQuery(Shape):
    """Whose letters to show; everybody's by default."""

    address: Annotated[str, Field(max_length=254)] = ""
    after: Annotated[int | None, Field(ge=0, le=2**62)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
