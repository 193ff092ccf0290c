"""Rule versions: reading the book in force, writing drafts, promoting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.fraud.domain.rules import Check, Rule, RuleVersion
from arhan.fraud.domain.screening import RuleBook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import AsyncConnection, Cursor

    from arhan.fraud.domain.rules import RuleState

_IN_FORCE = """
SELECT state, rule, version, outcome, definition::text, message
FROM rule_version WHERE state IN ('active', 'shadow') ORDER BY rule
"""

_decode_check = msgspec.json.Decoder(Check).decode


async def read_rule_book(connection: AsyncConnection[Any], change: int) -> RuleBook:
    """The rules as they stand after this change."""
    cursor = await connection.execute(_IN_FORCE)
    rules = [(row[0], _rule(row)) for row in await cursor.fetchall()]
    active = tuple(rule for state, rule in rules if state == "active" and rule.outcome != "allow")
    watching = tuple(rule for _, rule in rules if rule not in active)
    return RuleBook(change=change, active=active, watching=watching)


def _rule(row: Sequence[Any]) -> Rule:
    _, rule, version, outcome, definition, message = row
    return Rule(rule=rule, version=version, outcome=outcome, check=_decode_check(definition), message=message)


_VERSION = """
SELECT id, rule, version, state, outcome, definition::text, message, explanation,
       created_by, created_at, promoted_by, promoted_at
FROM rule_version
"""


def list_versions(cursor: Cursor[Any], *, state: str, after: str, limit: int) -> list[RuleVersion]:
    """Versions older than the one named, newest first; of one state, or of any when it is empty."""
    cursor.execute(
        _VERSION + " WHERE (%(state)s = '' OR state = %(state)s) AND (%(after)s = '' OR id < %(after)s)"
        " ORDER BY id DESC LIMIT %(limit)s",
        {"state": state, "after": after, "limit": limit},
    )
    return [_version(row) for row in cursor.fetchall()]


def get_version(cursor: Cursor[Any], id_: str) -> RuleVersion | None:
    """One version."""
    cursor.execute(_VERSION + " WHERE id = %s", (id_,))
    row = cursor.fetchone()
    return _version(row) if row else None


def lock_rule_book(cursor: Cursor[Any]) -> None:
    """Changes of rules happen one after another, so that their numbers rise in the order of commits."""
    cursor.execute("LOCK TABLE rule_version IN SHARE ROW EXCLUSIVE MODE")


def insert_draft(cursor: Cursor[Any], draft: RuleVersion) -> None:
    """Keep a draft; the caller holds the rule book."""
    cursor.execute(
        "INSERT INTO rule_version (id, rule, version, state, outcome, definition, message, explanation,"
        " created_by, created_at, promoted_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '')",
        (
            draft.id,
            draft.rule,
            draft.version,
            draft.state,
            draft.outcome,
            msgspec.json.encode(draft.check).decode(),
            draft.message,
            draft.explanation,
            draft.created_by,
            draft.created_at,
        ),
    )
    _note(cursor, draft.id, draft.state, draft.created_by, draft.created_at)


def next_version(cursor: Cursor[Any], rule: str) -> int:
    """The number of the next version of this rule; the caller holds the rule book."""
    cursor.execute("SELECT coalesce(max(version), 0) + 1 FROM rule_version WHERE rule = %s", (rule,))
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def retire(cursor: Cursor[Any], *, rule: str, state: RuleState, person: str, at: datetime) -> None:
    """End whatever version of this rule is in this state; the caller holds the rule book."""
    cursor.execute(
        "UPDATE rule_version SET state = 'retired' WHERE rule = %s AND state = %s RETURNING id", (rule, state)
    )
    for (id_,) in cursor.fetchall():
        _note(cursor, id_, "retired", person, at)


def promote(cursor: Cursor[Any], id_: str, *, to: RuleState, person: str, at: datetime) -> None:
    """Bring a version into force; the caller holds the rule book and retired what it replaces."""
    cursor.execute(
        "UPDATE rule_version SET state = %s, promoted_by = %s, promoted_at = %s WHERE id = %s",
        (to, person, at, id_),
    )
    _note(cursor, id_, to, person, at)


def _note(cursor: Cursor[Any], id_: str, state: str, person: str, at: datetime) -> None:
    cursor.execute(
        "INSERT INTO rule_change (rule_version_id, state, person, changed_at) VALUES (%s, %s, %s, %s)",
        (id_, state, person, at),
    )


def _version(row: Sequence[Any]) -> RuleVersion:
    names = RuleVersion.__struct_fields__
    return RuleVersion(**dict(zip(names, row, strict=True)) | {"check": _decode_check(row[5])})
