"""Sending money: the checked name, the PIN, one payment however often the button is pressed, honest states."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.unit.frontend.siblings import CURRENT, PAYMENTS, Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Browser, Page, Portal

DETAILS = {
    "payer_account": CURRENT,
    "payee_number": "1234 567 890",
    "amount": "15,000.50",
    "narration": "Rent",
}


def confirmation(browser: Browser, **changed: str) -> Page:
    """The confirmation page of a payment."""
    return browser.submit(browser.get("/send"), having="payee_number", **(DETAILS | changed))


def test_the_payees_checked_name_and_the_amount_in_words_come_before_the_money_goes(portal: Portal) -> None:
    page = confirmation(portal.signed_in())
    assert "Chidi E***" in page.text
    assert "Fifteen thousand naira and fifty kobo" in page.text
    assert "1234 567 890" in page.text
    assert portal.siblings.requests("POST", "/v1/transfers") == []


def test_paying_sends_minor_units_and_the_drafts_key(portal: Portal) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    result = browser.submit(page, having="pin", pin="0123")
    assert "Money sent" in result.text
    (order,) = portal.siblings.requests("POST", "/v1/transfers")
    assert order.body == {
        "payer_account": CURRENT,
        "payee_number": "1234567890",
        "amount": 1_500_050,
        "currency": "NGN",
        "pin": "0123",
        "narration": "Rent",
        "enquiry": "enq_1",
    }
    assert order.headers["idempotency-key"] == page.path.split("/")[2]


def test_two_presses_of_the_button_are_one_intention(portal: Portal) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: browser.submit(page, having="pin", pin="0123"), range(2)))
    assert {result.path for result in results} == {f"{page.path}/result"}
    keys = {order.headers["idempotency-key"] for order in portal.siblings.requests("POST", "/v1/transfers")}
    assert len(keys) == 1


def test_the_back_button_leads_to_the_result_not_to_a_second_payment(portal: Portal) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    browser.submit(page, having="pin", pin="0123")
    assert browser.get(page.path).path == f"{page.path}/result"
    assert len(portal.siblings.requests("POST", "/v1/transfers")) == 1


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_next_try_is_the_same_payment(
    portal: Portal,
) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    usual = portal.siblings.answers["POST", "/v1/transfers"]
    portal.siblings.answers["POST", "/v1/transfers"] = problem(422, "wrong_pin", tries_left=2)
    refused = browser.submit(page, having="pin", pin="9999")
    assert refused.status == 422
    assert "That is not the PIN of this account." in refused.text
    assert "2 tries left." in refused.text
    assert 'value="9999"' not in refused.response.text
    portal.siblings.answers["POST", "/v1/transfers"] = usual
    assert "Money sent" in browser.submit(refused, having="pin", pin="0123").text
    first, second = portal.siblings.requests("POST", "/v1/transfers")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_while_the_bank_has_not_answered_the_page_says_processing_and_finds_out(portal: Portal) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    portal.siblings.answers["POST", "/v1/transfers"] = problem(503, "payment_pending")
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": [], "next": None})
    waiting = browser.submit(page, having="pin", pin="0123")
    assert "Processing" in waiting.text
    assert "Money sent" not in waiting.text
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": [PAYMENTS[0]], "next": None})
    assert "Money sent" in browser.get(waiting.path).text
    asked = portal.siblings.requests("GET", "/v1/payments")[-1]
    assert asked.query["key"] == page.path.split("/")[2]


def test_an_order_that_never_arrived_can_be_sent_again_under_the_same_key(portal: Portal) -> None:
    browser = portal.signed_in()
    page = confirmation(browser)
    usual = portal.siblings.answers["POST", "/v1/transfers"]
    portal.siblings.answers["POST", "/v1/transfers"] = problem(503, "service_unavailable")
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": [], "next": None})
    browser.submit(page, having="pin", pin="0123")
    again = browser.get(page.path)
    assert "it can only be paid once" in again.text
    portal.siblings.answers["POST", "/v1/transfers"] = usual
    assert "Money sent" in browser.submit(again, having="pin", pin="0123").text
    keys = {order.headers["idempotency-key"] for order in portal.siblings.requests("POST", "/v1/transfers")}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "completed"}, "Money sent"),
        ({"status": "declined", "code": "insufficient_funds"}, "There is not enough money"),
        (
            {"status": "declined", "code": "declined_by_screening", "reasons": ["Too many at once."]},
            "Too many at once.",
        ),
        ({"status": "review", "code": "under_review"}, "In review"),
        ({"status": "requires_action", "code": "confirmation_required"}, "Confirm that it is me"),
        ({"status": "created"}, "Processing"),
        ({"status": "cancelled", "code": "not_confirmed"}, "not confirmed in time"),
    ],
    ids=lambda value: value["status"] if isinstance(value, dict) else "",
)
def test_the_result_says_what_became_of_it(portal: Portal, changed: dict[str, object], words: str) -> None:
    answer = PAYMENTS[0] | changed
    portal.siblings.answers["POST", "/v1/transfers"] = Answer(201, answer)
    portal.siblings.answers["GET", "/v1/payments/pay_1"] = Answer(body=answer)
    browser = portal.signed_in()
    result = browser.submit(confirmation(browser), having="pin", pin="0123")
    assert words in result.text
    assert ("Money sent" in result.text) == (changed["status"] == "completed")


def test_a_payment_that_wants_confirmation_goes_on_after_signing_in_anew(portal: Portal) -> None:
    siblings = portal.siblings
    stopped = PAYMENTS[0] | {"status": "requires_action", "code": "confirmation_required"}
    siblings.answers["GET", "/v1/payments/pay_1"] = Answer(body=stopped)
    siblings.answers["POST", "/v1/payments/pay_1/challenge"] = Answer(201, {"id": "chl_1", "methods": []})
    siblings.answers["POST", "/v1/payments/pay_1/confirm"] = Answer(body=PAYMENTS[0])
    browser = portal.signed_in()
    secret = browser.session
    page = browser.get("/transactions/pay_1/confirm")
    browser.submit(page, having="password", password="a long and winding road")
    (confirmed,) = siblings.requests("POST", "/v1/payments/pay_1/confirm")
    assert confirmed.headers["authorization"] == "Bearer access-2"
    assert siblings.requests("POST", "/v1/tokens")[-1].body["username"] == "ada"
    assert siblings.requests("POST", "/v1/logout")[0].headers["authorization"] == "Bearer access-1"
    assert browser.session == secret
    assert browser.get("/accounts").status == 200


def test_a_payment_on_its_way_keeps_asking_and_no_longer_wants_what_it_got(portal: Portal) -> None:
    asked_before = {"code": "confirmation_required", "reasons": ["Please confirm it is you."]}
    portal.siblings.answers["GET", "/v1/payments/pay_1"] = Answer(
        body=PAYMENTS[0] | {"status": "screened"} | asked_before
    )
    browser = portal.signed_in()
    on_its_way = browser.get("/transactions/pay_1")
    assert on_its_way.tree.xpath("//section[@hx-trigger='every 2s']/@hx-get") == ["/transactions/pay_1"]
    assert "Please confirm it is you." not in on_its_way.text
    portal.siblings.answers["GET", "/v1/payments/pay_1"] = Answer(body=PAYMENTS[0])
    assert browser.get("/transactions/pay_1").tree.xpath("//section[@hx-trigger]") == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"payee_number": "12345"}, "An account number has ten digits."),
        ({"payee_number": "0987654321"}, "This is the account you pay from."),
        ({"amount": "a lot"}, "This is not an amount of NGN. Write it like 1,250.50."),
        ({"amount": "0"}, "Enter an amount above zero."),
        ({"amount": "10.001"}, "This is not an amount of NGN. Write it like 1,250.50."),
        ({"amount": "482,500.76"}, "That is more than is available"),
    ],
)
def test_a_mistake_is_shown_beside_the_field(portal: Portal, changed: dict[str, str], words: str) -> None:
    page = confirmation(portal.signed_in(), **changed)
    assert page.status == 422
    assert page.path == "/send"
    assert words in page.text
    assert page.form(having="narration").fields["narration"] == "Rent"
    assert portal.siblings.requests("POST", "/v1/name-enquiries") == []


def test_an_unknown_payee_stops_before_the_confirmation(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/name-enquiries"] = problem(404, "payee_not_found")
    page = confirmation(portal.signed_in())
    assert page.status == 422
    assert "There is no account with this number." in page.text


def test_a_draft_belongs_to_its_session(portal: Portal) -> None:
    page = confirmation(portal.signed_in())
    stranger = portal.signed_in()
    assert stranger.get(page.path).status == 404
    assert stranger.get(f"{page.path}/result").status == 404


def test_the_name_appears_while_the_number_is_typed(portal: Portal) -> None:
    browser = portal.signed_in()
    assert "Chidi E***" in browser.get("/send/payee?payee_number=1234567890").text
    assert browser.get("/send/payee?payee_number=123").text == ""
