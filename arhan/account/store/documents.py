"""Documents, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.models import Document

if TYPE_CHECKING:
    from collections.abc import Collection


def insert(document: Document) -> None:
    """Keep a new document."""
    document.save(force_insert=True)


def count(about: str) -> int:
    """How many documents belong to something."""
    return Document.objects.filter(about=about).count()


def find_same(*, about: str, kind: str, digest: bytes, uploaded_by: str) -> Document | None:
    """The document with this content that this person handed in before, without its content."""
    found = Document.objects.defer("sealed").filter(about=about, kind=kind, digest=digest)
    return found.filter(uploaded_by=uploaded_by).first()


def list_of(about: Collection[str]) -> list[Document]:
    """Documents that belong to any of these, oldest first, without their content."""
    return list(Document.objects.defer("sealed").filter(about__in=about).order_by("id"))


def find(document_id: str, *, about: Collection[str]) -> Document | None:
    """The document of this id, if it belongs to any of these."""
    return Document.objects.filter(id=document_id, about__in=about).first()
