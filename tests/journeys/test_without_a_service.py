"""Kill any one service: every page still renders and says what is unavailable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys import people
from tests.journeys.conftest import Street

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.bank import Bank

CUSTOMER = (
    "/dashboard",
    "/accounts",
    "/transactions",
    "/insights",
    "/activity",
    "/beneficiaries",
    "/loans",
    "/help",
    "/profile",
    "/profile/identity",
    "/profile/logins",
)
STAFF = (
    "/staff",
    "/staff/people",
    "/staff/payments",
    "/staff/cases",
    "/staff/rules",
    "/staff/books/trial-balance",
    "/staff/books/journal",
    "/staff/loans",
    "/staff/tickets",
    "/staff/products",
    "/staff/closing",
    "/staff/letters",
    "/staff/approvals",
    "/staff/audit",
    "/staff/services",
    "/profile",
)


@pytest.mark.slow
def test_every_page_renders_whatever_is_dead(own_bank: Bank, chromium: Browser) -> None:
    street = Street(own_bank, chromium)
    customer = people.newcomer("Uche", "Eze")
    auditor = people.appoint(own_bank, "auditor")
    with street.visitor() as page, street.visitor() as desk:
        people.register(page, customer)
        people.open_account(page, customer)
        people.sign_in_clerk(desk, auditor)
        for service in ("identity", "account", "ledger", "payment", "fraud"):
            own_bank.kill(f"{service}.office")
            unavailable = 0
            for path in CUSTOMER:
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == 200, (service, path)
                unavailable += page.get_by_text("not available just now").count()
            for path in STAFF:
                answer = desk.goto(path)
                assert answer is not None
                assert answer.status == 200, (service, path)
                unavailable += desk.get_by_text("not available just now").count()
            assert unavailable > 0, service
            desk.goto("/staff/services")
            expect(desk.get_by_text("Does not answer")).to_be_visible()
            own_bank.start(f"{service}.office")
