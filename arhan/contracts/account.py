"""What the account service says and understands: movements, holds, resolutions, and its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from arhan.contracts.fees import TransferFee
from arhan.kernel.outbox import Fact

Side = Literal["debit", "credit"]
Channel = Literal["ecommerce", "pos", "atm"]
"""Where a card is used."""
NoticeKind = Literal[
    "loan_offered",
    "loan_rejected",
    "loan_repaid",
    "instalment_due",
    "ticket_answered",
    "ticket_resolved",
    "statement_ready",
    "standing_order_failed",
    "account_invitation",
]
"""What account has customers told."""
CommandId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]*(?!\n)$")
]
"""Names a command for ever; usually the id of what caused it, e.g. of a payment."""
Name = Annotated[str, msgspec.Meta(max_length=64)]
Narration = Annotated[str, msgspec.Meta(max_length=500)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Posting(msgspec.Struct, frozen=True):
    """One leg of a movement: this account, this side, this positive amount in minor units."""

    account: Name
    side: Side
    amount: int


class PinProof(msgspec.Struct, frozen=True):
    """The payer proved this version of the account's PIN; a PIN changed or blocked since refuses."""

    account: Name
    version: int


class CardUse(msgspec.Struct, frozen=True, kw_only=True):
    """A card is used: which, where and how.

    It goes with a hold or a movement, and the card's rules are asked in the transaction that posts it.
    """

    card: Name
    merchant: Name
    """Number of the account that is paid."""
    channel: Channel = "ecommerce"
    mcc: Name = ""
    """Merchant category code, ISO 18245."""
    country: Name = ""
    """Of the merchant, ISO 3166-1 alpha-2."""
    pin_version: int | None = None
    """The version of the card's PIN that was proved; one changed or blocked since refuses."""


class MovementCommand(msgspec.Struct, frozen=True, kw_only=True, tag="movement", tag_field="type"):
    """Move money between accounts of one currency; balanced, at least two postings.

    `id` names the movement for ever: a repeat is answered, another body under the same id refused.
    For a payment it is the payment's id.
    """

    id: CommandId
    kind: Name
    currency: Name
    postings: Annotated[list[Posting], msgspec.Meta(max_length=1000)]
    narration: Narration = ""
    value_date: date | None = None
    """Date from which it bears interest; None means the booking date."""
    reverses: CommandId | None = None
    pin_proof: PinProof | None = None
    initiator: Name = ""
    """Person or service on whose behalf it is made."""
    valid_until: Moment | None = None
    """Not posted for the first time after this moment (`command_expired`), so that whoever got no
    answer knows when nothing of the attempt can be under way any more. None: for ever."""
    card: CardUse | None = None
    """The card that pays, if one does; its rules are asked as it is posted."""


class HoldCommand(msgspec.Struct, frozen=True, kw_only=True, tag="hold", tag_field="type"):
    """Reserve funds of one account for a time counted from the moment the hold is placed."""

    id: CommandId
    account: Name
    amount: int
    currency: Name
    expires_in_s: int
    narration: Narration = ""
    pin_proof: PinProof | None = None
    initiator: Name = ""
    valid_until: Moment | None = None
    """Not placed for the first time after this moment, as of a movement."""
    card: CardUse | None = None
    """The card that pays, if one does; its rules are asked as the hold is placed."""


class CaptureCommand(msgspec.Struct, frozen=True, kw_only=True, tag="capture", tag_field="type"):
    """Turn all or part of a hold into a movement that debits the held account.

    `final` releases what remains. An expired hold can never be captured, swept or not.
    `may_exceed` is by how much it may be larger than what is held; the excess must be there.
    """

    id: CommandId
    hold: CommandId
    kind: Name
    currency: Name
    postings: Annotated[list[Posting], msgspec.Meta(max_length=1000)]
    final: bool = True
    may_exceed: int = 0
    narration: Narration = ""
    initiator: Name = ""
    valid_until: Moment | None = None
    """Not captured for the first time after this moment, as of a movement."""


class ReleaseCommand(msgspec.Struct, frozen=True, kw_only=True, tag="release", tag_field="type"):
    """End a hold without moving."""

    id: CommandId
    hold: CommandId
    reason: Literal["released", "expired"] = "released"
    initiator: Name = ""
    valid_until: Moment | None = None
    """Not released for the first time after this moment, as of a movement."""


Command = MovementCommand | HoldCommand | CaptureCommand | ReleaseCommand


class Commands(msgspec.Struct, frozen=True):
    """Body of `POST /internal/v1/movements` at account's engine."""

    movements: Annotated[list[Command], msgspec.Meta(max_length=10_000)]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The engine's answer to one command, in the order the commands came."""

    id: str
    status: Literal["posted", "refused"]
    code: str = ""
    detail: str = ""
    retryable: bool = False
    replayed: bool = False
    posted_at: str = ""
    limit: int | None = None
    """Of a payment above one of the payer's limits: how high it is, in minor units."""
    left: int | None = None
    """What may still be paid under that limit now."""


class Outcomes(msgspec.Struct, frozen=True):
    """Answer of `POST /internal/v1/movements`."""

    outcomes: list[Outcome]


class ResolutionRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Say who is behind these accounts, whether this person may pay from the payer's, and whether the PIN is right.

    Either side may be left out: the payer in a teller's deposit or a name enquiry, the payee where
    only the payer's PIN is to be proved. The payee is named by number or by id.
    """

    payer_account: str = ""
    payee_number: str = ""
    payee_account: str = ""
    person: str = ""
    """The person who pays; must be permitted to pay from the payer account. Empty: not checked."""
    session: str = ""
    """The login; a PIN proved once is remembered for it for a few minutes."""
    pin: str | None = None
    pin_needed: bool = True
    """False where the instruction needs no PIN: staff, standing orders, loans."""


class ResolutionRequests(msgspec.Struct, frozen=True):
    """Body of `POST /internal/v1/resolutions` at account's engine."""

    resolutions: Annotated[list[ResolutionRequest], msgspec.Meta(max_length=10_000)]


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a payment as the screening and the receipt need it."""

    account: str
    number: str
    name: str
    customer: str
    currency: str
    product: str
    opened_at: str
    transfer_fees: list[TransferFee] = msgspec.field(default_factory=list)
    """What a transfer from this account costs, by the version of its product."""


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """Answer to one ResolutionRequest; `code` empty when payer, payee and PIN are all good.

    Codes: account_not_found (payer absent or not theirs), account_role_insufficient (theirs, but not to
    pay from), payee_not_found, pin_required, wrong_pin, pin_blocked, pin_not_set.
    """

    code: str = ""
    tries_left: int | None = None
    payer: Party | None = None
    payee: Party | None = None
    pin_version: int = 0
    signatures: int = 1
    """How many sign a payment of at least `signatures_from` minor units from the payer's account."""
    signatures_from: int = 0
    payment_limit: int | None = None
    """The most this person may pay at once, where the account's parties say so."""
    binds: bool = True
    """Whether this person alone may bind the account for longer than one payment: a standing order."""
    signatories: dict[str, int | None] = msgspec.field(default_factory=dict)
    """Who signs for the payer's account, where payments may take several signatures: person -> the most they may sign."""


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign payments from an account."""

    person: str
    name: str
    payment_limit: int | None = None
    """The most they may sign at once, in minor units; none: as the account."""


class AccountMandate(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `GET /internal/v1/mandates?account=`: who signs for an account, and how many of them."""

    account: str
    signatures: int
    signatures_from: int
    version: int
    """Goes up when any of this changes; a movement that names an older one is refused (`pin_changed`)."""
    signatories: list[Signatory]
    viewers: list[str]
    """Person ids of who may look only."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else's account in which a person has a part."""

    account: str
    customer: str
    """Its owner."""
    role: str


class Holdings(msgspec.Struct, frozen=True):
    """Answer of `GET /internal/v1/holdings?person=`."""

    items: list[Holding]


class Resolutions(msgspec.Struct, frozen=True):
    """Answer of `POST /internal/v1/resolutions`."""

    resolutions: list[Resolution]


class BalanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """Where one account stands: its balance after the newest of its entries."""

    account: str
    ledger_account: str
    currency: str
    balance: int
    """Credits minus debits, in minor units."""
    sequence: int
    """Number of its newest entry; 0 when it has none."""
    customer: str | None = None
    """Person id; none for the bank's own accounts."""


class BalancePage(msgspec.Struct, frozen=True):
    """Answer of `GET /internal/v1/balances?after=&limit=`: accounts in the order of their ids."""

    items: list[BalanceLine]
    next: str | None = None
    """The last account of this page, where there are more."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A posting as recorded on one account: its number there and the balance after it.

    `balance_after` counts credits minus debits, in minor units, for every kind of account.
    """

    account: str
    ledger_account: str
    """Code in the chart of accounts under which the ledger keeps this account."""
    side: Side
    amount: int
    sequence: int
    balance_after: int


class MovementPosted(Fact, frozen=True, kw_only=True):
    """A movement was posted; the ledger writes it as a journal entry."""

    id: str
    kind: str
    currency: str
    entries: list[Entry]
    narration: str
    booking_date: str
    value_date: str
    posted_at: str
    reverses: str | None = None
    hold: str | None = None

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.movement.posted"

    def event_subject(self) -> str:
        """The movement."""
        return self.id


class AccountOpened(Fact, frozen=True, kw_only=True):
    """A customer's account, or one of the bank's own, was opened."""

    id: str
    number: str
    customer: str
    """Person id; empty for the bank's own accounts."""
    product: str
    currency: str
    ledger_account: str
    name: str
    opened_at: str

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.account.opened"

    def event_subject(self) -> str:
        """The account."""
        return self.id


class AccountStatusChanged(Fact, frozen=True, kw_only=True):
    """An account was frozen, unfrozen or closed."""

    id: str
    customer: str
    status: str
    reason: str
    changed_by: str
    frozen_side: str = ""
    """Of a frozen account: debit (nothing leaves it), credit (nothing comes in) or both."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.account.status_changed"

    def event_subject(self) -> str:
        """The account."""
        return self.id


class PartyChanged(Fact, frozen=True, kw_only=True):
    """Somebody was invited to have a part in an account, accepted, declined, or it ended."""

    id: str
    account: str
    person: str
    role: str
    state: str
    changed_by: str

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.party.changed"

    def event_subject(self) -> str:
        """The party."""
        return self.id


class TicketOpened(Fact, frozen=True, kw_only=True):
    """A customer asks or complains about something."""

    id: str
    customer: str
    subject: str
    complaint: bool

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.ticket.opened"

    def event_subject(self) -> str:
        """The ticket."""
        return self.id


class TicketChanged(Fact, frozen=True, kw_only=True):
    """A support ticket was answered, assigned, resolved, closed or made more or less urgent."""

    id: str
    customer: str
    status: str
    priority: str
    assignee: str
    changed_by: str

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.ticket.changed"

    def event_subject(self) -> str:
        """The ticket."""
        return self.id


class NoticeRaised(Fact, frozen=True, kw_only=True):
    """There is something a customer is to be told that no other fact says.

    With a due date it is told once, however often it is raised for the same kind, id and day.
    """

    id: str
    """What it is about: a loan, a ticket, a statement, an invitation."""
    customer: str
    kind: NoticeKind
    amount: int = 0
    currency: str = ""
    state: str = ""
    name: str = ""
    """Of a person, a period or a subject, as the sentence needs it."""
    due_on: str = ""
    """The day it is about, ISO 8601."""

    @classmethod
    def event_type(cls) -> str:
        """Type of the event."""
        return "account.notice.raised"

    def event_subject(self) -> str:
        """What it is about."""
        return self.id


EVENTS: tuple[type[Fact], ...] = (
    MovementPosted,
    AccountOpened,
    AccountStatusChanged,
    PartyChanged,
    TicketOpened,
    TicketChanged,
    NoticeRaised,
)
