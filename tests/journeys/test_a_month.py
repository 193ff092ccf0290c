"""Every product, a month of business days: statements, balances and books say the same."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from arhan.kernel.money import MINOR_DIGITS
from tests.bank import Bank
from tests.cob_desk import CobDesk
from tests.people import check_books, command
from tests.unit.account.statement_readers import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator

DAYS = 31
A_DAY = timedelta(days=1)
CUSTOMER = "usr_a_month"
FUNDS = 5_000_000


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    """The services whose books meet; the test moves the bank's date, so nobody shares it."""
    with Bank.running(services=["identity", "account", "ledger", "payment"]) as running:
        yield running


@pytest.fixture(scope="module")
def desk(bank: Bank) -> Iterator[Any]:
    with CobDesk.open(bank.environment("account")) as opened:
        opened.let_siblings_answer()
        yield opened


@pytest.fixture(scope="module")
def opened(desk: Any) -> dict[str, tuple[str, str]]:
    """An account of each product: product -> account and currency. A deposit takes its money from the current one."""
    found: dict[str, tuple[str, str]] = {}
    offered = desk.select(query="SELECT code, kind, currency FROM product ORDER BY kind, code", values=[])
    for code, kind, currency in offered:
        if kind == "fixed_term":
            source = found["current"][0]
            account = desk.open_deposit(source=source, customer=CUSTOMER, amount=2_000_000, months=1)
        elif kind == "target_savings":
            account = desk.open_pot(customer=CUSTOMER, goal=10_000_000)
        else:
            account = desk.open_account(product=code, customer=CUSTOMER)
        found[code] = account, currency
        if kind != "fixed_term":
            desk.put_in(account=account, amount=FUNDS, currency=currency)
    return found


@pytest.fixture(scope="module")
def first(desk: Any) -> date:
    return date.fromisoformat(desk.day()["date"])


@pytest.fixture(scope="module")
def closed(desk: Any, first: date, opened: dict[str, tuple[str, str]]) -> date:
    """Thirty days: each day every account pays another of its currency, then the day is closed; the last closed."""
    theirs: dict[str, list[str]] = defaultdict(list)
    for code, (account, currency) in opened.items():
        if code not in {"fixed", "target"}:
            theirs[currency].append(account)
    for number in range(DAYS - 1):
        day = (first + number * A_DAY).isoformat()
        for currency, accounts in theirs.items():
            payer, payee = accounts[number % len(accounts)], accounts[(number + 1) % len(accounts)]
            assert desk.spend(payer=payer, payee=payee, amount=1_000 + number, currency=currency) == day
        assert desk.close(through=day) == {"closed": [day], "failure": "", "unfinished": False}
    return first + (DAYS - 2) * A_DAY


def balances(desk: Any, opened: dict[str, tuple[str, str]]) -> dict[str, int]:
    return {code: desk.balance(account=account) for code, (account, _) in opened.items()}


def test_every_product_is_open_and_money_moved_in_every_currency(opened: dict[str, tuple[str, str]]) -> None:
    assert {currency for _, currency in opened.values()} == set(MINOR_DIGITS)
    assert {"savings", "current", "overdraft", "premium", "target", "fixed"} <= set(opened)


def test_the_last_day_is_closed_from_the_command_line_once(bank: Bank, desk: Any, closed: date) -> None:
    last = (closed + A_DAY).isoformat()
    done = command(bank, "cob", "run", "--date", last, "--json")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert json.loads(done.stdout)["closed"] == [last]
    before = desk.everything(), tables(bank)
    again = command(bank, "cob", "run", "--date", last, "--json")
    assert again.returncode == 0, f"{again.stdout}\n{again.stderr}"
    assert json.loads(again.stdout)["closed"] == []
    assert (desk.everything(), tables(bank)) == before, "a second run changes nothing"


def tables(bank: Bank) -> dict[str, int]:
    """How many rows each of account's tables that a closing writes has."""
    names = (
        "movement",
        "entry",
        "statement",
        "interest_posting",
        "fee_charge",
        "cob_run",
        "cob_step",
        "hold",
    )
    with psycopg.connect(bank.database_url("account")) as database:
        return {
            name: database.execute(f"SELECT count(*) FROM {name}".encode()).fetchall()[0][0]  # noqa: S608 - our words
            for name in names
        }


def test_statements_tie_to_balances_and_to_the_books(
    bank: Bank, desk: Any, first: date, closed: date, opened: dict[str, tuple[str, str]]
) -> None:
    last = closed + A_DAY
    for code, (account, currency) in opened.items():
        content = desk.statement(account=account, since=str(first), until=str(last), form="csv")
        found = READERS["csv"](content.encode())
        balance = Decimal(desk.balance(account=account)).scaleb(-MINOR_DIGITS[currency])
        assert found.opening == 0
        assert found.opening + sum(found.changes) == found.closing == balance, code
        assert desk.statement(account=account, since=str(first), until=str(last), form="camt053")
        assert Decimal(booked(bank, account)).scaleb(-MINOR_DIGITS[currency]) == balance, code


def test_the_months_statements_are_numbered_and_follow_each_other(
    desk: Any, first: date, opened: dict[str, tuple[str, str]], closed: date
) -> None:
    ends = [
        first + n * A_DAY for n in range(DAYS) if (first + (n + 1) * A_DAY).month != (first + n * A_DAY).month
    ]
    assert ends
    for account, _ in opened.values():
        rows = desk.select(
            query="SELECT number, since::text, until::text, opening, closing FROM statement"
            " WHERE account = %s ORDER BY number",
            values=[account],
        )
        assert [row[0] for row in rows] == list(range(1, len(ends) + 1))
        assert [row[2] for row in rows] == [str(end) for end in ends]
        assert rows[0][1] == str(first)
        assert rows[0][3] == 0
        for (_, _, until, _, closing), (_, since, _, opening, _) in pairwise(rows):
            assert (since, opening) == (str(date.fromisoformat(until) + A_DAY), closing)
        content = desk.statement(account=account, since=rows[0][1], until=rows[-1][2], form="csv")
        currency = content.splitlines()[1].split(",")[8]
        assert READERS["csv"](content.encode()).closing == Decimal(rows[-1][4]).scaleb(
            -MINOR_DIGITS[currency]
        )


def test_the_books_are_whole_after_all_of_it(bank: Bank, desk: Any, closed: date) -> None:
    report = check_books(bank)
    assert report["ok"]
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0


def booked(bank: Bank, account: str) -> int:
    """What its lines in the ledger's journal come to, credits minus debits."""
    with psycopg.connect(bank.database_url("ledger")) as database:
        rows = database.execute(
            "SELECT sum(CASE side WHEN 'credit' THEN amount ELSE -amount END) FROM journal_line WHERE account = %s",
            (account,),
        ).fetchall()
    return int(rows[0][0])
