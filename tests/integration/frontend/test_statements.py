"""Statements: any period, the numbered ones, five formats, and long ones with their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.frontend.siblings import CURRENT, Answer, problem, statement_file

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal

PAGE, FILES = f"/accounts/{CURRENT}/statements", f"/v1/accounts/{CURRENT}/statement-files"


def test_a_short_one_is_handed_out_at_once(portal: Portal) -> None:
    browser = portal.signed_in()
    wish = {"since": "2026-11-01", "until": "2026-11-22", "format": "camt053"}
    page = browser.submit(browser.get(PAGE), having="since", **wish)
    assert page.path == f"{PAGE}/stf_1"
    assert page.response.headers["content-type"] == "application/pdf"
    assert "arhan-0987654321-2026-11.pdf" in page.response.headers["content-disposition"]
    assert page.response.content == b'["a statement"]'
    (asked,) = portal.siblings.requests("POST", FILES)
    assert asked.body == wish
    assert asked.headers["idempotency-key"]


def test_a_numbered_one_is_asked_for_by_its_number(portal: Portal) -> None:
    browser = portal.signed_in()
    browser.submit(browser.get(PAGE), having="number", format="mt940")
    (asked,) = portal.siblings.requests("POST", FILES)
    assert asked.body == {"number": 2, "format": "mt940"}


def test_a_long_one_shows_how_far_it_is_until_it_is_ready(portal: Portal) -> None:
    long = statement_file(state="preparing", progress=40, size=None)
    portal.siblings.answers["POST", FILES] = Answer(202, long)
    portal.siblings.answers["GET", FILES] = Answer(body={"items": [long], "next": None})
    browser = portal.signed_in()
    page = browser.submit(
        browser.get(PAGE), having="since", since="2020-01-01", until="2026-11-22", format="pdf"
    )
    assert page.path == PAGE
    assert page.tree.xpath("string(//progress/@value)") == "40"
    assert page.tree.xpath("//div[@id='files']/@hx-trigger") == ["every 2s"]
    portal.siblings.answers["GET", FILES] = Answer(body={"items": [statement_file()], "next": None})
    part = browser.get(f"{PAGE}/progress")
    assert part.tree.xpath("//div[@id='files']/@hx-trigger") == []
    assert "Download" in part.text


def test_a_period_that_ends_before_it_begins_is_said_at_its_end(portal: Portal) -> None:
    browser = portal.signed_in()
    page = browser.submit(
        browser.get(PAGE), having="since", since="2026-11-22", until="2026-11-01", format="pdf"
    )
    assert page.status == 422
    assert "It ends before it begins." in page.text
    assert portal.siblings.requests("POST", FILES) == []


def test_what_is_not_ready_and_what_is_somebody_elses_is_said(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", f"{FILES}/stf_1/content"] = problem(409, "statement_not_ready")
    page = browser.get(f"{PAGE}/stf_1")
    assert page.status == 409
    assert "statement_not_ready" in page.text
    assert browser.get(f"{PAGE}/stf_x").status == 404
