"""Profiles, identity numbers, documents and applications, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from arhan.identity.models import Application, Document, IdentityNumber, Profile

if TYPE_CHECKING:
    from datetime import datetime


def find_profile(person_id: str) -> Profile | None:
    """What somebody said about themselves."""
    return Profile.objects.filter(person_id=person_id).first()


def put_profile(profile: Profile) -> None:
    """Keep it in place of what was said before."""
    profile.save()


def list_numbers(person_id: str) -> list[IdentityNumber]:
    """Identity numbers the registry confirmed."""
    return list(IdentityNumber.objects.filter(person_id=person_id).order_by("kind"))


def insert_number(number: IdentityNumber) -> bool:
    """Keep a confirmed number; False if it, or one of its kind, is there already."""
    try:
        with transaction.atomic():
            number.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def insert_document(document: Document) -> None:
    """Keep an uploaded document."""
    document.save(force_insert=True)


def count_documents(person_id: str) -> int:
    """How many documents somebody has uploaded."""
    return Document.objects.filter(person_id=person_id).count()


def list_documents(person_id: str) -> list[Document]:
    """Somebody's documents without their content, newest first."""
    return list(Document.objects.filter(person_id=person_id).defer("sealed").order_by("-uploaded_at"))


def find_document(document_id: str) -> Document | None:
    """A document with its content."""
    return Document.objects.filter(id=document_id).first()


def insert_application(application: Application) -> bool:
    """Keep an application; False if one of this person waits already."""
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def lock_application(application_id: str) -> Application | None:
    """An application with its person; locked."""
    found = Application.objects.select_for_update(of=("self",)).select_related("person")
    return found.filter(id=application_id).first()


def find_application(application_id: str) -> Application | None:
    """An application with its person."""
    return Application.objects.select_related("person").filter(id=application_id).first()


def newest_application(person_id: str) -> Application | None:
    """What somebody applied for last."""
    return Application.objects.filter(person_id=person_id).order_by("-id").first()


def list_applications(*, status: str, after: str, limit: int) -> list[Application]:
    """The queue, oldest first: who waited longest is looked at next."""
    found = Application.objects.select_related("person").filter(status=status).order_by("id")
    found = found.filter(id__gt=after) if after else found
    return list(found[:limit])


def decide(application: Application, *, status: str, by: str, reason: str, now: datetime) -> None:
    """Somebody, or the registry, has decided."""
    application.status, application.decided_by = status, by
    application.decided_at, application.reason = now, reason
    application.save(update_fields=["status", "decided_by", "decided_at", "reason"])
