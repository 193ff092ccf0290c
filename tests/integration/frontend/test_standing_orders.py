"""Standing orders: given after the payee's checked name and the PIN, confirmed, rested, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.frontend.siblings import CURRENT, Answer, problem, standing_order

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Browser, Page, Portal

WISHES = {
    "payer_account": CURRENT,
    "payee_number": "1234567890",
    "amount": "150,000",
    "narration": "Rent",
    "frequency": "monthly",
    "first_date": "2026-12-31",
    "business_days": "preceding",
}


def details(browser: Browser, **changed: str) -> Page:
    return browser.submit(browser.get("/standing-orders/new"), having="frequency", **WISHES | changed)


def test_nothing_is_given_before_the_name_was_seen_and_the_pin_typed(portal: Portal) -> None:
    browser = portal.signed_in()
    confirm = details(browser)
    for words in ("Chidi E***", "₦150,000.00", "Every month", "31 Dec 2026", "Pay on the working day before"):
        assert words in confirm.text
    assert portal.siblings.requests("POST", "/v1/standing-orders") == []
    page = browser.submit(confirm, having="pin", pin="0427")
    assert page.path == "/standing-orders/sto_1"
    (asked,) = portal.siblings.requests("POST", "/v1/standing-orders")
    assert asked.headers["idempotency-key"]
    assert asked.body == {
        "payer_account": CURRENT,
        "payee_number": "1234567890",
        "amount": 15_000_000,
        "currency": "NGN",
        "narration": "Rent",
        "frequency": "monthly",
        "first_date": "2026-12-31",
        "business_days": "preceding",
        "pin": "0427",
    }


def test_the_same_confirmation_sent_twice_has_the_same_key(portal: Portal) -> None:
    browser = portal.signed_in()
    confirm = details(browser)
    browser.submit(confirm, having="pin", pin="0427")
    browser.submit(confirm, having="pin", pin="0427")
    first, second = portal.siblings.requests("POST", "/v1/standing-orders")
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_a_wrong_pin_says_how_many_tries_are_left_and_keeps_what_was_typed(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/standing-orders"] = problem(422, "wrong_pin", tries_left=2)
    browser = portal.signed_in()
    page = browser.submit(details(browser, times="12"), having="pin", pin="9999")
    assert page.status == 422
    assert "2 tries left" in page.text
    assert "12 times" in page.text


def test_two_ends_are_one_too_many(portal: Portal) -> None:
    page = details(portal.signed_in(), last_date="2027-12-31", times="12")
    assert page.status == 422
    assert "Choose one of the two ends." in page.text


def test_a_payee_who_is_not_there_is_said_at_the_number(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/name-enquiries"] = problem(404, "payee_not_found")
    page = details(portal.signed_in())
    assert page.status == 422
    assert "no account with this number" in page.tree.xpath("string(//p[@id='id_payee_number_error'])")


def test_it_begins_with_the_second_factor(portal: Portal) -> None:
    waiting = standing_order(status="unconfirmed")
    portal.siblings.answers["GET", "/v1/standing-orders/sto_1"] = Answer(body=waiting)
    browser = portal.signed_in()
    page = browser.get("/standing-orders/sto_1")
    assert "It begins when you have confirmed it." in page.text
    form = browser.get("/standing-orders/sto_1/confirm")
    assert "₦150,000.00" in form.text
    browser.submit(form, having="code", code="123456")
    (confirmed,) = portal.siblings.requests("POST", "/v1/standing-orders/sto_1/confirm")
    assert confirmed.body == {"proof": "proof-1"}


def test_one_says_what_became_of_its_payments_and_can_rest_or_end(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.get("/standing-orders/sto_1")
    for words in ("Paid", "Not paid", "There is not enough money", "4 Jan 2027"):
        assert words in page.text, words
    for verb in ("pause", "cancel"):
        browser.submit(browser.get("/standing-orders/sto_1"), action=f"/standing-orders/sto_1/{verb}")
        assert len(portal.siblings.requests("POST", f"/v1/standing-orders/sto_1/{verb}")) == 1


def test_another_verb_is_not_there(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.get("/standing-orders/sto_1")
    form = page.form(action="/standing-orders/sto_1/pause")
    answer = browser.http.post(
        "/standing-orders/sto_1/explode", data=dict(form.form_values()), headers={"Origin": portal.url}
    )
    assert answer.status_code == 404
