"""What scripts add, in Chromium before the real portal: a long list is found again, a page begins with its outline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.integration.frontend.conftest import PASSWORD
from tests.journeys.conftest import chromium, playwright_running
from tests.unit.frontend.siblings import PAYMENTS, Answer, Asked, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.integration.frontend.conftest import Portal

__all__ = ["chromium", "playwright_running"]
NAVIGATION = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def page(portal: Portal, chromium: Browser) -> Iterator[Page]:
    """A browser in which Ada is signed in."""
    context = chromium.new_context(base_url=portal.url, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("input[name=username]").fill("ada")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/dashboard")
    yield page
    context.close()


def forty_five(asked: Asked) -> Answer:
    """Payments in parts, as large as they are asked for."""
    begin, limit = int(asked.query.get("after") or 0), int(asked.query["limit"])
    end = min(begin + limit, 45)
    items = [PAYMENTS[0] | {"id": f"pay_{n}", "payee_name": f"Payee {n}"} for n in range(begin, end)]
    return Answer(body={"items": items, "next": str(end) if end < 45 else None})


def test_back_and_reload_find_the_list_where_it_was_left(portal: Portal, page: Page) -> None:
    portal.siblings.answers["GET", "/v1/payments"] = forty_five
    portal.siblings.answers["GET", "/v1/payments/pay_30"] = Answer(body=PAYMENTS[0] | {"id": "pay_30"})
    rows = page.locator("main .rows > li")
    page.goto("/transactions")
    expect(rows).to_have_count(20)
    page.get_by_role("link", name="Show earlier").click()
    expect(rows).to_have_count(40)
    expect(page).to_have_url(re.compile(r"/transactions\?rows=40$"))
    page.get_by_role("link", name="Payee 30").click()
    page.wait_for_url("**/transactions/pay_30")
    page.go_back()
    expect(rows).to_have_count(40)
    page.reload()
    expect(rows).to_have_count(40)
    page.get_by_role("link", name="Show earlier").click()
    expect(rows).to_have_count(45)
    expect(page.locator("#more")).to_have_count(0)


def test_a_page_begins_with_its_outline_and_each_service_is_asked_once(portal: Portal, page: Page) -> None:
    portal.siblings.asked.clear()
    usual = portal.siblings.answers["GET", "/v1/monthly-figures"]
    assert isinstance(usual, Answer)
    portal.siblings.answers["GET", "/v1/monthly-figures"] = Answer(body=usual.body, after_s=1.0)
    page.goto("/dashboard")
    expect(page.locator("[data-outline][aria-busy=true] .skeleton").first).to_be_visible()
    expect(page.get_by_text("Funmi Bello").first).to_be_visible()
    expect(page.locator("[data-outline]")).to_have_count(0)
    expect(page.locator(".chart canvas").first).to_be_visible()
    asked = [each.path for each in portal.siblings.asked if each.path != "/v1/notifications/unread"]
    assert sorted(asked) == ["/v1/accounts", "/v1/monthly-figures"]


def test_after_the_outline_a_dead_service_costs_its_panel_only(portal: Portal, page: Page) -> None:
    portal.siblings.answers["GET", "/v1/monthly-figures"] = problem(503, "service_unavailable")
    page.goto("/dashboard")
    expect(page.get_by_role("heading", name="not available just now").first).to_be_visible()
    expect(page.locator(".hero-sum")).to_have_text("₦1,732,500.75")


def test_the_outline_says_when_the_portal_itself_is_gone(page: Page) -> None:
    page.route(
        "**/insights",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.goto("/insights")
    expect(page.get_by_role("link", name="Try again")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Whom you paid most")).to_be_visible()


@pytest.mark.parametrize("path", ["/dashboard", "/insights"])
def test_without_scripts_the_page_itself_comes(portal: Portal, path: str) -> None:
    browser = portal.signed_in()
    assert browser.get(path, **NAVIGATION).tree.xpath("//*[@data-outline]") == []
    browser.http.cookies.set("tz", "Africa/Lagos")
    outline = browser.get(path, **NAVIGATION)
    (link,) = outline.tree.xpath("//noscript/a/@href")
    assert "Chidi" not in outline.text
    assert "Chidi" in browser.get(f"{path}{link}", **NAVIGATION).text


def test_staff_see_an_outline_too_and_the_page_after_it(portal: Portal) -> None:
    browser = portal.signed_in(role="admin")
    browser.http.cookies.set("tz", "Africa/Lagos")
    portal.siblings.asked.clear()
    assert (
        len(browser.get("/staff", **NAVIGATION).tree.xpath("//*[@aria-busy='true'][@hx-get='/staff']")) == 1
    )
    assert portal.siblings.asked == []
    assert browser.get("/staff", HX_Request="true").tree.xpath("//*[@data-outline]") == []
