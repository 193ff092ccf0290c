"""Notes, as rows."""

from __future__ import annotations

from arhan.identity.models import Note


def insert(note: Note) -> None:
    """Keep a new note."""
    note.save(force_insert=True)


def list_of(person_id: str, *, before: str, limit: int) -> list[Note]:
    """Notes about a person older than the one named, newest first."""
    found = Note.objects.filter(person_id=person_id).order_by("-id")
    return list((found.filter(id__lt=before) if before else found)[:limit])
