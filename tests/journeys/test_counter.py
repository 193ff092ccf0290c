"""Cash over the counter, by a teller with a second factor; seen by the customer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from tests.journeys.conftest import Street


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_teller_takes_cash_in_and_the_customer_sees_it(street: Street, size: str) -> None:
    customer = people.newcomer("Dayo", "Cole")
    teller = people.appoint(street.bank, "teller")

    with street.visitor(size=size) as page, street.visitor(size=size) as counter:
        people.register(page, customer)
        people.open_account(page, customer)

        people.sign_in_clerk(counter, teller)
        people.go_to(counter, "Cash deposit")
        counter.get_by_label("Account number").fill(customer.account)
        counter.get_by_label("Amount counted").fill("20,000")
        counter.get_by_label("Narration").fill("Market takings")
        counter.get_by_role("button", name="Continue").click()
        expect(counter.get_by_text("Dayo")).to_be_visible()
        expect(counter.get_by_text("Twenty thousand naira")).to_be_visible()
        counter.get_by_role("button", name="Book ₦20,000.00").click()
        expect(counter.get_by_role("heading", name="Deposit booked")).to_be_visible()

        people.go_to(page, "Home")
        expect(page.locator(".hero-sum").first).to_have_text("₦21,000.00")
        expect(page.get_by_role("link", name="Cash deposit")).to_be_visible()
