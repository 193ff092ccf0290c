"""One slow, dead or strange service costs its part of a page, never the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bank import eventually
from tests.unit.frontend.siblings import CURRENT, Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

ANSWERS = {
    "says it is unavailable": problem(503, "service_unavailable"),
    "breaks": Answer(500, "oops"),
    "answers strangely": Answer(200, {"surprise": True}),
    "is slow": Answer(200, {"items": []}, after_s=30),
}


@pytest.mark.parametrize("how", ANSWERS)
def test_the_dashboard_shows_accounts_while_payment(portal: Portal, how: str) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", "/v1/monthly-figures"] = ANSWERS[how]
    page = browser.get("/dashboard")
    assert page.status == 200
    assert "₦1,732,500.75" in page.text
    assert "Payments: not available just now" in page.text
    _wait_until_asked_again(portal)


@pytest.mark.parametrize("how", ["says it is unavailable", "breaks", "answers strangely"])
def test_the_dashboard_shows_payments_while_account(portal: Portal, how: str) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", "/v1/accounts"] = ANSWERS[how]
    page = browser.get("/dashboard")
    assert page.status == 200
    assert "Funmi Bello" in page.text
    assert "Accounts: not available just now" in page.text


def test_a_slow_service_is_not_waited_for_on_every_page(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", "/v1/monthly-figures"] = ANSWERS["is slow"]
    browser.get("/dashboard")
    waited_for = len(portal.siblings.requests("GET", "/v1/monthly-figures"))
    browser.get("/dashboard")
    assert len(portal.siblings.requests("GET", "/v1/monthly-figures")) == waited_for
    _wait_until_asked_again(portal)


def _wait_until_asked_again(portal: Portal) -> None:
    """A service that was slow is spared for a moment; the next test wants it back."""
    portal.siblings.reset()
    browser = portal.signed_in()
    eventually(lambda: "Funmi Bello" in browser.get("/dashboard").text, what="the payments' return")


@pytest.mark.parametrize("path", ["/accounts", f"/accounts/{CURRENT}", "/transactions", "/profile"])
def test_every_page_renders_while_everything_is_out(portal: Portal, path: str) -> None:
    browser = portal.signed_in()
    for asked in portal.siblings.answers:
        portal.siblings.answers[asked] = problem(503, "service_unavailable")
    page = browser.get(path)
    assert page.status == 200
    assert "service_unavailable" in page.text


@pytest.mark.parametrize("path", ["/send", "/accounts/open"])
def test_a_form_that_cannot_be_drawn_says_why(portal: Portal, path: str) -> None:
    browser = portal.signed_in()
    for asked in portal.siblings.answers:
        portal.siblings.answers[asked] = problem(503, "service_unavailable")
    page = browser.get(path)
    assert page.status == 503
    assert "Your money is safe" in page.text
    assert "not available just now" in page.text
    assert page.tree.xpath("//nav//a[@href='/dashboard']"), "the way to the rest of the bank is kept"
    assert page.response.headers["retry-after"] == "2"
