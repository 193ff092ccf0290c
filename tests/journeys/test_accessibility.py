"""No page has a serious accessibility violation, in either look, on either size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys import people
from tests.journeys.accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PUBLIC = (
    "/",
    "/register",
    "/sign-in",
    "/staff/sign-in",
    "/forgotten",
    "/reset-password",
    "/components",
    "/nothing",
)
CUSTOMER = (
    "/dashboard",
    "/accounts",
    "/accounts/open",
    "/send",
    "/transactions",
    "/insights",
    "/profile",
    "/profile/logins",
    "/profile/password",
    "/profile/second-factor",
)
AUDITOR = (
    "/staff",
    "/staff/people",
    "/staff/payments",
    "/staff/cases?status=all",
    "/staff/rules",
    "/staff/books/trial-balance",
    "/staff/books/journal",
    "/staff/approvals",
    "/staff/audit",
    "/staff/services",
)


def look_over(page: Page, paths: tuple[str, ...]) -> list[str]:
    """Every violation on these pages, in both looks."""
    found = []
    for look in ("light", "dark"):
        page.emulate_media(color_scheme="light" if look == "light" else "dark")
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            found += violations(page)
    return found


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_without_a_sign_in(street: Street, size: str) -> None:
    with street.visitor(size=size, may_log_errors=True) as page:
        assert look_over(page, PUBLIC) == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_of_a_customer(street: Street, size: str) -> None:
    payee, payer = people.newcomer("Ife", "Ola"), people.newcomer("Kemi", "Oni")
    with street.visitor(size=size) as page:
        people.register(page, payee)
        people.open_account(page, payee)
        people.sign_out(page)
        people.register(page, payer)
        people.open_account(page, payer)
        account = page.url
        people.start_payment(page, payee=payee, amount="100", narration="Water")
        found = violations(page)
        people.confirm_payment(page)
        page.get_by_role("heading", name="Money sent").wait_for()
        found += violations(page)
        page.get_by_role("link", name="Details").click()
        page.get_by_text("You sent").wait_for()
        payment = page.url
        assert found + look_over(page, (*CUSTOMER, account, payment)) == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_of_an_auditor(street: Street, size: str) -> None:
    with street.visitor(size=size) as page:
        people.sign_in_clerk(page, people.appoint(street.bank, "auditor"))
        assert look_over(page, AUDITOR) == []


def test_the_counter(street: Street) -> None:
    with street.visitor() as page:
        people.sign_in_clerk(page, people.appoint(street.bank, "teller"))
        assert look_over(page, ("/staff/deposits/new", "/staff")) == []
