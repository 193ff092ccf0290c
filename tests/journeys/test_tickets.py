"""A customer asks about a payment, the desk answers, the customer writes back, and it is resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.journeys import people
from tests.journeys.test_kyc import picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_asked_answered_and_resolved(street: Street, size: str) -> None:
    customer = people.newcomer("Amaka", "Obi")
    with street.visitor(size=size) as page, street.desk("support", size=size) as desk:
        people.register(page, customer)
        ask(page)
        thread = page.url
        desk.goto("/staff/tickets?tab=complaints&query=twice")
        desk.get_by_role("link", name="Charged twice").first.click()
        desk.goto(thread)
        desk.get_by_role("button", name="I take it").click()
        expect(desk.get_by_role("button", name="Give it back")).to_be_visible()
        answer(desk, "Ask the switch first.", internal=True)
        answer(desk, "Which shop was it?")
        page.reload()
        expect(page.get_by_text("Which shop was it?")).to_be_visible()
        expect(page.get_by_text("Ask the switch first.")).to_have_count(0)
        answer(page, "The one in Yaba.")
        desk.goto(thread)
        expect(desk.get_by_text("The one in Yaba.")).to_be_visible()
        desk.get_by_label("What resolved it").fill("The second charge was given back.")
        desk.get_by_role("button", name="Resolve", exact=True).click()
        page.reload()
        expect(page.get_by_text("The second charge was given back.")).to_be_visible()
        page.get_by_role("button", name="That is settled").click()
        expect(page.get_by_text("Closed", exact=True)).to_be_visible()


def ask(page: Page) -> None:
    """With a picture of what went wrong."""
    page.goto("/help")
    page.get_by_role("link", name="Ask us").first.click()
    page.get_by_label("About").select_option("transaction")
    page.get_by_label("In a few words").fill("Charged twice")
    page.get_by_label("What happened?").fill("The shop charged me two times for one bag of rice.")
    page.get_by_label("This is a complaint").check()
    page.get_by_label("Document").set_input_files(
        FilePayload(name="slip.png", mimeType="image/png", buffer=picture())
    )
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We have your message.")).to_be_visible()
    expect(page.get_by_role("link", name="image/png")).to_be_visible()


def answer(page: Page, words: str, *, internal: bool = False) -> None:
    """In the thread, and wait until it is there."""
    page.get_by_label("Your message").fill(words)
    if internal:
        page.get_by_label("Only for colleagues").check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said", has_text=words)).to_be_visible()
