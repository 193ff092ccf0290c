"""The staff's workplace: a customer on one page, two people for new terms, and the developers' page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street

PRODUCT = "/staff/products/overdraft"


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_everything_about_a_customer_and_a_note_for_colleagues(street: Street, size: str) -> None:
    customer = people.newcomer("Uju", "Eze")
    with street.visitor(size=size) as page, street.desk("support", size=size) as desk:
        people.register(page, customer)
        people.open_account(page, customer)
        desk.goto(f"/staff/people?query={customer.username}")
        desk.get_by_role("link", name="Uju Eze").click()
        for part in (
            "Accounts",
            "Cards",
            "Latest payments",
            "Tickets",
            "Identity checks",
            "Notes",
            "Signed in",
        ):
            expect(desk.get_by_role("heading", name=part)).to_be_visible()
        expect(desk.get_by_text("₦1,000.00")).to_be_visible()
        expect(desk.locator("section", has_text="Signed in").get_by_text("127.0.0.1").first).to_be_visible()
        desk.get_by_placeholder("What colleagues should know").fill("Prefers to be called.")
        desk.get_by_role("button", name="Keep the note").click()
        expect(desk.locator("#notes").get_by_text("Prefers to be called.")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_new_terms_are_compared_and_take_two_people(street: Street, size: str) -> None:
    with street.desk("admin", size=size) as author, street.desk("risk", size=size) as reader:
        author.goto(PRODUCT)
        terms = json.loads(author.get_by_label("Terms").input_value())
        before, after = terms["dormancy_days"], terms["dormancy_days"] + 1
        author.get_by_label("Terms").fill(json.dumps(terms | {"dormancy_days": after}))
        author.get_by_label("Reason").first.fill("A day longer.")
        author.get_by_role("button", name="Propose").first.click()
        expect(author.get_by_text("Proposed. A second person decides.")).to_be_visible()
        reader.goto("/staff/approvals")
        reader.get_by_role("link", name="New terms for a product").first.click()
        expect(reader.get_by_role("heading", name="What it changes")).to_be_visible()
        row = reader.locator("tbody tr", has_text="dormancy days")
        expect(row.locator("del")).to_have_text(str(before))
        expect(row.locator("ins")).to_have_text(str(after))
        assert reader.locator("tbody tr").count() == 1
        reader.get_by_role("button", name="Approve").click()
        expect(reader.get_by_text("Done.")).to_be_visible()
        author.goto(PRODUCT)
        newest = author.locator("details.card").first
        expect(newest.locator("ins")).to_have_text(str(after))


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_api_is_tried_out_from_its_own_page(street: Street, size: str) -> None:
    customer = people.newcomer("Tari", "Dan")
    with street.visitor(size=size) as page:
        people.register(page, customer)
        people.sign_out(page)
        page.get_by_role("link", name="developers").first.click()
        words = {"username": customer.username, "password": people.PASSWORD}
        answered = try_out(page, "#post-v1-tokens", body=json.dumps(words))
        assert answered.startswith("200 ")
        token = json.loads(answered.split("\n", maxsplit=1)[1])["access_token"]
        page.get_by_label("Your access token").fill(token)
        assert customer.username in try_out(page, "#get-v1-me")
        page.goto("/docs/account")
        assert '"code": "savings"' in try_out(page, "#get-v1-products")


def try_out(page: Page, operation: str, *, body: str = "") -> str:
    """Open an operation, press the button, and read what came back."""
    part = page.locator(operation)
    part.locator("summary").first.click()
    if body:
        part.get_by_label("Body").fill(body)
    part.get_by_role("button", name="Try it").click()
    answer = part.locator("[data-answer]")
    expect(answer).not_to_contain_text("…")
    return answer.text_content() or ""
