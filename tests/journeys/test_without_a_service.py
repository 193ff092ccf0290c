"""Kill any one service: every page still renders and says what is unavailable; and a night that stops for it."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.bank import Bank
from tests.journeys import people
from tests.journeys.conftest import Street
from tests.journeys.test_every_page import FILE, route_of, routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import APIRequestContext, Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

OFFICES = ("identity", "account", "ledger", "payment", "fraud")
ROLES = ("auditor", "admin", "teller", "support")
"""Between them they see every page of the workplace."""
HREF = re.compile(r'href="([^"]+)"')
STREAMS = {"closing-progress", "live"}
"""Routes whose answer goes on for as long as somebody listens."""
OUT = "not available just now"


@pytest.fixture(scope="module")
def breakable() -> Iterator[Bank]:
    """A whole bank that these tests may break."""
    with Bank.running() as running:
        yield running


@contextmanager
def dead(bank: Bank, service: str) -> Iterator[None]:
    """While its office is killed; started again afterwards."""
    bank.kill(f"{service}.office")
    try:
        yield
    finally:
        bank.start(f"{service}.office")


@dataclass
class Visit:
    """Somebody's way through the portal: one address of every page they can open."""

    http: APIRequestContext
    pages: dict[str, str] = field(default_factory=dict)

    def find(self, known: set[str]) -> None:
        """Every page of the URL table without a parameter, and every other that a link leads to."""
        waiting = [pattern.pattern for pattern, _ in routes() if "[^/]+" not in pattern.pattern]
        while waiting:
            address = waiting.pop(0)
            name = route_of(address)
            skipped = name in self.pages or name in known or name in STREAMS
            if not name or skipped or FILE.search(urlsplit(address).path):
                continue
            answer = self.http.get(address)
            is_page = answer.status == 200 and "text/html" in answer.headers.get("content-type", "")
            if is_page and "<main" in (text := answer.text()):
                self.pages[name] = address
                waiting += [unescape(link) for link in HREF.findall(text)]

    def look(self, dead: str) -> int:
        """Open them all while a service is dead; how many said so."""
        told = 0
        for name, address in self.pages.items():
            answer = self.http.get(address)
            text = answer.text()
            has_subject = "[^/]+" in next(pattern.pattern for pattern, each in routes() if each == name)
            may_be = {200, 503} if has_subject or OUT in text else {200}
            assert answer.status in may_be, (dead, address, answer.status)
            assert "<main" in text, (dead, address)
            assert answer.status == 200 or OUT in text, (dead, address)
            told += OUT in text
        return told


def test_every_page_renders_whatever_is_dead(breakable: Bank, chromium: Browser) -> None:
    street = Street(breakable, chromium)
    customer = people.newcomer("Uche", "Eze")
    with ExitStack() as open_browsers:
        page = open_browsers.enter_context(street.visitor())
        people.register(page, customer)
        people.open_account(page, customer)
        visits = [Visit(page.request)]
        visits[0].find(known=set())
        for role in ROLES:
            visit = Visit(open_browsers.enter_context(street.desk(role)).request)
            visit.find(known={name for each in visits[1:] for name in each.pages})
            visits.append(visit)
        opened = {name for visit in visits for name in visit.pages}
        assert len(opened) > 60, sorted(opened)
        for service in OFFICES:
            with dead(breakable, service):
                assert sum(visit.look(service) for visit in visits) > 0, service


def test_without_the_portal_the_gateway_says_so_and_the_api_goes_on(breakable: Bank) -> None:
    with dead(breakable, "frontend"), httpx.Client(base_url=breakable.gateway, timeout=30) as http:
        answer = http.get("/dashboard")
        assert answer.status_code == 503
        assert "One moment, please" in answer.text
        assert http.get("/api/account/v1/products").status_code == 200


def test_a_night_is_watched_live_stops_where_the_books_are_silent_and_goes_on(
    breakable: Bank, chromium: Browser
) -> None:
    street = Street(breakable, chromium)
    with street.visitor() as page:
        customer = people.newcomer("Ngozi", "Ade")
        people.register(page, customer)
        people.open_account(page, customer)
    with street.desk("admin") as desk:
        desk.goto("/staff/closing")
        with dead(breakable, "ledger"):
            close_the_day(desk)
            expect(desk.get_by_text("Failed", exact=True).first).to_be_visible()
            expect(desk.locator(".fault")).to_be_visible()
            assert desk.get_by_text("Done", exact=True).count() > 1, "the steps before it are done"
            assert desk.evaluate("window.untouched"), "the page changed by itself"
        close_the_day(desk)
        expect(desk.get_by_text("not asked for")).to_be_visible()
        expect(desk.get_by_text("Failed", exact=True)).to_have_count(0)
        expect(desk.locator(".fault")).to_have_count(0)
        assert desk.evaluate("window.untouched"), "the page changed by itself"
        expect(desk.locator("tbody tr").first.get_by_text("Done", exact=True)).to_be_visible()


def close_the_day(desk: Page) -> None:
    """Press the button, and agree; from then on the page changes by itself."""
    desk.once("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="Close the day").click()
    expect(desk.get_by_text("Asked. The closing begins within seconds.")).to_be_visible()
    desk.evaluate("window.untouched = true")
