"""Answers of the ledger office. Amounts in minor units beside their ISO 4217 currency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from arhan.kernel.office import Shape

Side = Literal["debit", "credit"]


class LineShape(Shape):
    """One leg of an entry: a posting as it stands on its account."""

    account: str
    ledger_account: str
    side: Side
    amount: int
    sequence: int
    """Its number on the account, from 1."""
    balance_after: int
    """Credits minus debits on the account after it."""


class EntryShape(Shape):
    """A journal entry: a movement as written in the books."""

    number: int
    """Its place in the journal, from 1, gapless."""
    id: str
    movement_id: str
    kind: str
    currency: str
    narration: str
    booking_date: date
    value_date: date
    posted_at: datetime
    reverses: str | None
    hold: str | None
    lines: list[LineShape]


class JournalPage(Shape):
    """Entries, newest first; `next` is the cursor of the page after, absent on the last."""

    items: list[EntryShape]
    next: str | None


class TrialBalanceRow(Shape):
    """One ledger account; one of `debit` and `credit` is zero."""

    code: str
    name: str
    type: Literal["asset", "liability", "equity", "income", "expense"]
    normal_side: Side
    debits: int
    """Turnover: everything posted on this side."""
    credits: int
    debit: int
    """Balance, where it stands on this side."""
    credit: int
    balance: int
    """Balance on the normal side; negative when it stands on the other."""


class TrialBalanceSheet(Shape):
    """The trial balance of one currency; its two sides are equal."""

    currency: str
    accounts: list[TrialBalanceRow]
    total_debit: int
    total_credit: int
    balanced: bool


class TrialBalance(Shape):
    """Every ledger account's balance at the end of a booking date."""

    as_of: date | None
    """Absent: everything booked so far."""
    currencies: list[TrialBalanceSheet]
    balanced: bool


class ReceiptLine(Shape):
    """One leg of the entry a receipt shows."""

    account: str
    ledger_account: str
    side: Side
    amount: int


class ReceiptEntry(Shape):
    """The journal entry exactly as sealed: its canonical JSON (RFC 8785) is the leaf."""

    number: int
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
    lines: list[ReceiptLine]


class ReceiptShape(Shape):
    """A journal entry and the proof that a seal covers it; `arhan books verify-receipt` checks it."""

    entry: ReceiptEntry
    path: list[str]
    """Hashes from leaf to root, nearest first, base64 (RFC 9162, section 2.1.3)."""
    seal: str
    """The seal: a signed note (C2SP tlog-checkpoint)."""
    key: str
    """The key it is signed with; compare it with `GET /v1/seal-keys`."""


class SealShape(Shape):
    """A signed statement of the journal's Merkle root at a size."""

    size: int
    """How many entries it covers."""
    root: str
    """Merkle root, base64."""
    sealed_at: datetime
    seal: str
    """The signed note."""
    key: str


class SealKeys(Shape):
    """Keys that seal the books, newest first."""

    keys: list[str]


Name = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")]
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class StandingAccount(Shape):
    """Where an account stands in the account service: its balance after the newest of its entries."""

    account: Name
    ledger_account: Name
    currency: Name
    balance: Whole
    """Credits minus debits."""
    sequence: Annotated[int, Field(ge=0, lt=2**63)]
    """Number of its newest entry; 0 when it has none."""
    customer: Name | None = None


class TieOutWanted(Shape):
    """Accounts to compare with the books."""

    lines: Annotated[list[StandingAccount], Field(max_length=1_000)]


class TieOutShape(Shape):
    """How they stand in the books."""

    missing: list[str]
    """Accounts whose newest line is not written yet."""
    differences: list[str]
    """A sentence for each account that stands otherwise."""
    entries: int
    """How many entries the journal has."""
