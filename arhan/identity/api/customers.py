"""What staff see of one person: where they are signed in, with what, who they proved to be, and notes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.identity.api.kyc import REVIEWERS, dossier_shape
from arhan.identity.api.sessions import session_shape
from arhan.identity.api.staff import READERS
from arhan.identity.schemas import kyc as kyc_shapes
from arhan.identity.schemas import notes as shapes
from arhan.identity.schemas import sessions as session_shapes
from arhan.identity.service import devices, kyc, notes, own_sessions, people
from arhan.kernel.auth import permit
from arhan.kernel.office import Routes, once, principal_of

routes = Routes(service="identity", tag="staff")

TRACERS = permit("support", "risk", "auditor", "admin")
"""Those who help with a lost device or look into what happened."""


@routes.get("/v1/people/{person_id}/sessions", permit=TRACERS, answer=session_shapes.Sessions)
def list_sessions_of(request: HttpRequest, person_id: str) -> session_shapes.Sessions:
    """Where somebody is signed in."""
    found = own_sessions.list_sessions_of(people.get_person(person_id).id)
    return session_shapes.Sessions(items=[session_shape(each, this="") for each in found])


@routes.get("/v1/people/{person_id}/devices", permit=TRACERS, answer=session_shapes.Devices)
def list_devices_of(request: HttpRequest, person_id: str) -> session_shapes.Devices:
    """The devices somebody has signed in with."""
    found = devices.list_devices_of(people.get_person(person_id).id)
    return session_shapes.Devices(items=[session_shapes.Device.from_orm(each) for each in found])


@routes.get("/v1/people/{person_id}/kyc", permit=REVIEWERS, answer=kyc_shapes.Dossier)
def get_dossier_of(request: HttpRequest, person_id: str) -> kyc_shapes.Dossier:
    """What somebody has told and shown, their tier and its limits."""
    return dossier_shape(kyc.get_dossier(person_id))


@routes.get("/v1/people/{person_id}/notes", permit=READERS, answer=shapes.Notes)
def list_notes(request: HttpRequest, person_id: str, wanted: Query[shapes.NoteQuery]) -> shapes.Notes:
    """What colleagues wrote about somebody, newest first."""
    found = notes.list_notes(person_id, before=wanted.after, limit=wanted.limit)
    more = found[-1].id if len(found) == wanted.limit else None
    return shapes.Notes(items=[shapes.Note.from_orm(note) for note in found], next=more)


@routes.post(
    "/v1/people/{person_id}/notes", permit=READERS, answer=shapes.WrittenNote, status=201, idempotent=True
)
def write_note(request: HttpRequest, person_id: str, body: shapes.NewNote) -> HttpResponse:
    """Leave a note about somebody for colleagues; notes are never changed."""

    def do() -> shapes.WrittenNote:
        written = notes.write_note(principal=principal_of(request), person_id=person_id, text=body.text)
        return shapes.WrittenNote.from_orm(written)

    return once(request, body=body, do=do)
