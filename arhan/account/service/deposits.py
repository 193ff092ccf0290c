"""Fixed-term deposits: placed, matured, broken. Each in one transaction with the movements it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.account import movements
from arhan.account.domain import deposits as domain
from arhan.account.domain.interest import share, whole_units
from arhan.account.domain.product_terms import Terms, chart_rate, read
from arhan.account.errors import products as errors
from arhan.account.errors.posting import PRECEDENCE
from arhan.account.models import TermDeposit
from arhan.account.service import parties
from arhan.account.service.loan_allocation import post_all
from arhan.account.service.posting import post_within
from arhan.account.store import accounts as account_store
from arhan.account.store import deposits as store
from arhan.account.store import interest as interest_store
from arhan.account.store.database import posting_cursor
from arhan.kernel import clock, logging
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.ids import new_id
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arhan.account.domain.cob import Closing
    from arhan.account.models import Account
    from arhan.contracts.account import MovementCommand

log = logging.get_logger(__name__)

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a customer places, for how long, and what is to become of it."""

    amount: int
    months: int
    from_account: str
    at_maturity: str = "pay_out"


def rate_of(terms: Terms, placement: Placement) -> int:
    """The chart's rate; Refused(deposit_not_offered)."""
    assert terms.fixed_term is not None  # a product of the kind has it
    rate = chart_rate(terms.fixed_term, months=placement.months, amount=placement.amount)
    if rate is None:
        raise Refused(errors.DEPOSIT_NOT_OFFERED)
    return rate


def place(account: Account, placement: Placement, *, rate: int, on: date) -> None:
    """Move the principal onto the new account and let nothing out before its time; in the caller's transaction.

    Refused(funding_account_unfit), or as the books refuse (insufficient_funds and so on).
    """
    source = account_store.find(placement.from_account)
    if source is None or not _is_fit(source, account):
        raise Refused(errors.FUNDING_ACCOUNT_UNFIT)
    money = Money(placement.amount, account.currency)
    command = movements.between_own(
        "deposit_placement",
        id=f"{account.id}.placed",
        payer=source.id,
        payee=account.id,
        amount=money,
        narration="Placed for a time",
    )
    post_or_refuse([command])
    store.let_out(account.id, out=False)
    store.insert(
        TermDeposit(
            account=account,
            principal=placement.amount,
            months=placement.months,
            rate=rate,
            begins_on=on,
            matures_on=domain.matures_on(on, months=placement.months),
            at_maturity=placement.at_maturity,
            pay_to=source,
        )
    )


def _is_fit(source: Account, account: Account) -> bool:
    return (
        parties.may(account.customer, source, "own")
        and source.currency == account.currency
        and source.status == "active"
        and not store.find(source.id)
    )


def post_or_refuse(commands: list[MovementCommand]) -> None:
    """Book in the caller's transaction; what the books refuse, the customer is refused with."""
    with posting_cursor() as cursor:
        outcomes = post_within(cursor, commands, now=clock.now())
    for outcome in outcomes:
        if outcome.status != "posted":
            raise Refused(next(r for r in PRECEDENCE if r.code == outcome.code), outcome.detail)


def mature(day: Closing) -> Iterator[int]:
    """Deposits that end by the next day: pay their interest, and out or on as their holders said."""
    while True:
        with django_transaction():
            found = store.lock_matured(by=day.next_date, limit=PAGE)
            for deposit in found:
                _mature(deposit, day)
        if not found:
            return
        yield len(found)


def _mature(deposit: TermDeposit, day: Closing) -> None:
    """Interest up to the day before it ends; then the money goes where its holder said."""
    interest_store.lock(deposit.account_id)
    store.let_out(deposit.account_id, out=True)
    assert deposit.account.version is not None  # customers' accounts have one
    terms = read(deposit.account.version.terms)
    net = pay_interest(deposit.account, terms, lost=0, until=day.next_date, booked_on=day.date)
    rate = _rate_again(deposit, terms, interest=net)
    if deposit.at_maturity == "pay_out" or rate is None:
        _pay_out(deposit, store.balance_of(deposit.account_id), on=day.next_date)
        deposit.state = "matured"
        interest_store.set_rate(deposit.account_id, 0)
    else:
        if deposit.at_maturity == "renew_principal" and net:
            _pay_out(deposit, net, on=day.next_date)
        deposit.principal = store.balance_of(deposit.account_id)
        deposit.rate = rate
        deposit.begins_on = day.next_date
        deposit.matures_on = domain.matures_on(day.next_date, months=deposit.months)
        interest_store.set_rate(deposit.account_id, rate)
        store.let_out(deposit.account_id, out=False)
    store.save(deposit)


def _rate_again(deposit: TermDeposit, terms: Terms, *, interest: int) -> int | None:
    """The rate of a renewal; None where the chart has none for it any more."""
    assert terms.fixed_term is not None  # it was placed under it
    again = deposit.principal + (interest if deposit.at_maturity == "renew_all" else 0)
    return chart_rate(terms.fixed_term, months=deposit.months, amount=again)


def _pay_out(deposit: TermDeposit, amount: int, *, on: date) -> None:
    """Pay into the account it came from; what that cannot take stays here, for its holder to move.

    One customer's frozen account must not keep the bank's day from ending.
    """
    command = movements.between_own(
        "deposit_payout",
        id=f"{deposit.account_id}.payout.{on}",
        payer=deposit.account_id,
        payee=deposit.pay_to_id,
        amount=Money(amount, deposit.account.currency),
        narration="Fixed-term deposit",
        value_date=on,
    )
    with posting_cursor() as cursor:
        (outcome,) = post_within(cursor, [command], now=clock.now())
    if outcome.status != "posted":
        log.warning("deposit_not_paid_out", account=deposit.account_id, code=outcome.code)


def pay_interest(account: Account, terms: Terms, *, lost: int, until: date, booked_on: date) -> int:
    """Pay what an account earned so far, less what is lost and the tax; how much that was.

    In the caller's transaction, the accrual locked. What is lost was booked as owed, and is taken back.
    """
    accrual = interest_store.lock(account.id)
    earned = max(whole_units(int(accrual.earned)), 0) if accrual else 0
    lost = min(lost, earned)
    gross = earned - lost
    tax = share(gross, terms.withholding_tax)
    commands = []
    if gross:
        commands.append(
            movements.interest(
                id=f"{account.id}.interest.{until}",
                account=account.id,
                gross=gross,
                tax=tax,
                currency=account.currency,
                value_date=until,
            )
        )
    if lost:
        commands.append(movements.interest_accrual(id=new_id("mov"), amount=Money(-lost, account.currency)))
    if earned:
        interest_store.settle([(account.id, earned, tax, 0)], until=until, booked_on=booked_on)
        post_all(commands, now=clock.now())
    return gross - tax
