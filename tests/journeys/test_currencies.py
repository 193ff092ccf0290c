"""Dinars with three digits, yen with none: opened, paid in at the counter, paid on, in the books to the last fils."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from tests.bank import eventually
from tests.journeys import people
from tests.people import Customer, check_books, join, mint_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.bank import Bank
    from tests.journeys.conftest import Street

FEES = [
    {"event": "transfer", "name": "Transfer fee", "flat": 150},
    {"event": "transfer", "name": "Stamp duty", "flat": 50, "goes_to": "tax"},
]
"""Of dinars: 0.150 and 0.050."""


@pytest.fixture(scope="module")
def dinars_cost(bank: Bank) -> None:
    """Current accounts in dinars are sold in a version whose transfers cost something."""
    with psycopg.connect(bank.environment("account")["DATABASE_URL"]) as database:
        database.execute(
            "INSERT INTO product_version (product, number, since, terms, proposal)"
            " VALUES ('current_kwd', 2, current_date, %s, '')",
            [Jsonb({"fees": FEES})],
        )


def open_account(bank: Bank, who: Customer, product: str) -> str:
    """Another account of somebody who is there; its number."""
    answer = httpx.post(
        f"{bank.gateway}/api/account/v1/accounts",
        json={"product": product, "pin": "0427"},
        headers=who.headers | {"Idempotency-Key": product},
        timeout=60,
    )
    return str(answer.raise_for_status().json()["number"])


def take_cash(counter: Page, *, account: str, amount: str, currency: str, booked: str) -> None:
    people.go_to(counter, "Cash deposit")
    counter.get_by_label("Account number").fill(account)
    counter.get_by_label("Amount counted").fill(amount)
    counter.get_by_label("Currency").select_option(currency)
    counter.get_by_role("button", name="Continue").click()
    counter.get_by_role("button", name=f"Book {booked}").click()
    expect(counter.get_by_role("heading", name="Deposit booked")).to_be_visible()


def start_payment(page: Page, *, payer: str, payee: str, amount: str, sign: str) -> None:
    page.goto("/send")
    grouped = f"{payer[:4]} {payer[4:7]} {payer[7:]}"
    page.locator("label.choice", has_text=grouped).locator("input").check()
    expect(page.locator(".with-unit .unit")).to_have_text(sign)
    page.get_by_label("To account number").fill(payee)
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Confirm the payment")).to_be_visible()


def sheet(bank: Bank, currency: str) -> dict[str, tuple[int, int]]:
    """Debits and credits of the books in one currency, by ledger account."""
    answer = httpx.get(
        f"{bank.gateway}/api/ledger/v1/trial-balance",
        params={"currency": currency},
        headers={"Authorization": f"Bearer {mint_of(bank).person(role='auditor')}"},
        timeout=60,
    )
    sheets: list[dict[str, Any]] = answer.raise_for_status().json()["currencies"]
    return {row["code"]: (row["debit"], row["credit"]) for found in sheets for row in found["accounts"]}


@pytest.mark.usefixtures("dinars_cost")
def test_dinars_and_yen_from_the_counter_to_the_books(street: Street) -> None:
    bank = street.bank
    payer = people.newcomer("Noor", "Salem")
    (payee,) = join(bank, count=1)
    theirs = {product: open_account(bank, payee, product) for product in ("current_kwd", "savings_jpy")}
    with street.visitor(may_log_errors=True) as page, street.desk("teller") as counter:  # it is refused once
        people.register(page, payer)
        mine = {}
        for currency in ("KWD", "JPY"):
            page.goto("/accounts/open")
            page.get_by_role("link", name=currency, exact=True).click()
            people.open_account(page, payer)
            mine[currency] = payer.account
        take_cash(counter, account=mine["KWD"], amount="9.500", currency="KWD", booked="KWD 9.500")
        take_cash(counter, account=mine["JPY"], amount="4,000", currency="JPY", booked="¥4,000")

        start_payment(page, payer=mine["KWD"], payee=theirs["current_kwd"], amount="0.512", sign="KWD")
        facts = page.locator("dl.facts").inner_text().replace("\u00a0", " ")
        assert re.findall(r"(Transfer fee|Stamp duty|Total)\s+(KWD [0-9.]+)", facts) == [
            ("Transfer fee", "KWD 0.150"),
            ("Stamp duty", "KWD 0.050"),
            ("Total", "KWD 0.712"),
        ]
        people.confirm_payment(page)
        expect(page.get_by_role("heading", name="Money sent")).to_be_visible()
        payment = page.locator("dd.code").inner_text()

        start_payment(page, payer=mine["JPY"], payee=theirs["savings_jpy"], amount="400", sign="¥")
        expect(page.get_by_text("Four hundred yen")).to_be_visible()
        people.confirm_payment(page)
        expect(page.get_by_role("heading", name="Money sent")).to_be_visible()

        start_payment(page, payer=mine["JPY"], payee=theirs["current_kwd"], amount="1", sign="¥")
        people.confirm_payment(page)
        expect(page.get_by_text("The two accounts are kept in different currencies.")).to_be_visible()

        page.goto("/accounts")
        shown = page.locator("main").inner_text().replace("\u00a0", " ")
        assert "KWD 8.788" in shown
        assert "¥3,600" in shown

        page.goto(f"/transactions/{payment}/receipt")
        people.eventually_seen(page, page.get_by_text("Entry in the journal"))
        receipt = page.locator("main").inner_text().replace("\u00a0", " ")
        for figure in ("KWD 0.512", "KWD 0.150", "KWD 0.050", "KWD 0.712"):
            assert figure in receipt

    eventually(lambda: "4020" in sheet(bank, "KWD"), what="the fee in the books")
    books = sheet(bank, "KWD")
    assert (books["4020"], books["2300"]) == ((0, 150), (0, 50))
    assert books["2020"] == (0, 9_300), "what customers have: 9.500 less 0.200 of fees"
    assert sheet(bank, "JPY") == {"1010": (4_000, 0), "2010": (0, 400), "2020": (0, 3_600)}
    check_books(bank)
