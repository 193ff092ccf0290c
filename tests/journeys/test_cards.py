"""A card's whole life in a real browser, on a desktop and on a phone; and its number shown to a passkey."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.accessibility import violations
from tests.journeys.test_identity_factors import virtual_authenticator
from tests.people import mint_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.bank import Bank
    from tests.journeys.conftest import Street

NUMBER = re.compile(r"^2223 99[0-9]{2} [0-9]{4} [0-9]{4}$")
CARD_PIN = "8264"


@dataclass
class Till:
    """A shop on the internet that is given a card, and tries it."""

    bank: Bank
    account: str
    number: str
    expiry: str
    cvv: str

    def charge(self, amount: int) -> str:
        """Why the card was declined, or nothing."""
        body = {
            "card_number": self.number,
            "expiry": self.expiry,
            "cvv": self.cvv,
            "payee_number": self.account,
            "amount": amount,
            "currency": "NGN",
        }
        headers = {
            "Authorization": f"Bearer {mint_of(self.bank).person()}",
            "Idempotency-Key": str(uuid4()),
        }
        url = f"{self.bank.gateway}/api/payment/v1/card-payments"
        answer = httpx.post(url, json=body, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return str(answer.json().get("code", ""))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_requested_shown_frozen_ruled_used_disputed_blocked_and_replaced(street: Street, size: str) -> None:
    owner, shop = people.newcomer("Amaka", "Obi"), people.newcomer("Bola", "Ade")
    with street.visitor(size=size) as page:
        people.register(page, shop)
        people.open_account(page, shop)
        people.sign_out(page)
        people.register(page, owner)
        people.open_account(page, owner)
        app = people.set_up_authenticator(page)
        request_card(page)
        last4 = (page.locator(".plastic-number").text_content() or "")[-4:]
        till = Till(street.bank, shop.account, *show_and_hide(page, app, last4=last4))
        freeze_and_unfreeze(page, till)
        set_rules(page, till)
        expect(page.locator(".row-line", has_text="₦50.00").filter(has_text="Bola").first).to_be_visible()
        assert violations(page) == []
        dispute(page)
        look_at(page, last4)
        block_and_replace(page, till, last4=last4)


def look_at(page: Page, last4: str) -> None:
    """The card's page, by the list."""
    page.goto("/cards")
    assert violations(page) == []
    page.locator(f"a[href^='/cards/card_']:has-text('{last4}')").first.click()
    expect(page.locator(".plastic-number")).to_have_text(f"•••• •••• •••• {last4}")


def show_and_hide(page: Page, app: people.Clerk, *, last4: str) -> tuple[str, str, str]:
    """What is printed on the card: seen after the second factor, and then nowhere any more."""
    page.get_by_role("link", name="Show the number").click()
    assert violations(page) == []
    page.get_by_label("Code").fill(app.next_code())
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator(".plastic-number")).to_have_text(NUMBER)
    assert violations(page) == []
    shown = printed(page)
    assert shown[0].endswith(last4)
    page.get_by_role("link", name="Hide it now").click()
    expect(page.locator(".plastic-number")).to_have_text(f"•••• •••• •••• {last4}")
    look_at(page, last4)
    return shown


def freeze_and_unfreeze(page: Page, till: Till) -> None:
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.get_by_text("Frozen", exact=True).first).to_be_visible()
    assert till.charge(1_000) == "card_frozen"
    assert violations(page) == []
    page.get_by_role("button", name="Unfreeze").click()
    expect(page.get_by_role("button", name="Freeze", exact=True)).to_be_visible()


def set_rules(page: Page, till: Till) -> None:
    """The switch and a limit hold at once; what is within them is paid and listed."""
    page.get_by_label("Pays on the internet").uncheck()
    keep_rules(page)
    assert till.charge(1_000) == "online_payments_off"
    page.get_by_label("Pays on the internet").check()
    page.get_by_label("For one payment").fill("50")
    keep_rules(page)
    assert till.charge(5_001) == "card_amount_limit"
    assert till.charge(5_000) == ""
    page.reload()


def block_and_replace(page: Page, till: Till, *, last4: str) -> None:
    """Lost for good; its replacement has another number and the same rules."""
    page.get_by_label("What happened?").select_option("lost")
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_text("Closed", exact=True).first).to_be_visible()
    assert till.charge(1_000) == "card_lost"
    assert violations(page) == []
    page.get_by_label("Choose a PIN").fill(CARD_PIN)
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Your new card is made; the old one is closed.")).to_be_visible()
    expect(page.locator(".plastic-number")).not_to_have_text(f"•••• •••• •••• {last4}")
    expect(page.get_by_label("For one payment")).to_have_value("50.00")
    assert violations(page) == []


def request_card(page: Page) -> None:
    page.goto("/cards")
    assert violations(page) == []
    page.get_by_role("link", name="Request a card").first.click()
    page.get_by_label("Choose a PIN").fill(CARD_PIN)
    assert violations(page) == []
    page.get_by_role("button", name="Request a card").click()
    expect(page.get_by_text("Your card is made.")).to_be_visible()


def printed(page: Page) -> tuple[str, str, str]:
    """Number, expiry and the code on the back, as they are on the screen."""
    number = (page.locator(".plastic-number").text_content() or "").replace(" ", "")
    name_expiry_code = page.locator(".plastic-foot span").all_text_contents()
    return number, name_expiry_code[1], name_expiry_code[2]


def keep_rules(page: Page) -> None:
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Done.")).to_be_visible()


def dispute(page: Page) -> None:
    """The thread knows which payment it is about, and so does the desk."""
    link = page.get_by_role("link", name="Dispute").first
    payment = re.search(r"about=(pay_[a-z0-9]+)", link.get_attribute("href") or "")
    assert payment is not None
    link.click()
    page.get_by_label("In a few words").fill("Not mine")
    page.get_by_label("What happened?").fill("I never bought anything there.")
    assert violations(page) == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We have your message.")).to_be_visible()
    expect(page.locator(f"a[href$='{payment[1]}']").first).to_be_visible()
    assert violations(page) == []


def test_the_number_is_shown_to_a_passkey(street: Street) -> None:
    port = urlsplit(street.bank.gateway).port
    with street.visitor(at=f"http://localhost:{port}") as page, virtual_authenticator(page):
        show_by_passkey(page, people.newcomer("Bisi", "Ade"))


def show_by_passkey(page: Page, owner: people.Newcomer) -> None:
    """Somebody new, on a device with a fingerprint reader, sees the number of their first card."""
    people.register(page, owner)
    people.open_account(page, owner)
    people.make_passkey(page)
    request_card(page)
    page.get_by_role("link", name="Show the number").click()
    assert violations(page) == []
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.locator(".plastic-number")).to_have_text(NUMBER)
