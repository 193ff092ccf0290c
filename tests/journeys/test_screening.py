"""What the screening stops: confirmed by the payer, or looked at by two people of risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.people import prove

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street
    from tests.journeys.people import Newcomer

pytestmark = pytest.mark.timeout(900)
SAVED = "3,000,000"
"""Naira paid in at the counter, enough for what the screening wants to know about."""


def two_customers(street: Street, page: Page) -> tuple[Newcomer, Newcomer]:
    """Payee and payer, the payer signed in and with money."""
    payee, payer = people.newcomer("Ngozi", "Ume"), people.newcomer("Tola", "Ojo")
    people.register(page, payee)
    people.open_account(page, payee)
    people.sign_out(page)
    people.register(page, payer)
    people.open_account(page, payer)
    with street.visitor() as counter:
        people.sign_in_clerk(counter, people.appoint(street.bank, "teller"))
        prove(street.bank, payer.account, payee.account)
        people.take_cash(counter, account=payer.account, amount=SAVED)
    return payee, payer


def test_a_large_payment_to_somebody_new_goes_once_the_payer_has_confirmed_it(street: Street) -> None:
    with street.visitor() as page:
        payee, _payer = two_customers(street, page)
        app = people.set_up_authenticator(page)
        people.start_payment(page, payee=payee, amount="600,000", narration="Deposit for the flat")
        people.confirm_payment(page)
        expect(page.get_by_role("heading", name="One more confirmation")).to_be_visible()
        page.get_by_role("link", name="Confirm that it is me").click()
        expect(page.get_by_text("its amount and its payee")).to_be_visible()
        page.get_by_label("Code from the app").fill(app.next_code())
        page.get_by_role("button", name="Confirm the payment").click()
        expect(page.locator(".slip").get_by_text("Completed")).to_be_visible()
        people.go_to(page, "Home")
        expect(page.locator(".hero-sum").first).to_have_text("₦2,401,000.00")


def test_a_very_large_payment_waits_until_two_people_of_risk_have_released_it(street: Street) -> None:
    first, second = people.appoint(street.bank, "risk"), people.appoint(street.bank, "risk")
    with street.visitor() as page, street.visitor() as desk, street.visitor(size="phone") as other_desk:
        payee, payer = two_customers(street, page)
        people.start_payment(page, payee=payee, amount="1,500,000", narration="Car")
        people.confirm_payment(page)
        expect(page.get_by_role("heading", name="In review")).to_be_visible()

        people.sign_in_clerk(desk, first)
        people.go_to(desk, "Reviews")
        desk.get_by_role("row", name="₦1,500,000.00").first.get_by_role("link").click()
        expect(desk.get_by_text(payer.name)).to_be_visible()
        desk.get_by_label("Note").fill("Called the payer, all is well.")
        desk.get_by_role("button", name="Propose release").click()
        expect(desk.get_by_text("A second person of risk has to confirm")).to_be_visible()

        people.sign_in_clerk(other_desk, second)
        people.go_to(other_desk, "Reviews")
        other_desk.get_by_role("link", name="Release proposed").click()
        other_desk.get_by_role("row", name="₦1,500,000.00").first.get_by_role("link").click()
        other_desk.get_by_role("button", name="Confirm release").click()
        expect(other_desk.get_by_text("Decided.")).to_be_visible()

        people.sign_out(page)
        people.sign_in(page, payee.username)
        people.eventually_seen(page, page.get_by_text("₦1,501,000.00"))
