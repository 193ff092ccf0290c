"""Statements: the numbered ones of each month, and extracts of any period, in five formats."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Path, Query

from arhan.account.errors import statements as errors
from arhan.account.models import StatementFile
from arhan.account.schemas.statements import (
    ExtractQuery,
    FileWanted,
    Format,
    StatementFilePage,
    StatementFileShape,
    StatementPage,
    StatementShape,
)
from arhan.account.service import statement_files, statements
from arhan.kernel.auth import ROLES, Principal, permit
from arhan.kernel.office import Routes, once, principal_of

routes = Routes(service="account", tag="statements")

READERS = permit(*ROLES)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@routes.get(
    "/v1/accounts/{account_id}/statement",
    permit=READERS,
    answer=None,
    refusals=(errors.PERIOD_UNFIT, errors.STATEMENT_TOO_LONG),
)
def get_extract(request: HttpRequest, account_id: str, wanted: Query[ExtractQuery]) -> HttpResponse:
    """What happened on an account in any period, as a file; `POST …/statement-files` when that is much."""
    principal = principal_of(request)
    return _file(
        statements.extract(principal, account_id, since=wanted.since, until=wanted.until, form=wanted.format)
    )


@routes.get("/v1/accounts/{account_id}/statements", permit=READERS, answer=StatementPage)
def list_statements(
    request: HttpRequest,
    account_id: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> StatementPage:
    """The numbered statements of an account, newest first."""
    found = statements.list_statements(principal_of(request), account_id, before=after, limit=limit + 1)
    items = [StatementShape.from_orm(statement) for statement in found[:limit]]
    return StatementPage(items=items, next=str(items[-1].number) if len(found) > limit else None)


@routes.get(
    "/v1/accounts/{account_id}/statements/{number}",
    permit=READERS,
    answer=None,
    refusals=(errors.STATEMENT_TOO_LONG,),
)
def get_statement(
    request: HttpRequest,
    account_id: str,
    number: Number,
    format: Format = "pdf",  # noqa: A002 - as the query says
) -> HttpResponse:
    """A numbered statement, as a file."""
    return _file(statements.get_statement(principal_of(request), account_id, number, form=format))


@routes.post(
    "/v1/accounts/{account_id}/statement-files",
    permit=READERS,
    answer=StatementFileShape,
    status=202,
    idempotent=True,
    refusals=(errors.PERIOD_UNFIT, errors.STATEMENT_TOO_LONG, errors.TOO_MANY_STATEMENTS),
)
def ask_for_file(request: HttpRequest, account_id: str, body: FileWanted) -> HttpResponse:
    """A statement of any length: ready at once when it is short, else made in the background."""
    principal = principal_of(request)

    def do() -> StatementFileShape:
        return _file_shape(_ask(principal, account_id, body))

    return once(request, body=body, do=do, status=202)


@routes.get("/v1/accounts/{account_id}/statement-files", permit=READERS, answer=StatementFilePage)
def list_files(request: HttpRequest, account_id: str) -> StatementFilePage:
    """What was asked for and is kept still, newest first; there are few."""
    found = statement_files.list_files(principal_of(request), account_id)
    return StatementFilePage(items=[_file_shape(file) for file in found], next=None)


@routes.get("/v1/accounts/{account_id}/statement-files/{file_id}", permit=READERS, answer=StatementFileShape)
def get_file(request: HttpRequest, account_id: str, file_id: str) -> StatementFileShape:
    """How far a statement is."""
    return _file_shape(statement_files.get_file(principal_of(request), account_id, file_id))


@routes.get("/v1/statement-files/{file_id}", permit=READERS, answer=StatementFileShape)
def find_file(request: HttpRequest, file_id: str) -> StatementFileShape:
    """The same where only the file is known, as in a notification: it names its account."""
    return _file_shape(statement_files.find_file(principal_of(request), file_id))


@routes.get(
    "/v1/accounts/{account_id}/statement-files/{file_id}/content",
    permit=READERS,
    answer=None,
    refusals=(errors.STATEMENT_NOT_READY,),
)
def get_file_content(request: HttpRequest, account_id: str, file_id: str) -> StreamingHttpResponse:
    """A statement that is ready, part by part."""
    file, media_type, parts = statement_files.read_file(principal_of(request), account_id, file_id)
    headers = _headers(statement_files.file_name(file)) | {"Content-Length": str(file.size)}
    return StreamingHttpResponse(parts, content_type=media_type, headers=headers)


def _ask(principal: Principal, account_id: str, wanted: FileWanted) -> StatementFile:
    if wanted.since is None or wanted.until is None:
        return statement_files.ask_numbered(
            principal, account_id, number=wanted.number or 0, form=wanted.format
        )
    return statement_files.ask_period(
        principal, account_id, since=wanted.since, until=wanted.until, form=wanted.format
    )


def _file_shape(file: StatementFile) -> StatementFileShape:
    return StatementFileShape(
        id=file.id,
        account=file.account,
        number=file.number or None,
        since=file.since,
        until=file.until,
        format=file.format,  # type: ignore[arg-type] # what was asked for is a format
        state=file.state,  # type: ignore[arg-type] # the database knows the states
        progress=file.progress,
        lines=file.count,
        lines_done=file.done,
        size=file.size if file.state == "ready" else None,
        name=statement_files.file_name(file),
        asked_at=file.asked_at,
        ready_at=file.ready_at,
        expires_at=file.expires_at,
    )


def _file(made: statements.Document) -> HttpResponse:
    return HttpResponse(made.content, content_type=made.media_type, headers=_headers(made.name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
