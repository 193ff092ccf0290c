"""From the front page to money on somebody else's account, in a real browser over the whole bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from tests.journeys.conftest import Street


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_register_open_an_account_pay_and_the_payee_sees_it(street: Street, size: str) -> None:
    payer, payee = people.newcomer("Amaka", "Obi"), people.newcomer("Bola", "Ade")

    with street.visitor(size=size) as page:
        people.register(page, payee)
        people.open_account(page, payee)
        people.sign_out(page)

        people.register(page, payer)
        people.open_account(page, payer)
        people.start_payment(page, payee=payee, amount="250.50", narration="Lunch on Friday")
        expect(page.get_by_text("Two hundred and fifty naira and fifty kobo")).to_be_visible()
        people.confirm_payment(page)
        expect(page.get_by_role("heading", name="Money sent")).to_be_visible()
        page.get_by_role("link", name="Done").click()
        expect(page.locator(".hero-sum").first).to_have_text("₦749.50")
        expect(page.get_by_text("Lunch on Friday")).to_be_visible()
        people.sign_out(page)

        people.sign_in(page, payee.username)
        expect(page.locator(".hero-sum").first).to_have_text("₦1,250.50")
        expect(page.get_by_text("Amaka Obi")).to_be_visible()
        people.go_to(page, "Transactions")
        page.get_by_role("link", name="Amaka Obi").click()
        expect(page.get_by_text("You received")).to_be_visible()
        expect(page.get_by_text("Completed")).to_be_visible()
        expect(page.get_by_text("Lunch on Friday")).to_be_visible()
