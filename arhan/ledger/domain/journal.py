"""The journal: a movement that happened, as it is written down for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.ledger.domain.merkle import hash_leaf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.contracts.account import MovementPosted

Side = Literal["debit", "credit"]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One leg of a journal entry, as sealed: who, which side, how much in minor units."""

    account: str
    ledger_account: str
    side: Side
    amount: int

    @property
    def effect(self) -> int:
        """What it adds to the account's balance, which counts credits minus debits."""
        return self.amount if self.side == "credit" else -self.amount


class JournalEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a seal covers of one entry, and a receipt shows.

    Running balances are left out: a payer's receipt must not tell the payee's balance. They follow
    from the amounts and the order, which are sealed.
    """

    number: int
    """Its place in the journal, from 1, gapless."""
    id: str
    movement: str
    kind: str
    currency: str
    narration: str
    booking_date: str
    value_date: str
    posted_at: str
    reverses: str | None
    hold: str | None
    lines: list[Line]

    def content(self) -> bytes:
        """The bytes that are hashed: canonical JSON (RFC 8785), integers in full."""
        return msgspec.json.encode(self, order="sorted")

    def leaf(self) -> bytes:
        """Its leaf in the Merkle tree."""
        return hash_leaf(self.content())


def write_entry(movement: MovementPosted, *, number: int, entry_id: str) -> JournalEntry:
    """The journal entry of a posted movement."""
    return JournalEntry(
        number=number,
        id=entry_id,
        movement=movement.id,
        kind=movement.kind,
        currency=movement.currency,
        narration=movement.narration,
        booking_date=movement.booking_date,
        value_date=movement.value_date,
        posted_at=movement.posted_at,
        reverses=movement.reverses,
        hold=movement.hold,
        lines=[Line(e.account, e.ledger_account, e.side, e.amount) for e in movement.entries],
    )


def total_by_day(entries: Iterable[JournalEntry]) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Debits and credits per (booking date, ledger account, currency)."""
    totals: dict[tuple[str, str, str], tuple[int, int]] = {}
    for entry in entries:
        for line in entry.lines:
            key = (entry.booking_date, line.ledger_account, entry.currency)
            debits, credits_ = totals.get(key, (0, 0))
            if line.side == "debit":
                debits += line.amount
            else:
                credits_ += line.amount
            totals[key] = (debits, credits_)
    return totals
