"""What goes into the audit trail by itself: every refusal of a permission, every action of staff.

A staff action is written down before it runs and again when it has ended, so that none happens
unseen, not even in a process that dies half-way. Queries are not actions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import psycopg

from arhan.kernel import audit, logging
from arhan.kernel.audit import BEGUN, DONE, REFUSED, Deed
from arhan.kernel.errors import NOT_PERMITTED, SECOND_FACTOR_REQUIRED, UNAVAILABLE, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.kernel.auth import Principal

log = logging.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DENIALS = {NOT_PERMITTED.code, SECOND_FACTOR_REQUIRED.code}


def describe(
    *, method: str, path: str, principal: Principal, parameters: Iterable[str], address: str
) -> Deed:
    """What this principal is about to do: the route, and the ids in its path."""
    return Deed(
        action=f"{method} {path}",
        actor=principal.subject,
        role=principal.role,
        subject=" ".join(parameters),
        address=address,
    )


def is_action(method: str, principal: Principal) -> bool:
    """Whether a member of staff is about to change something."""
    return principal.is_staff and method not in SAFE_METHODS


def begin(service: str, deed: Deed) -> None:
    """Write a staff action down before it runs; Refused(service_unavailable) if that cannot be done."""
    try:
        audit.recorder(service).write(replace(deed, outcome=BEGUN))
    except psycopg.Error as error:
        raise Refused(UNAVAILABLE, "The audit trail cannot be written.") from error


def end(service: str, deed: Deed, *, status: int, body: bytes) -> None:
    """Write down how it ended."""
    refused = status >= 400  # noqa: PLR2004 - RFC 9110
    code = _code(body) if refused else ""
    _write(service, replace(deed, outcome=REFUSED if refused else DONE, code=code))


def denied(service: str, deed: Deed, refused: Refused) -> None:
    """Write down that somebody was not let, if it was for lack of a permission."""
    if refused.refusal.code in _DENIALS:
        _write(service, replace(deed, outcome=REFUSED, code=refused.refusal.code))


def _write(service: str, deed: Deed) -> None:
    try:
        audit.recorder(service).write(deed)
    except psycopg.Error:
        log.exception("audit_entry_lost", action=deed.action, actor=deed.actor)


def _code(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body)["code"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return ""
