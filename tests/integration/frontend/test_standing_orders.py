"""Standing orders: given after the payee's checked name and the PIN, confirmed, rested, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.frontend.siblings import CURRENT, Answer, problem, standing_order

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Browser, Page, Portal
    from tests.unit.frontend.siblings import Asked

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


CHANGE = "/standing-orders/sto_1/change"


def changes(browser: Browser, **changed: str) -> Page:
    return browser.submit(browser.get(CHANGE), having="amount", **changed)


def patched(portal: Portal) -> list[object]:
    return [asked.body for asked in portal.siblings.requests("PATCH", "/v1/standing-orders/sto_1")]


def test_what_is_otherwise_is_read_once_more_and_proved_with_the_pin(portal: Portal) -> None:
    browser = portal.signed_in()
    assert browser.get(CHANGE).tree.xpath("string(//input[@name='amount']/@value)") == "150000.00"
    confirm = changes(browser, amount="120,000", narration="Rent, smaller", times="12")
    for words in ("Chidi E***", "₦120,000.00", "₦150,000.00", "Rent, smaller", "12 times"):
        assert words in confirm.text, words
    assert patched(portal) == []
    page = browser.submit(confirm, having="pin", pin="0427")
    assert page.path == "/standing-orders/sto_1"
    assert "The standing order is changed." in page.text
    assert patched(portal) == [
        {"amount": 12_000_000, "narration": "Rent, smaller", "times": 12, "pin": "0427"}
    ]


def test_a_higher_amount_takes_a_second_factor_of_that_amount(portal: Portal) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(body=standing_order()) if asked.body.get("proof") else problem(422, "proof_required")

    portal.siblings.answers["PATCH", "/v1/standing-orders/sto_1"] = answer
    browser = portal.signed_in()
    code = browser.submit(changes(browser, amount="200,000"), having="pin", pin="0427")
    assert "₦200,000.00 goes to Chidi E***" in code.text
    (asked,) = portal.siblings.requests("POST", "/v1/standing-orders/sto_1/challenge")
    assert asked.body == {"amount": 20_000_000}
    page = browser.submit(code, having="code", code="123456")
    assert page.path == "/standing-orders/sto_1"
    wish = {"amount": 20_000_000, "pin": "0427"}
    assert patched(portal) == [wish, wish | {"proof": "proof-1"}]


def test_a_passkey_confirms_it_too(portal: Portal) -> None:
    answers = portal.siblings.answers
    answers["PATCH", "/v1/standing-orders/sto_1"] = lambda asked: (
        Answer(body=standing_order()) if asked.body.get("proof") else problem(422, "proof_required")
    )
    answers["POST", "/v1/standing-orders/sto_1/challenge"] = Answer(
        201, {"id": "chl_1", "methods": ["passkey"]}
    )
    answers["POST", "/v1/challenges/chl_1/passkey-options"] = Answer(body={"options": {"challenge": "abc"}})
    browser = portal.signed_in()
    step_up = browser.submit(changes(browser, amount="200,000"), having="pin", pin="0427")
    page = browser.submit(step_up, having="credential", credential='{"id": "abc"}')
    assert page.path == "/standing-orders/sto_1"
    (answered,) = portal.siblings.requests("POST", "/v1/challenges/chl_1/answer")
    assert answered.body == {"credential": {"id": "abc"}}
    assert patched(portal)[-1] == {"amount": 20_000_000, "pin": "0427", "proof": "proof-1"}


def test_a_wrong_pin_changes_nothing_and_says_what_is_left(portal: Portal) -> None:
    portal.siblings.answers["PATCH", "/v1/standing-orders/sto_1"] = problem(422, "wrong_pin", tries_left=1)
    browser = portal.signed_in()
    page = browser.submit(changes(browser, amount="120,000"), having="pin", pin="9999")
    assert page.status == 422
    assert "1 try left" in page.text


def test_an_end_can_be_taken_away_and_nothing_changed_asks_nothing(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/standing-orders/sto_1"] = Answer(body=standing_order(times=12))
    browser = portal.signed_in()
    assert "Nothing is changed." in changes(browser).text
    browser.submit(changes(browser, times=""), having="pin", pin="0427")
    assert patched(portal) == [{"endless": True, "pin": "0427"}]


def test_one_that_is_over_cannot_be_changed(portal: Portal) -> None:
    over = standing_order(status="cancelled", next_date=None)
    portal.siblings.answers["GET", "/v1/standing-orders/sto_1"] = Answer(body=over)
    browser = portal.signed_in()
    assert browser.get(CHANGE).path == "/standing-orders/sto_1"
    assert CHANGE not in browser.get("/standing-orders/sto_1").response.text
