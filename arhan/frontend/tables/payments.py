"""Payments, a card's payments, standing orders' payments, and an account's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import EXECUTION_STATES, MOVEMENT_KINDS, PAYMENT_KINDS, PAYMENT_STATES
from arhan.frontend.tables.table import Cell, Column, Table, Word
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arhan.frontend.schemas.accounts import Account, Entry
    from arhan.frontend.schemas.payments import Payment
    from arhan.frontend.schemas.standing_orders import Execution

CREATED, STATUS = Column("created_at", _("When"), 11), Column("status", _("State"), 8)
KIND, CODE = Column("kind", _("Kind"), 8), Column("code", _("Code"), 10)
PAYER, PAYER_NUMBER = Column("payer", _("Payer"), 12), Column("payer_number", _("Payer's account"), 8)
PAYEE, PAYEE_NUMBER = Column("payee", _("Payee"), 12), Column("payee_number", _("Payee's account"), 8)
AMOUNT, CURRENCY = Column("amount", _("Amount"), 10, right=True), Column("currency", _("Currency"), 4)
NARRATION, REFERENCE = Column("narration", _("What for"), 14), Column("reference", _("Reference"), 14)
MINE = (CREATED, STATUS, KIND, Column("direction", _("Direction"), 6), PAYER, PAYER_NUMBER, PAYEE, PAYEE_NUMBER,
        AMOUNT, CURRENCY, NARRATION, CODE, REFERENCE)  # fmt: skip
EVERYBODYS = (CREATED, STATUS, CODE, KIND, PAYER, PAYER_NUMBER, PAYEE, PAYEE_NUMBER, AMOUNT, CURRENCY,
              NARRATION, REFERENCE)  # fmt: skip
EXECUTIONS = (
    Column("due_date", _("Due on")),
    Column("pay_date", _("Paid on")),
    Column("status", _("State")),
    Column("code", _("Code"), 14),
    Column("attempt", _("Attempt"), 6, right=True),
    AMOUNT,
    CURRENCY,
    REFERENCE,
)
ENTRIES = (
    Column("booked_at", _("Booked"), 9),
    Column("kind", _("Kind"), 10),
    Column("narration", _("What for"), 20),
    Column("debit", _("Debit"), right=True),
    Column("credit", _("Credit"), right=True),
    Column("balance", _("Balance"), right=True),
    CURRENCY,
    REFERENCE,
)
DIRECTIONS = {"in": _("In"), "out": _("Out"), "own": _("Own accounts")}


def mine(payments: Iterable[Payment]) -> Table:
    """A customer's payments."""
    return Table("transactions", _("Transactions"), MINE, _chosen(MINE, payments))


def everybodys(payments: Iterable[Payment]) -> Table:
    """Payments as staff see them."""
    return Table("payments", _("Payments"), EVERYBODYS, _chosen(EVERYBODYS, payments))


def of_card(last4: str, payments: Iterable[Payment]) -> Table:
    """What was paid by a card."""
    return Table(f"card-{last4}", _("Payments by this card"), EVERYBODYS, _chosen(EVERYBODYS, payments))


def executions(found: Iterable[Execution]) -> Table:
    """What became of the payments of a standing order."""
    rows = (
        (
            each.due_date,
            each.pay_date,
            Word.state(EXECUTION_STATES, each.status),
            each.code,
            each.attempt,
            Money(each.amount, each.currency) if each.currency else None,
            each.currency,
            each.payment,
        )
        for each in found
    )
    return Table("standing-order", _("Standing order"), EXECUTIONS, rows)


def entries(account: Account, found: Iterable[Entry]) -> Table:
    """The entries of an account, newest first."""
    rows = (
        (
            entry.booked_at,
            Word.of(MOVEMENT_KINDS, entry.kind),
            entry.narration,
            Money(entry.amount, account.currency) if entry.side == "debit" else None,
            Money(entry.amount, account.currency) if entry.side == "credit" else None,
            Money(entry.balance_after, account.currency),
            account.currency,
            entry.movement_id,
        )
        for entry in found
    )
    return Table(account.number, _("Statement"), ENTRIES, rows)


def _chosen(columns: Sequence[Column], payments: Iterable[Payment]) -> Iterable[Sequence[Cell]]:
    for payment in payments:
        cells = _cells(payment)
        yield [cells[column.name] for column in columns]


def _cells(payment: Payment) -> dict[str, Cell]:
    return {
        "created_at": payment.created_at,
        "status": Word.state(PAYMENT_STATES, payment.status),
        "kind": Word.of(PAYMENT_KINDS, payment.kind),
        "direction": Word.of(DIRECTIONS, payment.direction),
        "payer": payment.payer_name,
        "payer_number": payment.payer_number,
        "payee": payment.payee_name,
        "payee_number": payment.payee_number,
        "amount": Money(payment.amount, payment.currency),
        "currency": payment.currency,
        "narration": payment.narration,
        "code": payment.code,
        "reference": payment.id,
    }
