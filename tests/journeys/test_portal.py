"""The portal around a payment: statements taken along, news that arrives by itself, pages without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street

FORMATS = {
    "pdf": b"%PDF-",
    "csv": b"number,booking_date",
    "ofx": b"OFX",
    "camt053": b"urn:iso:std:iso:20022:tech:xsd:camt.053",
    "mt940": b":20:",
}
"""By what the file is known."""
READ_WITHOUT_SCRIPTS = (
    "/dashboard",
    "/accounts",
    "/transactions",
    "/notifications",
    "/standing-orders",
    "/loans",
    "/cards",
    "/insights",
    "/help",
    "/profile",
)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_statement_of_any_period_in_every_format(street: Street, size: str) -> None:
    customer = people.newcomer("Amaka", "Obi")
    with street.visitor(size=size) as page:
        people.register(page, customer)
        people.open_account(page, customer)
        page.get_by_role("link", name="Statements").first.click()
        expect(page.get_by_text("No month is over yet")).to_be_visible()
        for form, mark in FORMATS.items():
            assert mark in take_along(page, form), form
            page.reload()
        expect(page.get_by_role("link", name="Download")).to_have_count(len(FORMATS))


def take_along(page: Page, form: str) -> bytes:
    """Ask for this month in a format; what the browser saves."""
    page.get_by_label("Format").last.select_option(form)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Make the statement").click()
    return Path(saving.value.path()).read_bytes()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_news_arrives_while_one_looks_and_is_read_once(street: Street, size: str) -> None:
    payer, payee = people.newcomer("Kemi", "Oni"), people.newcomer("Ife", "Ola")
    with street.visitor(size=size) as page, street.visitor(size=size) as far_away:
        people.register(page, payee)
        people.open_account(page, payee)
        page.goto("/notifications")
        expect(page.get_by_text("Nothing to tell yet")).to_be_visible()
        people.register(far_away, payer)
        people.open_account(far_away, payer)
        people.start_payment(far_away, payee=payee, amount="250.50", narration="Lunch")
        people.confirm_payment(far_away)
        expect(page.get_by_role("button", name=re.compile("You received money"))).to_be_visible()
        expect(page.locator("[data-unread]:visible")).to_have_text("1")
        page.get_by_role("button", name=re.compile("You received money")).click()
        expect(page.get_by_text("Lunch")).to_be_visible()
        expect(page.locator("[data-unread]:visible")).to_have_count(0)
        page.goto("/notifications?show=unread")
        expect(page.get_by_text("You have read everything")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_standing_order_from_the_checked_name_to_its_end(street: Street, size: str) -> None:
    payer, payee = people.newcomer("Kemi", "Oni"), people.newcomer("Ife", "Ola")
    with street.visitor(size=size) as page:
        people.register(page, payee)
        people.open_account(page, payee)
        people.sign_out(page)
        people.register(page, payer)
        people.open_account(page, payer)
        people.go_to(page, "Send money")
        page.get_by_role("link", name="Standing orders").click()
        page.get_by_role("link", name="New standing order").first.click()
        page.get_by_label("To account number").fill(payee.account)
        expect(page.locator("#payee").get_by_text(payee.first_name)).to_be_visible()
        page.get_by_label("Amount").fill("100")
        page.get_by_label("First time on").fill("2099-12-31")
        page.get_by_label("Or so many times").fill("12")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("12 times")).to_be_visible()
        expect(page.get_by_text(payee.first_name).first).to_be_visible()
        page.get_by_label("PIN of this account").fill(people.PIN)
        page.get_by_role("button", name="Give this order").click()
        expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        page.get_by_role("link", name="Not now").click()
        expect(page.get_by_text("It begins when you have confirmed it.")).to_be_visible()
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Cancel this order").click()
        expect(page.get_by_text("The standing order is cancelled.")).to_be_visible()


def test_an_account_is_frozen_one_way_and_closed_with_its_money_moved(street: Street) -> None:
    customer = people.newcomer("Bisi", "Ade")
    with street.visitor(size="phone") as page:
        people.register(page, customer)
        people.open_account(page, customer)
        first = page.url
        page.goto("/accounts/open")
        people.open_account(page, customer)
        page.goto(first)
        page.get_by_role("link", name="Freeze").click()
        page.get_by_role("radio", name="Money that leaves").check()
        page.get_by_label("Reason").fill("My phone is gone")
        page.get_by_role("button", name="Freeze").click()
        expect(page.get_by_text("You froze this account.")).to_be_visible()
        expect(page.get_by_text("My phone is gone")).to_be_visible()
        page.get_by_role("button", name="Unfreeze").click()
        page.get_by_role("link", name="Close this account").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Close it for good?")).to_be_visible()
        page.get_by_role("button", name="Close this account").click()
        expect(page.get_by_text("The account is closed.")).to_be_visible()
        page.goto("/dashboard")
        expect(page.locator(".hero-sum").first).to_have_text("₦1,000.00")


def test_everything_reads_without_scripts(street: Street) -> None:
    customer = people.newcomer("Uche", "Eze")
    with street.visitor() as page:
        people.register(page, customer)
        people.open_account(page, customer)
        account, cookies = page.url, page.context.cookies()
        with street.visitor(java_script_enabled=False) as plain:
            plain.context.add_cookies(cookies)
            for path in (*READ_WITHOUT_SCRIPTS, account, f"{account}/statements"):
                answer = plain.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                expect(plain.locator("main h1")).to_be_visible()
            plain.goto(account)
            expect(plain.get_by_text("₦1,000.00").first).to_be_visible()
            plain.goto("/send")
            expect(plain.get_by_role("button", name="Continue")).to_be_visible()
