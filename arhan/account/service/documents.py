"""Documents handed in with something, kept encrypted. Who may see it, is for the callers to say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from arhan.account.models import Document
from arhan.account.store import documents as store
from arhan.kernel import audit, clock, encryption
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.documents import TOO_MANY_DOCUMENTS
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection

    from arhan.kernel.auth import Principal

MOST = 10
"""With one loan, or one message."""


def add(*, principal: Principal, about: str, kind: str, media_type: str, content: bytes) -> Document:
    """Keep a document that was checked (kernel.documents.read); Refused(too_many_documents).

    The same content handed in again by the same person, as the same kind, is the document that is there.
    Lock what it is about first: two that come at once are kept and counted one after the other.
    """
    digest = hashlib.sha256(content).digest()
    same = store.find_same(about=about, kind=kind, digest=digest, uploaded_by=principal.subject)
    if same is not None:
        return same
    if store.count(about) >= MOST:
        raise Refused(TOO_MANY_DOCUMENTS)
    document = Document(
        id=new_id("doc"),
        about=about,
        kind=kind,
        media_type=media_type,
        size=len(content),
        digest=digest,
        sealed=encryption.encrypt("account", content),
        uploaded_by=principal.subject,
        uploaded_at=clock.now(),
    )
    store.insert(document)
    return document


def list_of(about: Collection[str]) -> list[Document]:
    """Documents that belong to any of these, oldest first, without their content."""
    return store.list_of(about)


def open_one(*, principal: Principal, document_id: str, about: Collection[str]) -> tuple[Document, bytes]:
    """A document that belongs to any of these, and its content; leaves a trace. Refused(not_found)."""
    document = store.find(document_id, about=about)
    if document is None:
        raise not_found(what="document")
    with django_transaction() as cursor:
        deed = Deed(
            action="document.opened",
            actor=principal.subject,
            role=principal.role,
            subject=document.id,
            details={"about": document.about},
        )
        audit.record(cursor, deed)
    return document, encryption.decrypt("account", bytes(document.sealed))
