"""What staff want each other to know about somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.identity import models
from arhan.identity.service.people import get_person
from arhan.identity.store import audit
from arhan.identity.store import notes as store
from arhan.kernel import clock, encryption
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime

    from arhan.kernel.auth import Principal


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is read."""

    id: str
    text: str
    written_by: str
    written_at: datetime


def write_note(*, principal: Principal, person_id: str, text: str) -> Note:
    """Leave a note for colleagues; that it was written is in the audit trail. Refused(not_found)."""
    person = get_person(person_id)
    note = models.Note(
        id=new_id("note"),
        person=person,
        sealed=encryption.encrypt("identity", text.encode()),
        written_by=principal.subject,
        written_at=clock.now(),
    )
    deed = Deed(
        action="note.written",
        actor=principal.subject,
        role=principal.role,
        subject=person_id,
        details={"note": note.id},
    )
    with django_transaction():
        store.insert(note)
        audit.append(deed)
    return _read(note)


def list_notes(person_id: str, *, before: str, limit: int) -> list[Note]:
    """What colleagues wrote about somebody, newest first; Refused(not_found)."""
    get_person(person_id)
    return [_read(note) for note in store.list_of(person_id, before=before, limit=limit)]


def _read(note: models.Note) -> Note:
    text = encryption.decrypt("identity", bytes(note.sealed)).decode()
    return Note(note.id, text, note.written_by, note.written_at)
