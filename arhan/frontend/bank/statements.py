"""Questions to account: statements of a month, and of any period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.statements import Statement, StatementFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arhan.kernel.http import Call

SERVICE = "account"


def numbered(account_id: str, *, after: str = "") -> Question[Listed[Statement]]:
    """Those of each month, newest first."""
    call = get(SERVICE, f"/v1/accounts/{account_id}/statements", after=after, limit=12)
    return Question(call, Listed[Statement])


def files(account_id: str) -> Question[Listed[StatementFile]]:
    """What was asked for and is kept still."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}/statement-files"), Listed[StatementFile])


def ask_for(account_id: str, wanted: Mapping[str, Any], *, key: str) -> Question[StatementFile]:
    """A statement of any length; ready at once when it is short."""
    call = post(SERVICE, f"/v1/accounts/{account_id}/statement-files", wanted, key=key, deadline_s=20.0)
    return Question(call, StatementFile)


def file(account_id: str, file_id: str) -> Question[StatementFile]:
    """How far one is."""
    return Question(get(SERVICE, f"/v1/accounts/{account_id}/statement-files/{file_id}"), StatementFile)


def find(file_id: str) -> Question[StatementFile]:
    """The same where only the file is known."""
    return Question(get(SERVICE, f"/v1/statement-files/{file_id}"), StatementFile)


def content(account_id: str, file_id: str) -> Call:
    """The file itself."""
    return get(SERVICE, f"/v1/accounts/{account_id}/statement-files/{file_id}/content")
