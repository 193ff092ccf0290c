"""Beneficiaries: a person's own, each number once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """A payee saved by the payer."""

    id: str
    number: str
    name: str
    nickname: str
    saved_at: datetime


_COLUMNS = "id, number, name, nickname, saved_at"


def list_of(cursor: Any, *, person: str) -> list[Beneficiary]:
    """By nickname."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM beneficiary WHERE person = %s ORDER BY lower(nickname), id",  # noqa: S608
        [person],
    )
    return [Beneficiary(*row) for row in cursor.fetchall()]


def find_enquiry(cursor: Any, *, enquiry: str, person: str, at: datetime) -> tuple[str, str] | None:
    """Number and name a person was told and that are still good; None otherwise."""
    cursor.execute(
        "SELECT number, name FROM name_enquiry"
        " WHERE id = %s AND person = %s AND account <> '' AND expires_at > %s",
        [enquiry, person, at],
    )
    row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def lock(cursor: Any, *, person: str) -> None:
    """One save at a time per person (until the transaction ends), so that nobody outruns the count."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"beneficiaries {person}"])


def save(cursor: Any, *, person: str, kept: Beneficiary) -> Beneficiary:
    """Insert, or call the one that has the number by its new nickname."""
    cursor.execute(
        "INSERT INTO beneficiary (id, person, number, name, nickname, saved_at)"  # noqa: S608
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (person, number) DO UPDATE SET name = excluded.name, nickname = excluded.nickname"
        f" RETURNING {_COLUMNS}",
        [kept.id, person, kept.number, kept.name, kept.nickname, kept.saved_at],
    )
    return Beneficiary(*cursor.fetchone())


def delete(cursor: Any, *, beneficiary: str, person: str) -> bool:
    """Whether there was one."""
    cursor.execute("DELETE FROM beneficiary WHERE id = %s AND person = %s", [beneficiary, person])
    return bool(cursor.rowcount)
