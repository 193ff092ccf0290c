"""A loan from the calculator to the last kobo, by its customer and the officer who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.journeys import people
from tests.unit.kernel.test_documents import png

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_apply_offer_accept_pay_off(street: Street, size: str) -> None:
    borrower = people.newcomer("Bisi", "Ade")
    with street.visitor(size=size) as page, street.desk("loan_officer", size=size) as desk:
        people.register(page, borrower)
        people.open_account(page, borrower)
        work_out(page, amount="50,000", months="6")
        apply(page)
        hand_in(page)
        decide(desk, amount="₦50,000.00")
        page.reload()
        page.get_by_role("button", name="Accept the offer").click()
        people.eventually_seen(page, page.get_by_text("Running", exact=True))
        expect(page.get_by_text("Still owed")).to_be_visible()
        assert page.locator("tbody tr").count() == 6
        pay_everything_back(page)
        people.eventually_seen(page, page.get_by_text("Repaid to the last kobo."))


def work_out(page: Page, *, amount: str, months: str) -> None:
    """The figures follow what is typed, and every column of the chart is in the table."""
    page.goto("/loans")
    page.get_by_role("link", name="Work one out").first.click()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("Months").select_option(months)
    expect(page.get_by_text("₦8,627.42").first).to_be_visible()
    page.get_by_text("Show as a table").click()
    expect(page.locator("#quote tbody tr")).to_have_count(int(months))
    expect(page.locator("#quote canvas")).to_be_visible()
    page.get_by_role("link", name="Apply for this loan").click()


def apply(page: Page) -> None:
    """What was worked out is filled in already."""
    expect(page.get_by_label("Amount")).to_have_value("50,000")
    expect(page.get_by_label("Months")).to_have_value("6")
    people.apply_for_loan(page)


def hand_in(page: Page) -> None:
    """Something that speaks for the loan."""
    payslip = FilePayload(name="payslip.png", mimeType="image/png", buffer=png(width=30, height=20))
    page.get_by_label("File").set_input_files(payslip)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you. That is kept.")).to_be_visible()
    expect(page.get_by_role("link", name="Proof of income")).to_be_visible()


def decide(desk: Page, *, amount: str) -> None:
    """The officer reads the reasons and approves with one of their own."""
    desk.goto("/staff/loans")
    desk.locator("tbody tr", has_text=amount).first.get_by_role("link").first.click()
    expect(desk.get_by_text("The instalment is a third of what is left in a month")).to_be_visible()
    expect(desk.get_by_role("link", name="Proof of income")).to_be_visible()
    desk.get_by_label("Reason").fill("Comfortably afforded.")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("The offer is made.")).to_be_visible()
    expect(desk.get_by_text("Comfortably afforded.")).to_be_visible()


def pay_everything_back(page: Page) -> None:
    """On the day it was paid out, so without interest."""
    page.get_by_role("link", name="Repay").click()
    expect(page.get_by_text("What closes the loan today")).to_be_visible()
    page.get_by_role("radio", name="Everything, and close the loan").check()
    page.get_by_role("button", name="Repay").click()


def test_a_loan_is_charged_off_by_two_people_and_can_still_be_written_off(street: Street) -> None:
    borrower = people.newcomer("Kola", "Ige")
    with street.visitor() as page, street.desk("loan_officer") as desk, street.desk("admin") as second:
        people.register(page, borrower)
        people.open_account(page, borrower)
        people.apply_for_loan(page, amount="61,000")
        desk.goto("/staff/loans")
        desk.locator("tbody tr", has_text="₦61,000.00").first.get_by_role("link").first.click()
        desk.get_by_label("Reason").fill("Comfortably afforded.")
        desk.get_by_role("button", name="Approve").click()
        page.reload()
        page.get_by_role("button", name="Accept the offer").click()
        people.eventually_seen(page, page.get_by_text("Running", exact=True))
        desk.reload()
        propose(desk, "Charge off (takes two people)", reason="Nobody has heard of them.")
        second.goto("/staff/approvals")
        second.get_by_role("link").filter(has_text="Nobody has heard of them.").click()
        expect(second.locator("tbody tr", has_text="status").locator("ins")).to_have_text("charged_off")
        second.get_by_role("button", name="Approve").click()
        expect(second.get_by_text("Done.")).to_be_visible()
        desk.reload()
        expect(desk.get_by_text("Charged off", exact=True).first).to_be_visible()
        expect(desk.get_by_text("Taken as a loss")).to_be_visible()
        expect(desk.get_by_text("Charge off (takes two people)")).to_have_count(0)
        propose(desk, "Write off (takes two people)", reason="It is hopeless.")


def propose(desk: Page, what: str, *, reason: str) -> None:
    """Open that part of the page, say why, and put it before a second person."""
    part = desk.locator("details", has_text=what)
    part.locator("summary").click()
    part.get_by_label("Reason").fill(reason)
    part.get_by_role("button", name="Propose").click()
    expect(desk.get_by_text("Proposed. A second person decides.")).to_be_visible()
