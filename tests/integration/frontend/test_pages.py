"""Every page: what browsers must enforce, whom it is for, and that it reads well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.unit.frontend.siblings import CURRENT, SAVINGS, Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

PUBLIC = (
    "/",
    "/components",
    "/forgotten",
    "/reset-password",
    "/verify-email",
    "/accept-invitation",
    "/register",
    "/sign-in",
    "/staff/sign-in",
)
CUSTOMER = (
    "/dashboard",
    "/accounts",
    "/accounts/open",
    f"/accounts/{CURRENT}",
    f"/accounts/{SAVINGS}",
    "/send",
    "/transactions",
    "/insights",
    "/insights?months=12",
    "/activity",
    "/notifications",
    "/standing-orders",
    f"/accounts/{CURRENT}/statements",
    "/standing-orders/new",
    "/standing-orders/sto_1",
    "/notifications/preferences",
    "/beneficiaries",
    "/help",
    "/help/new",
    "/accounts/open/deposit",
    "/accounts/open/pot",
    "/search?query=chidi",
    "/loans",
    "/loans/calculator",
    "/loans/apply",
    "/profile/identity",
    "/transactions/pay_1/receipt",
    f"/accounts/{CURRENT}/limits",
    f"/accounts/{CURRENT}/freeze",
    f"/accounts/{CURRENT}/close",
    "/transactions/pay_1",
    "/transactions/pay_3",
    "/profile",
    "/profile/password",
)
TELLER = ("/staff", "/staff/deposits/new", "/profile")


def check(page: httpx.Response) -> None:
    """What holds for every page."""
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<[^>]+\sstyle=", page.text), "an inline style"
    assert not re.search(r"<script(?![^>]*\ssrc=)", page.text), "an inline script"
    assert not re.search(r"<[^>]+\son[a-z]+=", page.text), "an inline handler"
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page.text), "something from elsewhere"
    assert "{{" not in page.text
    assert "{%" not in page.text


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(portal: Portal, path: str) -> None:
    response = httpx.get(f"{portal.url}{path}")
    assert response.status_code == 200
    check(response)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_of_customers(portal: Portal, language: str) -> None:
    browser = portal.signed_in()
    browser.http.cookies.set("language", language)
    for path in CUSTOMER:
        page = browser.get(path)
        assert (page.status, page.path) == (200, path.split("?")[0])
        assert page.tree.get("lang") == language
        check(page.response)


def test_pages_of_a_teller(portal: Portal) -> None:
    browser = portal.signed_in(role="teller")
    for path in TELLER:
        page = browser.get(path)
        assert (page.status, page.path) == (200, path.split("?")[0])
        check(page.response)


@pytest.mark.parametrize("path", [*CUSTOMER, *TELLER])
def test_nobody_is_let_in_without_signing_in(portal: Portal, path: str) -> None:
    response = httpx.get(f"{portal.url}{path}")
    assert response.status_code == 302
    assert response.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/staff", "/staff/deposits/new"])
def test_customers_do_not_get_into_the_staffs_pages(portal: Portal, path: str) -> None:
    page = portal.signed_in().get(path)
    assert page.status == 403
    assert "staff_only" in page.text


def test_staff_do_not_get_into_customers_pages(portal: Portal) -> None:
    page = portal.signed_in(role="auditor").get("/dashboard")
    assert page.status == 403
    assert "customers_only" in page.text


def test_the_counter_is_for_tellers(portal: Portal) -> None:
    browser = portal.signed_in(role="auditor")
    assert browser.get("/staff/deposits/new").status == 403
    assert "/staff/deposits/new" not in browser.get("/staff").response.text


@pytest.mark.parametrize(
    "path", ["/nothing", "/accounts/acc_x", "/transactions/pay_x", "/send/drf_x", "/%00"]
)
def test_what_is_not_there_is_said_kindly(portal: Portal, path: str) -> None:
    page = portal.signed_in().get(path)
    assert page.status in {400, 404}
    assert 'class="code"' in page.response.text
    check(page.response)


def test_static_files_are_kept_for_ever_and_compressed(portal: Portal) -> None:
    home = httpx.get(portal.url).text
    (sheet,) = re.findall(r'href="(/static/[^"]+/vendor/tabler.css)"', home)
    response = httpx.get(f"{portal.url}{sheet}", headers={"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"


def test_registering_signs_in_and_leads_to_the_first_account(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.submit(
        browser.get("/register"),
        having="first_name",
        first_name="Ada",
        last_name="Okafor",
        email="ada@example.com",
        phone="0803 000 0000",
        username="ada",
        password="a long and winding road",
    )
    assert page.path == "/accounts/open"
    assert "Welcome to Arhan" in page.text
    (registered,) = portal.siblings.requests("POST", "/v1/registrations")
    assert registered.body["phone"] == "0803 000 0000"
    assert registered.headers["idempotency-key"]


def test_a_taken_username_is_said_at_the_username(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/registrations"] = problem(409, "username_taken")
    browser = portal.browser()
    page = browser.submit(
        browser.get("/register"),
        having="first_name",
        first_name="Ada",
        last_name="Okafor",
        email="ada@example.com",
        phone="0803",
        username="ada",
        password="a long and winding road",
    )
    assert page.status == 422
    assert "That username is taken." in page.tree.xpath("string(//p[@id='id_username_error'])")
    assert page.form(having="first_name").fields["email"] == "ada@example.com"
    assert page.form(having="first_name").fields["password"] in {None, ""}


def test_what_the_service_finds_wrong_is_shown_at_its_field(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/registrations"] = problem(
        400, "malformed_request", errors=[{"pointer": "/phone", "message": "not a phone number"}]
    )
    browser = portal.browser()
    page = browser.submit(
        browser.get("/register"),
        having="first_name",
        first_name="Ada",
        last_name="Okafor",
        email="ada@example.com",
        phone="12",
        username="ada",
        password="a long and winding road",
    )
    assert "Not a phone number" in page.tree.xpath("string(//p[@id='id_phone_error'])")


def test_opening_an_account_keeps_the_zeros_of_the_pin(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(
        browser.get("/accounts/open"), having="pin_again", product="savings", pin="0007", pin_again="0007"
    )
    assert page.path == f"/accounts/{SAVINGS}"
    assert "Your account is open." in page.text
    (opened,) = portal.siblings.requests("POST", "/v1/accounts")
    assert opened.body == {"product": "savings", "pin": "0007"}


def test_two_different_pins_open_nothing(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(
        browser.get("/accounts/open"), having="pin_again", product="savings", pin="0007", pin_again="0008"
    )
    assert "The two PINs differ." in page.text
    assert portal.siblings.requests("POST", "/v1/accounts") == []


def test_a_new_customer_is_shown_the_next_step(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/accounts"] = Answer(body={"items": [], "next": None})
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": [], "next": None})
    browser = portal.signed_in()
    assert "Open your first account" in browser.get("/dashboard").text
    assert "You need an account first" in browser.get("/send").text


def test_the_list_of_transactions_keeps_its_filters_and_its_place(portal: Portal) -> None:
    browser = portal.signed_in()
    usual = portal.siblings.answers["GET", "/v1/payments"]
    assert isinstance(usual, Answer)
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body=usual.body | {"next": "pay_1"})
    page = browser.get(f"/transactions?status=completed&account={CURRENT}")
    (link,) = page.tree.xpath("//div[@id='more']/a/@href")
    browser.get(link)
    asked = portal.siblings.requests("GET", "/v1/payments")[-1]
    assert asked.query == {"limit": "40", "status": "completed", "account": CURRENT}


def test_times_are_the_visitors_own(portal: Portal) -> None:
    browser = portal.signed_in()
    assert "09:15:00 WAT" in browser.get("/transactions/pay_1").text
    browser.http.cookies.set("tz", "America/New_York")
    assert "03:15:00 EST" in browser.get("/transactions/pay_1").text


def test_french_writes_money_the_french_way(portal: Portal) -> None:
    browser = portal.signed_in()
    browser.http.cookies.set("language", "fr")
    text = browser.get("/dashboard").response.text
    assert "1\u202f732\u202f500" in text


def test_a_teller_takes_cash_in(portal: Portal) -> None:
    browser = portal.signed_in(role="teller")
    page = browser.submit(
        browser.get("/staff/deposits/new"), having="account_number", account_number="0987654321", amount="500"
    )
    assert "Chidi E***" in page.text
    assert "Five hundred naira" in page.text
    receipt = browser.submit(page)
    assert "Deposit booked" in receipt.text
    (order,) = portal.siblings.requests("POST", "/v1/deposits")
    assert order.body == {
        "account_number": "0987654321",
        "amount": 50_000,
        "currency": "NGN",
        "narration": "",
    }
    assert order.headers["idempotency-key"] == page.path.split("/")[3]


def test_staff_without_an_authenticator_are_led_to_set_one_up(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/payments"] = problem(403, "second_factor_required")
    portal.siblings.answers["GET", "/v1/me/factors"] = Answer(body={"authenticator": False})
    browser = portal.signed_in(role="teller")
    assert browser.get("/staff").path == "/profile/second-factor"


def test_the_first_page_asks_each_service_once(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.siblings.asked.clear()
    page = browser.get("/dashboard")
    assert page.status == 200
    assert sorted(asked.path for asked in portal.siblings.asked) == ["/v1/accounts", "/v1/monthly-figures"]
    fetched_later = [each for each in page.tree.xpath("//@hx-trigger") if "load" in each]
    assert fetched_later == []


def test_a_search_finds_payments_by_any_of_their_words(portal: Portal) -> None:
    browser = portal.signed_in()
    assert "Chidi" in browser.get("/search?query=CHIDI").text
    assert "Nothing like that" in browser.get("/search?query=nobody+of+this+name").text
    assert "0987 654 321" in browser.get("/search?query=0987654").text


def test_the_search_finds_payees_one_keeps(portal: Portal) -> None:
    page = portal.signed_in().get("/search?query=landlord")
    assert "Chidi E***" in page.text
    assert page.tree.xpath("//a[@href='/send?payee_number=1234567890']")
