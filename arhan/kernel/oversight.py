"""Routes every office has for those who oversee the bank: the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query  # noqa: TC002 - Ninja reads annotations while the program runs
from pydantic import Field

from arhan.kernel import audit
from arhan.kernel.auth import permit
from arhan.kernel.database import django_transaction
from arhan.kernel.office import Routes, Shape

OVERSEERS = permit("auditor", "admin")


class AuditEntry(Shape):
    """Who did what, or was not let."""

    position: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str
    code: str
    address: str
    request_id: str
    details: dict[str, Any]
    hash: str


class AuditEntries(Shape):
    """A page of the audit trail, newest first."""

    items: list[AuditEntry]
    next: str | None


class AuditVerification(Shape):
    """Whether every entry still follows from the one before it."""

    entries: int
    head: str
    broken_at: int | None


class AuditQuery(Shape):
    """Which entries to find; what is left out matches everything."""

    actor: Annotated[str, Field(max_length=100)] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    action: Annotated[str, Field(max_length=200, description="The beginning of an action.")] = ""
    outcome: Annotated[str, Field(max_length=20)] = ""
    since: datetime | None = None
    until: datetime | None = None
    after: Annotated[int | None, Field(ge=0, le=2**62, description="`next` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


def audit_routes(service: str) -> Routes:
    """Search, export and verify the audit trail of one service; for auditor and admin."""
    routes = Routes(service=service, tag="audit trail")

    @routes.get("/v1/audit-entries", permit=OVERSEERS, answer=AuditEntries)
    def list_audit_entries(request: HttpRequest, wanted: Query[AuditQuery]) -> AuditEntries:
        """Find entries of the audit trail, newest first."""
        search = audit.Search(**wanted.model_dump(exclude={"after"}), before=wanted.after)
        with django_transaction() as cursor:
            found = audit.search(cursor, search)
        more = str(found[-1].position) if len(found) == wanted.limit else None
        return AuditEntries(items=[AuditEntry.from_orm(entry) for entry in found], next=more)

    @routes.get("/v1/audit-entries/verification", permit=OVERSEERS, answer=AuditVerification)
    def verify_audit_trail(request: HttpRequest) -> AuditVerification:
        """Recompute every link of the trail."""
        with django_transaction() as cursor:
            return AuditVerification.from_orm(audit.verify(cursor))

    @routes.get("/v1/audit-entries/export", permit=OVERSEERS, answer=None)
    def export_audit_trail(request: HttpRequest) -> StreamingHttpResponse:
        """The whole trail as JSON lines, oldest first."""
        return StreamingHttpResponse(_lines(), content_type="application/x-ndjson")

    return routes


def _lines() -> Any:
    with django_transaction() as cursor:
        for entry in audit.read_all(cursor):
            yield msgspec.json.encode(entry) + b"\n"
