"""Statements: the numbered ones of each month, and extracts of any period, in five formats."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query

from arhan.account.errors import statements as errors
from arhan.account.schemas.statements import ExtractQuery, Format, StatementPage, StatementShape
from arhan.account.service import statements
from arhan.account.statements import Statement
from arhan.kernel.auth import ROLES, permit
from arhan.kernel.office import Routes, principal_of

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
    """What happened on an account in any period, as a file."""
    principal = principal_of(request)
    found = statements.extract(principal, account_id, since=wanted.since, until=wanted.until)
    return _file(found, wanted.format)


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
    return _file(statements.get_statement(principal_of(request), account_id, number), format)


def _file(statement: Statement, form: Format) -> HttpResponse:
    content, media_type, name = statements.render(statement, form=form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=media_type, headers=headers)
