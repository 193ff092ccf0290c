"""Freezing an account by side, and closing one: what is left moves where it is told, after a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.frontend.siblings import ADA, CURRENT, SAVINGS, Answer, account, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

FREEZE, CLOSE = f"/accounts/{CURRENT}/freeze", f"/accounts/{CURRENT}/close"


def test_an_owner_says_which_way_and_why(portal: Portal) -> None:
    portal.siblings.answers["POST", f"/v1{FREEZE}"] = Answer(body=account(CURRENT, status="frozen"))
    browser = portal.signed_in()
    page = browser.submit(browser.get(FREEZE), having="side", side="both", reason="I lost my phone")
    assert page.path == f"/accounts/{CURRENT}"
    assert "The account is frozen." in page.text
    (asked,) = portal.siblings.requests("POST", f"/v1{FREEZE}")
    assert asked.body == {"side": "both", "reason": "I lost my phone"}


def test_a_frozen_account_says_which_way_who_and_why(portal: Portal) -> None:
    frozen = account(
        CURRENT,
        status="frozen",
        frozen_side="credit",
        frozen_by="holder",
        frozen_by_name="Ada Okafor",
        may_unfreeze=True,
        status_changed_by=ADA,
        status_reason="A quarrel",
    )
    portal.siblings.answers["GET", f"/v1/accounts/{CURRENT}"] = Answer(body=frozen)
    browser = portal.signed_in()
    page = browser.get(f"/accounts/{CURRENT}")
    assert "You froze this account. Nothing comes in; money can still leave." in page.text
    assert "A quarrel" in page.text
    assert "Unfreeze" in page.text
    assert "Send money" in page.text


def test_what_another_holder_froze_names_them_and_can_be_let_go_where_the_bank_lets(portal: Portal) -> None:
    frozen = account(
        CURRENT,
        status="frozen",
        frozen_side="debit",
        frozen_by="holder",
        frozen_by_name="Bola Ade",
        may_unfreeze=True,
        status_changed_by="usr_bola",
    )
    answers, browser = portal.siblings.answers, portal.signed_in()
    answers["GET", f"/v1/accounts/{CURRENT}"] = Answer(body=frozen)
    page = browser.get(f"/accounts/{CURRENT}")
    assert "Bola Ade froze this account." in page.text
    assert "Unfreeze" in page.text
    answers["GET", f"/v1/accounts/{CURRENT}"] = Answer(body=frozen | {"may_unfreeze": False})
    assert "Unfreeze" not in browser.get(f"/accounts/{CURRENT}").text, "who may only look"


def test_what_the_bank_froze_only_the_bank_lifts(portal: Portal) -> None:
    frozen = account(
        CURRENT, status="frozen", frozen_side="both", frozen_by="bank", status_changed_by="usr_clerk"
    )
    portal.siblings.answers["GET", f"/v1/accounts/{CURRENT}"] = Answer(body=frozen)
    page = portal.signed_in().get(f"/accounts/{CURRENT}")
    assert "The bank froze this account." in page.text
    assert "Unfreeze" not in page.text
    assert "Close this account" not in page.text


def test_nothing_is_closed_before_the_second_yes(portal: Portal) -> None:
    portal.siblings.answers["POST", f"/v1{CLOSE}"] = Answer(body=account(CURRENT, status="closed"))
    browser = portal.signed_in()
    confirm = browser.submit(browser.get(CLOSE), having="remainder_to", remainder_to=SAVINGS)
    assert "Close it for good?" in confirm.text
    assert "0123 456 789" in confirm.text
    assert portal.siblings.requests("POST", f"/v1{CLOSE}") == []
    page = browser.submit(confirm, having="confirmed")
    assert "The account is closed." in page.text
    (asked,) = portal.siblings.requests("POST", f"/v1{CLOSE}")
    assert asked.body == {"remainder_to": SAVINGS}


def test_what_goes_to_somebody_else_shows_the_checked_name_and_takes_the_pin(portal: Portal) -> None:
    portal.siblings.answers["POST", f"/v1{CLOSE}"] = Answer(body=account(CURRENT, status="closed"))
    browser = portal.signed_in()
    confirm = browser.submit(
        browser.get(CLOSE), having="remainder_to", remainder_to="other", number="1234567890"
    )
    assert "Chidi E***" in confirm.text
    browser.submit(confirm, having="confirmed", pin="0427")
    (asked,) = portal.siblings.requests("POST", f"/v1{CLOSE}")
    assert asked.body == {"remainder_to": "1234567890", "pin": "0427"}


def test_what_is_left_must_go_somewhere(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(browser.get(CLOSE), having="remainder_to", remainder_to="other", number="")
    assert page.status == 422
    assert portal.siblings.requests("POST", f"/v1{CLOSE}") == []


def test_why_an_account_cannot_be_closed_is_said(portal: Portal) -> None:
    portal.siblings.answers["POST", f"/v1{CLOSE}"] = problem(409, "standing_orders_open")
    browser = portal.signed_in()
    confirm = browser.submit(browser.get(CLOSE), having="remainder_to", remainder_to=SAVINGS)
    page = browser.submit(confirm, having="confirmed")
    assert page.status == 422
    assert "Standing orders pay from this account." in page.text
