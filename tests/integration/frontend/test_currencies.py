"""Yen, dollars and dinars in the portal: typed, confirmed, shown, each with its own minor digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.frontend.siblings import CURRENT, Answer, account, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

DETAILS = {"payer_account": CURRENT, "payee_number": "1234567890", "narration": "Rent"}


def keep_account_in(portal: Portal, currency: str, *, available: int) -> None:
    """Ada's only account."""
    shown = account(CURRENT) | {"currency": currency, "balance": available, "available": available}
    portal.siblings.answers["GET", "/v1/accounts"] = Answer(body={"items": [shown], "next": None})
    portal.siblings.answers["GET", f"/v1/accounts/{CURRENT}"] = Answer(body=shown)


@pytest.mark.parametrize(
    ("currency", "typed", "amount", "shown", "words"),
    [
        ("JPY", "1,000", 1_000, "¥1,000", "One thousand yen"),
        ("USD", "1,000.5", 100_050, "$1,000.50", "One thousand US dollars and fifty cents"),
        ("KWD", "1.005", 1_005, "KWD 1.005", "One Kuwaiti dinar and five fils"),
    ],
)
def test_what_is_typed_is_confirmed_and_sent_in_the_accounts_minor_unit(
    portal: Portal, currency: str, typed: str, amount: int, shown: str, words: str
) -> None:
    keep_account_in(portal, currency, available=500_000)
    browser = portal.signed_in()
    page = browser.submit(browser.get("/send"), having="payee_number", **DETAILS, amount=typed)
    assert shown in page.text.replace("\u00a0", " ")
    assert words in page.text
    browser.submit(page, having="pin", pin="0123")
    (order,) = portal.siblings.requests("POST", "/v1/transfers")
    assert (order.body["amount"], order.body["currency"]) == (amount, currency)


@pytest.mark.parametrize(
    ("currency", "typed", "example"),
    [("JPY", "1000.00", "1,250"), ("USD", "10.005", "1,250.50"), ("KWD", "10.0005", "1,250.500")],
)
def test_more_digits_than_the_currency_has_are_refused_with_an_example(
    portal: Portal, currency: str, typed: str, example: str
) -> None:
    keep_account_in(portal, currency, available=500_000)
    browser = portal.signed_in()
    page = browser.submit(browser.get("/send"), having="payee_number", **DETAILS, amount=typed)
    assert page.status == 422
    assert f"This is not an amount of {currency}. Write it like {example}." in page.text


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "¥12,345"), ("USD", "$123.45"), ("KWD", "KWD 12.345")]
)
def test_balances_have_the_digits_of_their_currency(portal: Portal, currency: str, shown: str) -> None:
    keep_account_in(portal, currency, available=12_345)
    browser = portal.signed_in()
    for path in ("/dashboard", "/accounts", f"/accounts/{CURRENT}"):
        assert shown in browser.get(path).text.replace("\u00a0", " "), path


def test_accounts_are_offered_in_one_currency_at_a_time(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.get("/accounts/open")
    assert page.tree.xpath("//nav[@aria-label='Currency']/a/text()") == ["NGN", "USD"]
    assert page.tree.xpath("//input[@name='product']/@value") == ["current", "savings"]
    page = browser.get("/accounts/open?currency=USD")
    assert page.tree.xpath("//input[@name='product']/@value") == ["savings_usd"]
    assert page.tree.xpath("//nav/a[@aria-current='true']/text()") == ["USD"]
    browser.submit(page, having="pin_again", product="savings_usd", pin="0427", pin_again="0427")
    (opened,) = portal.siblings.requests("POST", "/v1/accounts")
    assert opened.body["product"] == "savings_usd"


def test_what_a_transfer_costs_is_read_before_it_is_confirmed(portal: Portal) -> None:
    fees = [
        {"name": "Transfer fee", "amount": 1_075, "goes_to": "bank"},
        {"name": "Stamp duty", "amount": 5_000, "goes_to": "tax"},
    ]
    quoted = {"amount": 1_000_000, "currency": "NGN", "fee": 6_075, "total": 1_006_075, "fees": fees}
    portal.siblings.answers["POST", "/v1/transfer-quotes"] = Answer(body=quoted)
    browser = portal.signed_in()
    page = browser.submit(browser.get("/send"), having="payee_number", **DETAILS, amount="10,000")
    facts = [" ".join(row.text_content().split()) for row in page.tree.xpath("//dl[@class='facts']/div")]
    assert facts[2:5] == ["Transfer fee₦10.75", "Stamp duty₦50.00", "Total₦10,060.75"]
    (asked,) = portal.siblings.requests("POST", "/v1/transfer-quotes")
    assert asked.body == {
        "payer_account": CURRENT,
        "payee_number": "1234567890",
        "amount": 1_000_000,
        "currency": "NGN",
    }


def test_a_fee_that_cannot_be_said_is_not_called_none(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/transfer-quotes"] = problem(503, "service_unavailable")
    browser = portal.signed_in()
    page = browser.submit(browser.get("/send"), having="payee_number", **DETAILS, amount="10,000")
    assert "Cannot be said just now" in page.text
