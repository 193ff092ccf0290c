"""What a customer is told: the list, reading, choosing, and hearing of it while the page is open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.unit.frontend.siblings import ADA, CURRENT, Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

INVITATION = {
    "id": "pty_1",
    "account": CURRENT,
    "person": ADA,
    "name": "Ada Okafor",
    "role": "signatory",
    "state": "invited",
    "invited_at": "2026-11-22T08:15:00Z",
    "account_number": "1234567890",
    "account_name": "Bola Ade",
    "currency": "NGN",
}


def test_the_list_says_what_happened_and_what_is_unread(portal: Portal) -> None:
    page = portal.signed_in().get("/notifications")
    assert "You received money" in page.text
    assert "Funmi Bello" in page.text
    assert "+₦12,400.50" in page.text
    assert "1 Dec 2026" in page.text
    assert "Frozen" in page.text
    assert len(page.tree.xpath("//span[@class='unread-dot']")) == 2


def test_opening_one_marks_it_read_and_leads_to_what_it_is_about(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(
        browser.get("/notifications"), action="/notifications/open", open="ntf_3 money_received pay_2"
    )
    assert page.path == "/transactions/pay_2"
    assert len(portal.siblings.requests("POST", "/v1/notifications/ntf_3/read")) == 1


@pytest.mark.parametrize(
    ("kind", "subject", "leads_to"),
    [
        ("approval_wanted", "pay_1", "/transactions/pay_1"),
        ("payment_approved", "pay_1", "/transactions/pay_1"),
        ("account_invitation", "pty_1", "/shared/pty_1/join"),
        ("statement_ready", "stf_1", "/accounts/acc_01jd00000000000000current/statements/stf_1"),
    ],
)
def test_a_notice_leads_to_the_thing_itself(portal: Portal, kind: str, subject: str, leads_to: str) -> None:
    portal.siblings.answers["GET", "/v1/parties"] = Answer(body={"items": [INVITATION]})
    browser = portal.signed_in()
    wanted = f"ntf_3 {kind} {subject}"
    page = browser.submit(browser.get("/notifications"), action="/notifications/open", open=wanted)
    assert (page.status, page.path) == (200, leads_to)


def test_a_statement_that_is_not_kept_and_an_invitation_that_is_answered_say_so(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/statement-files/stf_1"] = problem(404, "not_found")
    portal.siblings.answers["GET", "/v1/parties"] = Answer(body={"items": [INVITATION | {"state": "active"}]})
    browser = portal.signed_in()
    assert "not kept any more" in browser.get("/statements/stf_1").text
    assert "not open any more" in browser.get("/shared/pty_1/join").text


def test_somebody_elses_is_not_there(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(
        browser.get("/notifications"), action="/notifications/open", open="ntf_x money_received pay_2"
    )
    assert page.status == 404


def test_a_kind_nobody_knows_leads_to_the_list_and_nowhere_else(portal: Portal) -> None:
    browser = portal.signed_in()
    wanted = "ntf_3 invented_tomorrow pay_2"
    page = browser.submit(browser.get("/notifications"), action="/notifications/open", open=wanted)
    assert page.path == "/notifications"
    for forged in ("", "ntf_3", "ntf_3/../../me account x", "ntf_3 account_changed //evil.example"):
        answer = browser.submit(browser.get("/notifications"), action="/notifications/open", open=forged)
        assert answer.status == 404, forged


def test_all_are_read_up_to_the_newest_that_was_shown(portal: Portal) -> None:
    browser = portal.signed_in()
    browser.submit(browser.get("/notifications"), action="/notifications/read", through="ntf_3")
    (asked,) = portal.siblings.requests("POST", "/v1/notifications/reads")
    assert asked.body == {"through": "ntf_3"}


def test_the_filter_and_the_place_are_in_the_address(portal: Portal) -> None:
    usual = portal.siblings.answers["GET", "/v1/notifications"]
    assert isinstance(usual, Answer)
    portal.siblings.answers["GET", "/v1/notifications"] = Answer(body=usual.body | {"next": "ntf_1"})
    browser = portal.signed_in()
    page = browser.get("/notifications?show=unread")
    (link,) = page.tree.xpath("//a[contains(@href, 'after=')]/@href")
    browser.get(f"/notifications{link}")
    asked = portal.siblings.requests("GET", "/v1/notifications")[-1]
    assert asked.query == {"limit": "25", "after": "ntf_1", "unread": "true"}


def test_what_is_ticked_is_how_one_is_told(portal: Portal) -> None:
    browser = portal.signed_in()
    form = browser.get("/notifications/preferences")
    page = browser.submit(form, having="money_in.in_app", **{"money_in.email": "on"})
    assert "That is how we will tell you." in page.text
    (asked,) = portal.siblings.requests("PUT", "/v1/me/notification-preferences")
    assert asked.body == {"items": [{"topic": "money_in", "in_app": True, "email": True}]}


def test_the_count_arrives_by_itself(portal: Portal) -> None:
    browser = portal.signed_in()
    with browser.http.stream("GET", "/notifications/live") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("data:")) == "data: 2"
        portal.siblings.answers["GET", "/v1/notifications/unread"] = Answer(body={"unread": 3})
        assert next(line for line in lines if line.startswith("data:")) == "data: 3"


def test_listening_keeps_nobody_signed_in(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.database.execute("UPDATE browser_session SET seen_at = seen_at - %s", [timedelta(minutes=10)])
    (before,) = portal.database.execute("SELECT seen_at FROM browser_session").fetchall()
    with browser.http.stream("GET", "/notifications/live") as stream:
        next(stream.iter_lines())
    assert portal.database.execute("SELECT seen_at FROM browser_session").fetchall() == [before]
    browser.get("/notifications")
    assert portal.database.execute("SELECT seen_at FROM browser_session").fetchall() != [before]


def test_who_is_signed_out_is_told_to_stop_asking(portal: Portal) -> None:
    assert portal.browser().get("/notifications/live").status == 204


def test_a_silent_service_costs_the_list_only(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/notifications"] = problem(503, "service_unavailable")
    page = portal.signed_in().get("/notifications")
    assert page.status == 200
    assert "not available just now" in page.text
