"""Cards in the portal: drawn with their last four digits; the number for half a minute, and only there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.frontend.siblings import CURRENT, PAYMENTS, Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

CARD = "card_01jd000000000000000000visa"
NUMBER = "2223990000000009"
RULES: dict[str, Any] = {"online": True, "limits": [{"window": "day", "amount": 500_000, "count": None}]}
SHOWN: dict[str, Any] = {
    "id": CARD,
    "account": CURRENT,
    "currency": "NGN",
    "type": "virtual",
    "variant": "standard",
    "bin": "222399",
    "last4": "0009",
    "expiry": "11/29",
    "name": "Ada Okafor",
    "status": "open",
    "reason": "",
    "pin_status": "ok",
    "controls": RULES,
    "bank_controls": {},
    "spent": [{"window": "day", "amount": 120_000, "count": 1}],
}


@pytest.fixture(autouse=True)
def cards(portal: Portal) -> None:
    """Ada has a card, and paid with it."""
    answers = portal.siblings.answers
    answers["GET", "/v1/cards"] = Answer(body={"items": [SHOWN], "next": None})
    answers["GET", f"/v1/cards/{CARD}"] = Answer(body=SHOWN)
    for verb in ("freeze", "unfreeze", "block", "controls"):
        answers["POST", f"/v1/cards/{CARD}/{verb}"] = Answer(body=SHOWN)
    answers["POST", "/v1/cards"] = Answer(201, SHOWN)
    answers["POST", "/v1/challenges"] = Answer(201, {"id": "chl_1", "methods": ["otp"]})
    answers["POST", "/v1/challenges/chl_1/answer"] = Answer(body={"proof": "signed", "expires_in": 300})
    answers["POST", f"/v1/cards/{CARD}/reveal"] = Answer(
        body={"id": CARD, "name": "Ada Okafor", "number": NUMBER, "expiry": "11/29", "cvv": "417"}
    )


def test_a_card_is_shown_by_its_last_digits_with_its_payments_and_a_dispute(portal: Portal) -> None:
    browser = portal.signed_in()
    assert "•••• •••• •••• 0009" in browser.get("/cards").text
    page = browser.get(f"/cards/{CARD}")
    assert page.status == 200
    assert NUMBER not in page.response.text
    assert f"/help/new?subject=transaction&amp;about={PAYMENTS[0]['id']}" in page.response.text
    (asked,) = [a for a in portal.siblings.requests("GET", "/v1/payments") if a.query.get("card") == CARD]
    assert asked.query["limit"] == "10"


def test_the_number_is_shown_for_thirty_seconds_to_who_confirms(portal: Portal) -> None:
    browser = portal.signed_in()
    asking = browser.get(f"/cards/{CARD}/reveal")
    shown = browser.submit(asking, having="code", code="123456")
    assert "2223 9900 0000 0009" in shown.text
    assert "417" in shown.text
    assert shown.response.headers["Refresh"] == f"30; url=/cards/{CARD}"
    assert shown.response.headers["Cache-Control"] == "no-store"
    (begun,) = portal.siblings.requests("POST", "/v1/challenges")
    assert (begun.body["action"], begun.body["reference"]) == ("reveal_card", CARD)
    (revealed,) = portal.siblings.requests("POST", f"/v1/cards/{CARD}/reveal")
    assert revealed.body == {"proof": "signed"}


def test_a_wrong_code_shows_nothing(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/challenges/chl_1/answer"] = problem(401, "otp_invalid")
    browser = portal.signed_in()
    page = browser.submit(browser.get(f"/cards/{CARD}/reveal"), having="code", code="123456")
    assert page.status == 422
    assert portal.siblings.requests("POST", f"/v1/cards/{CARD}/reveal") == []


def test_a_card_is_requested_frozen_blocked_and_told_what_it_may_do(portal: Portal) -> None:
    browser = portal.signed_in()
    made = browser.submit(
        browser.get("/cards/new"),
        having="pin",
        account=CURRENT,
        type="virtual",
        variant="standard",
        pin="0427",
    )
    assert made.path == f"/cards/{CARD}"
    (asked,) = portal.siblings.requests("POST", "/v1/cards")
    assert asked.body == {"account": CURRENT, "type": "virtual", "variant": "standard", "pin": "0427"}
    card = browser.get(f"/cards/{CARD}")
    browser.submit(card, action=f"/cards/{CARD}/freeze")
    assert len(portal.siblings.requests("POST", f"/v1/cards/{CARD}/freeze")) == 1
    browser.submit(card, action=f"/cards/{CARD}/block", reason="stolen")
    (blocked,) = portal.siblings.requests("POST", f"/v1/cards/{CARD}/block")
    assert blocked.body == {"reason": "stolen"}
    browser.submit(card, action=f"/cards/{CARD}/rules", use="1,000.00", day="", month="")
    (ruled,) = portal.siblings.requests("POST", f"/v1/cards/{CARD}/controls")
    assert ruled.body["limits"] == [{"window": "use", "amount": 100_000}]


def test_staff_see_everything_but_the_number(portal: Portal) -> None:
    browser = portal.signed_in(role="support")
    assert "•••• 0009" in browser.get("/staff/cards?last4=0009").text
    page = browser.get(f"/staff/cards/{CARD}")
    assert page.status == 200
    assert "/reveal" not in page.response.text
    browser.submit(page, having="reason", reason="looks like a thief", verb="freeze")
    (frozen,) = portal.siblings.requests("POST", f"/v1/cards/{CARD}/freeze")
    assert frozen.body == {"reason": "looks like a thief"}
