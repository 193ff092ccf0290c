"""Notes about people, as requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from arhan.kernel.office import Shape


class NewNote(Shape):
    """What colleagues should know."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class Note(Shape):
    """What somebody wrote, and when."""

    id: str
    text: str
    written_by: str
    written_at: datetime


class WrittenNote(Shape):
    """That a note is kept; its text is not repeated, for answers to repeats are kept in the open."""

    id: str
    written_by: str
    written_at: datetime


class Notes(Shape):
    """A page of notes, newest first."""

    items: list[Note]
    next: str | None


class NoteQuery(Shape):
    """Which notes."""

    after: Annotated[str, Field(max_length=40)] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 20
