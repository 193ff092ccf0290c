"""Every way money moves in this bank. Sides carry the meaning: what is debited, what is credited.

A customer's account is the bank's debt to the customer: a credit makes it larger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.contracts.account import MovementCommand, Posting
from arhan.contracts.chart import bank_account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.kernel.money import Money

KINDS: dict[str, str] = {
    "transfer": "One customer pays another.",
    "deposit": "Cash is paid in at the counter.",
    "refund": "A payee gives back what a payment brought.",
    "card_payment": "A customer pays by card.",
    "standing_order": "A customer pays another at a set interval.",
    "loan_disbursement": "The bank lends a customer money.",
    "loan_repayment": "A customer pays back a loan.",
    "opening_bonus": "The bank welcomes a new customer.",
    "reversal": "The mirror image of a movement that should not have been.",
}
"""The closed list of kinds, as the engine accepts them and as statements show them."""


def debit(account: str, amount: int) -> Posting:
    """The left side, for this amount in minor units."""
    return Posting(account, "debit", amount)


def credit(account: str, amount: int) -> Posting:
    """The right side, for this amount in minor units."""
    return Posting(account, "credit", amount)


def swap(posting: Posting) -> Posting:
    """The same account and amount on the other side."""
    return (credit if posting.side == "debit" else debit)(posting.account, posting.amount)


def mirror(postings: Sequence[Posting]) -> list[Posting]:
    """Every posting with its side swapped."""
    return [swap(posting) for posting in postings]


def transfer(*, id: str, payer: str, payee: str, amount: Money, narration: str = "") -> MovementCommand:  # noqa: A002 - the movement's id
    """One customer pays another: the bank owes one less and the other more."""
    return MovementCommand(
        id=id,
        kind="transfer",
        currency=amount.currency,
        postings=[debit(payer, amount.amount), credit(payee, amount.amount)],
        narration=narration,
    )


def deposit(*, id: str, account: str, amount: Money, narration: str = "") -> MovementCommand:  # noqa: A002 - the movement's id
    """Cash comes into the vault, and the bank owes it to the customer."""
    return MovementCommand(
        id=id,
        kind="deposit",
        currency=amount.currency,
        postings=[
            debit(bank_account("cash", amount.currency), amount.amount),
            credit(account, amount.amount),
        ],
        narration=narration,
    )


def opening_bonus(*, id: str, account: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """The bank spends on marketing, and the new customer has it."""
    return MovementCommand(
        id=id,
        kind="opening_bonus",
        currency=amount.currency,
        postings=[
            debit(bank_account("marketing", amount.currency), amount.amount),
            credit(account, amount.amount),
        ],
        narration="Welcome to Arhan",
    )


def reverse(original: MovementCommand, *, id: str, narration: str = "") -> MovementCommand:  # noqa: A002 - the movement's id
    """Undo by writing the mirror image; the original stays."""
    return MovementCommand(
        id=id,
        kind="reversal",
        currency=original.currency,
        postings=mirror(original.postings),
        narration=narration,
        reverses=original.id,
    )
