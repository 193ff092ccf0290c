"""Every way money moves in this bank. Sides carry the meaning: what is debited, what is credited.

A customer's account is the bank's debt to the customer: a credit makes it larger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import structs

from arhan.contracts.account import MovementCommand, Posting
from arhan.contracts.chart import bank_account
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Booking(Protocol):
    """A movement between the bank's own accounts."""

    def __call__(self, *, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
        """The movement."""


KINDS: dict[str, str] = {
    "transfer": "One customer pays another.",
    "deposit": "Cash is paid in at the counter.",
    "refund": "A payee gives back what a payment brought.",
    "card_payment": "A customer pays by card.",
    "standing_order": "A customer pays another at a set interval.",
    "loan_disbursement": "The bank lends a customer money.",
    "loan_repayment": "A customer pays back a loan.",
    "loan_allocation": "A loan's repayment pays its principal, interest and charges.",
    "loan_return": "More was paid on a loan than was owed, and goes back.",
    "loan_interest": "Loans have earned interest.",
    "loan_penalty": "Loans were charged penalties.",
    "loan_charge_off": "The bank takes the loss of a loan, and goes on collecting it.",
    "loan_write_off": "The bank gives up what a loan owes.",
    "loan_recovery": "A loan whose loss was taken is paid all the same.",
    "loan_provision": "The bank sets aside what loans may lose.",
    "interest_accrual": "Savings have earned interest.",
    "interest": "The bank pays interest, less tax.",
    "overdraft_accrual": "Overdrafts have cost interest.",
    "overdraft_interest": "The bank charges interest on an overdraft.",
    "fee": "The bank charges a fee, or a duty for the tax office.",
    "deposit_placement": "A customer places a fixed-term deposit.",
    "deposit_payout": "A fixed-term deposit ends.",
    "closing": "What is left moves when an account is closed.",
    "opening_bonus": "The bank welcomes a new customer.",
    "manual_journal": "Two of the bank's staff correct the books by hand.",
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


def manual_journal(
    *,
    id: str,  # noqa: A002 - the movement's id
    currency: str,
    postings: Sequence[Posting],
    narration: str = "",
    initiator: str = "",
) -> MovementCommand:
    """What two people decided the books should say."""
    return MovementCommand(
        id=id,
        kind="manual_journal",
        currency=currency,
        postings=list(postings),
        narration=narration,
        initiator=initiator,
    )


def loan_allocation(
    *,
    id: str,  # noqa: A002 - the movement's id
    receivable: str,
    currency: str,
    principal: int,
    interest: int,
    charges: int,
) -> MovementCommand:
    """What a borrower paid becomes less owed: of principal, of interest, of fees and penalties."""
    paid = (
        (receivable, principal),
        (bank_account("loan_interest_receivable", currency), interest),
        (bank_account("loan_charges_receivable", currency), charges),
    )
    return MovementCommand(
        id=id,
        kind="loan_allocation",
        currency=currency,
        postings=[
            debit(bank_account("loan_clearing", currency), principal + interest + charges),
            *(credit(account, amount) for account, amount in paid if amount),
        ],
    )


def loan_return(*, id: str, account: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """What was paid beyond what was owed is the customer's; in suspense where their account is closed."""
    return _from_to("loan_return", id, bank_account("loan_clearing", amount.currency), account, amount)


def loan_interest(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """Interest is earned before it is paid; a negative amount takes back what was earned too much."""
    earned, income = (
        bank_account(name, amount.currency) for name in ("loan_interest_receivable", "loan_interest_income")
    )
    if amount.amount < 0:
        return _from_to("loan_interest", id, income, earned, Money(-amount.amount, amount.currency))
    return _from_to("loan_interest", id, earned, income, amount)


def loan_penalty(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """Who pays late owes a penalty; a negative amount waives it."""
    charged, income = (
        bank_account(name, amount.currency) for name in ("loan_charges_receivable", "penalty_income")
    )
    if amount.amount < 0:
        return _from_to("loan_penalty", id, income, charged, Money(-amount.amount, amount.currency))
    return _from_to("loan_penalty", id, charged, income, amount)


def loan_loss(
    kind: Literal["loan_charge_off", "loan_write_off"],
    *,
    id: str,  # noqa: A002 - the movement's id
    receivable: str,
    currency: str,
    principal: int,
    interest: int,
    charges: int,
) -> MovementCommand:
    """Nothing of it is expected any more: what was owed is met from the allowance."""
    lost = (
        (receivable, principal),
        (bank_account("loan_interest_receivable", currency), interest),
        (bank_account("loan_charges_receivable", currency), charges),
    )
    return MovementCommand(
        id=id,
        kind=kind,
        currency=currency,
        postings=[
            debit(bank_account("loan_allowance", currency), principal + interest + charges),
            *(credit(account, amount) for account, amount in lost if amount),
        ],
    )


def loan_recovery(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """A loss that was taken is made good."""
    clearing, recovered = (bank_account(name, amount.currency) for name in ("loan_clearing", "recoveries"))
    return _from_to("loan_recovery", id, clearing, recovered, amount)


def loan_provision(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """What loans may lose is an expense before it is lost; a negative amount sets less aside."""
    expense, allowance = (bank_account(name, amount.currency) for name in ("loan_losses", "loan_allowance"))
    if amount.amount < 0:
        return _from_to("loan_provision", id, allowance, expense, Money(-amount.amount, amount.currency))
    return _from_to("loan_provision", id, expense, allowance, amount)


def interest_accrual(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """The bank owes interest before it pays it; a negative amount takes back what was too much."""
    expense, payable = (
        bank_account(name, amount.currency) for name in ("interest_expense", "interest_payable")
    )
    return _either_way("interest_accrual", id, expense, payable, amount)


def overdraft_accrual(*, id: str, amount: Money) -> MovementCommand:  # noqa: A002 - the movement's id
    """The bank has earned interest on overdrafts before it charges it."""
    names = ("overdraft_interest_receivable", "overdraft_interest_income")
    receivable, income = (bank_account(name, amount.currency) for name in names)
    return _either_way("overdraft_accrual", id, receivable, income, amount)


def interest(
    *,
    id: str,  # noqa: A002 - the movement's id
    account: str,
    gross: int,
    tax: int,
    currency: str,
    value_date: date,
) -> MovementCommand:
    """What was owed in interest is the customer's, but for the tax; it bears interest from the value date."""
    parts = ((account, gross - tax), (bank_account("tax_payable", currency), tax))
    return MovementCommand(
        id=id,
        kind="interest",
        currency=currency,
        postings=[
            debit(bank_account("interest_payable", currency), gross),
            *(credit(to, amount) for to, amount in parts if amount),
        ],
        narration="Interest",
        value_date=value_date,
    )


def overdraft_interest(*, id: str, account: str, amount: Money, value_date: date) -> MovementCommand:  # noqa: A002 - the movement's id
    """A customer pays for an overdraft."""
    receivable = bank_account("overdraft_interest_receivable", amount.currency)
    found = _from_to("overdraft_interest", id, account, receivable, amount)
    return structs.replace(found, narration="Overdraft interest", value_date=value_date)


def fee(
    *,
    id: str,  # noqa: A002 - the movement's id
    account: str,
    amount: Money,
    name: str,
    goes_to: str,
    value_date: date | None = None,
) -> MovementCommand:
    """A customer pays for something: to the bank, or to the tax office through it."""
    to = bank_account("tax_payable" if goes_to == "tax" else "fee_income", amount.currency)
    found = _from_to("fee", id, account, to, amount)
    return structs.replace(found, narration=name, value_date=value_date)


def between_own(
    kind: str,
    *,
    id: str,  # noqa: A002 - the movement's id
    payer: str,
    payee: str,
    amount: Money,
    narration: str,
    value_date: date | None = None,
) -> MovementCommand:
    """A customer's money moves to another account because an account begins or ends."""
    found = _from_to(kind, id, payer, payee, amount)
    return structs.replace(found, narration=narration, value_date=value_date)


def _either_way(kind: str, id_: str, debited: str, credited: str, amount: Money) -> MovementCommand:
    """A negative amount goes the other way."""
    if amount.amount < 0:
        return _from_to(kind, id_, credited, debited, Money(-amount.amount, amount.currency))
    return _from_to(kind, id_, debited, credited, amount)


def _from_to(kind: str, id_: str, debited: str, credited: str, amount: Money) -> MovementCommand:
    return MovementCommand(
        id=id_,
        kind=kind,
        currency=amount.currency,
        postings=[debit(debited, amount.amount), credit(credited, amount.amount)],
    )
