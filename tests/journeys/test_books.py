"""An auditor follows the money: trial balance, journal, one entry, and takes the table along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from tests.journeys.conftest import Street


def test_from_the_trial_balance_to_one_entry_and_a_file(street: Street) -> None:
    customer = people.newcomer("Femi", "Alao")
    auditor = people.appoint(street.bank, "auditor")
    with street.visitor() as page:
        people.register(page, customer)
        people.open_account(page, customer)
    with street.visitor() as desk:
        people.sign_in_clerk(desk, auditor)
        people.go_to(desk, "Trial balance")
        people.eventually_seen(desk, desk.get_by_role("link", name="Marketing expense"))
        expect(desk.get_by_text("Balanced", exact=True)).to_be_visible()
        debit, credit = desk.locator("tfoot td.r").all_text_contents()
        assert debit == credit
        desk.get_by_role("link", name="Marketing expense").click()
        expect(desk.get_by_role("heading", name="Journal")).to_be_visible()
        desk.locator("tbody tr").first.get_by_role("link").first.click()
        expect(desk.get_by_role("heading", name="Debit")).to_be_visible()
        expect(desk.get_by_text("Marketing expense")).to_be_visible()
        expect(desk.get_by_text("Customers' current accounts")).to_be_visible()
        people.go_to(desk, "Journal")
        with desk.expect_download() as waiting:
            desk.get_by_role("link", name="CSV").click()
        lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert lines[0].startswith("number,booking_date")
        assert any(",1000.00,,NGN," in line for line in lines)


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
