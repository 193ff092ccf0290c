"""The audit trail of this service, read as in the offices (kernel/oversight.py)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from arhan.fraud.api.routes import Routes, rendered
from arhan.fraud.schemas import AuditEntries
from arhan.kernel import audit
from arhan.kernel.auth import permit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.fraud.store.connections import Office

OVERSEERS = permit("auditor", "admin")

routes = Routes("audit trail")


@routes.get("/v1/audit-entries", permit=OVERSEERS, answer=AuditEntries)
def list_audit_entries(
    request: Request,
    *,
    actor: Annotated[str, Query(max_length=100)] = "",
    subject: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=200, description="The beginning of an action.")] = "",
    outcome: Annotated[str, Query(max_length=20)] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    after: Annotated[int | None, Query(ge=0, le=2**62, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Find entries of the audit trail, newest first; what is left out matches everything."""
    wanted = audit.Search(
        actor=actor,
        subject=subject,
        action=action,
        outcome=outcome,
        since=since,
        until=until,
        before=after,
        limit=limit,
    )
    with request.app.state.office.begin() as cursor:
        found = audit.search(cursor, wanted)
    return rendered(AuditEntries(found, next=str(found[-1].position) if len(found) == limit else None))


@routes.get("/v1/audit-entries/verification", permit=OVERSEERS, answer=audit.Verification)
def verify_audit_trail(request: Request) -> Response:
    """Recompute every link of the trail."""
    with request.app.state.office.begin() as cursor:
        return rendered(audit.verify(cursor))


@routes.get("/v1/audit-entries/export", permit=OVERSEERS, answer=None)
def export_audit_trail(request: Request) -> Response:
    """The whole trail as JSON lines, oldest first."""
    return StreamingResponse(_lines(request.app.state.office), media_type="application/x-ndjson")


def _lines(office: Office) -> Iterator[bytes]:
    with office.begin() as cursor:
        for entry in audit.read_all(cursor):
            yield msgspec.json.encode(entry) + b"\n"
