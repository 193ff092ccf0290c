"""Somebody ends a session they left open elsewhere; two people decide what one may not decide alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from tests.journeys.conftest import Street

pytestmark = pytest.mark.timeout(600)


def test_a_session_left_open_elsewhere_is_ended_from_here(street: Street) -> None:
    person = people.newcomer("Chika", "Eze")
    with street.visitor() as library, street.visitor(size="phone") as phone:
        people.register(library, person)
        people.sign_in(phone, person.username)
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Chika")
        people.go_to(phone, "Profile")
        phone.get_by_role("link", name="Devices and logins").click()
        expect(phone.get_by_text("This one")).to_have_count(1)
        phone.locator("section", has_text="Where you are signed in").locator("li").get_by_role(
            "button", name="Sign out"
        ).click()
        expect(phone.get_by_text("Signed out there.")).to_be_visible()

        people.go_to(library, "Profile")
        people.eventually_seen(library, library.get_by_text("Your session has ended."))
        phone.reload()
        expect(phone.get_by_text("This one")).to_be_visible()


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_support_proposes_a_freeze_and_risk_approves_it(street: Street, size: str) -> None:
    customer = people.newcomer("Dele", "Afolabi")
    why = f"Reported stolen by {size}"
    with (
        street.visitor(size=size) as page,
        street.desk("support", size=size) as desk,
        street.desk("risk", size=size) as other_desk,
    ):
        people.register(page, customer)
        people.open_account(page, customer)

        desk.goto(f"/staff/people?query={customer.username}")
        desk.get_by_role("link", name=customer.name).first.click()
        desk.get_by_text("Act on this account").click()
        desk.locator("details").get_by_label("Reason").first.fill(why)
        desk.get_by_role("button", name="Freeze", exact=True).click()
        expect(desk.get_by_text("It is done when a second person approves.")).to_be_visible()
        desk.goto("/staff/approvals")
        desk.get_by_role("link").filter(has_text=why).click()
        expect(desk.get_by_role("button", name="Withdraw")).to_be_visible()
        expect(desk.get_by_role("button", name="Approve")).to_have_count(0)

        other_desk.goto("/staff/approvals")
        other_desk.get_by_role("link").filter(has_text=why).click()
        row = other_desk.locator("tbody tr", has_text="status")
        expect(row.locator("del")).to_have_text("active")
        expect(row.locator("ins")).to_have_text("frozen")
        other_desk.get_by_role("button", name="Approve").click()
        expect(other_desk.get_by_text("Done.")).to_be_visible()

        people.go_to(page, "Accounts")
        expect(page.get_by_text("Frozen").first).to_be_visible()
