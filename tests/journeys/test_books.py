"""An auditor follows the money: trial balance, general ledger, one entry, its payment, its receipt; and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_from_the_trial_balance_to_the_receipt_and_a_file(street: Street, size: str) -> None:
    customer = people.newcomer("Femi", "Alao")
    with street.visitor() as page, street.desk("teller") as counter:
        people.register(page, customer)
        people.open_account(page, customer)
        people.take_cash(counter, account=customer.account, amount="12,345")
    with street.desk("auditor", size=size) as desk:
        desk.goto("/staff/books/trial-balance")
        expect(desk.get_by_text("Balanced", exact=True).first).to_be_visible()
        naira = desk.locator("section", has=desk.get_by_role("heading", name="NGN"))
        debit, credit = naira.locator("tfoot td.r").all_text_contents()
        assert debit == credit
        naira.get_by_role("link", name="Cash in vaults").click()
        expect(desk.get_by_role("heading", name="General ledger")).to_be_visible()
        follow(desk, amount="₦12,345.00")
        desk.go_back()
        take_along(desk)


def follow(desk: Page, *, amount: str) -> None:
    """From a line of the ledger to its entry, the payment behind it, and the sealed receipt."""
    line = desk.locator("tbody tr", has_text=amount)
    people.eventually_seen(desk, line)
    ledger = desk.url
    line.first.get_by_role("link").first.click()
    expect(desk.get_by_role("heading", name="Debit")).to_be_visible()
    expect(desk.locator("section", has_text="Debit").get_by_text("Cash in vaults")).to_be_visible()
    expect(
        desk.locator("section", has_text="Credit").get_by_text("Customers' current accounts")
    ).to_be_visible()
    desk.get_by_role("link", name="Payment", exact=True).click()
    expect(desk.get_by_text("Femi Alao")).to_be_visible()
    desk.get_by_role("link", name="Receipt").click()
    people.eventually_seen(desk, desk.get_by_text("This entry is sealed."))
    expect(desk.get_by_text(amount).first).to_be_visible()
    desk.goto(ledger)


def take_along(desk: Page) -> None:
    """The ledger account as CSV, debits and credits in columns of their own."""
    desk.goto("/staff/books/ledger?ledger_account=1010")
    with desk.expect_download() as waiting:
        desk.get_by_role("link", name="CSV").click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert (
        lines[0] == "number,booking_date,kind,narration,ledger_account,account,debit,credit,currency,movement"
    )
    assert any(",1010,bank_cash_ngn,12345.00,,NGN," in line for line in lines)


def test_a_statement_is_taken_along(street: Street) -> None:
    customer = people.newcomer("Sade", "Bisi")
    with street.visitor(size="phone") as page:
        people.register(page, customer)
        people.open_account(page, customer)
        with page.expect_download() as waiting:
            page.get_by_role("link", name="CSV").click()
        header, bonus = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert header == "booked_at,kind,narration,debit,credit,balance,currency,reference"
        assert ",1000.00,1000.00,NGN," in bonus
