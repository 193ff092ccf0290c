"""Browsers in front of a whole bank."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.journeys import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, ViewportSize

    from tests.bank import Bank

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1360, "height": 900},
    "phone": {"width": 390, "height": 844},
}
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Complaints:
    """What a page must never do: log an error, break, or ask somebody else for something."""

    origin: str
    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.found.append(f"broken: {error}"))
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.found.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.found.append(f"asked elsewhere: {request.url}")


@pytest.fixture(scope="module")
def playwright_running() -> Iterator[Playwright]:
    """Gone after each file: while it runs, no other event loop can in this process."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright_running: Playwright) -> Iterator[Browser]:
    browser = playwright_running.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    yield browser
    browser.close()


@dataclass
class Street:
    """Where people with browsers are; each gets one of their own."""

    bank: Bank
    chromium: Browser
    rota: dict[str, list[Any]] = field(default_factory=dict)
    """Cookies of staff by role: one of each signs in once, because a code is good once."""

    @contextmanager
    def desk(self, role: str, *, size: str = "desktop", **options: Any) -> Iterator[Page]:
        """A desk of the staff's workplace, somebody of this role at it; nobody signs out here."""
        with self.visitor(size=size, **options) as page:
            if role in self.rota:
                page.context.add_cookies(self.rota[role])
            else:
                people.sign_in_clerk(page, people.appoint(self.bank, role))
                self.rota[role] = [*page.context.cookies()]
            page.goto("/staff")
            yield page

    @contextmanager
    def visitor(
        self, *, size: str = "desktop", may_log_errors: bool = False, at: str = "", **options: Any
    ) -> Iterator[Page]:
        """Somebody's browser, at the bank's front page; no complaint is left when they leave.

        `may_log_errors` for pages that are meant not to be there: browsers log every 404. `at` another
        name of the bank's: browsers keep no passkeys for an address that is a number.
        """
        context = self.chromium.new_context(
            base_url=at or self.bank.gateway,
            viewport=SIZES[size],
            is_mobile=size == "phone",
            has_touch=size == "phone",
            locale="en-GB",
            timezone_id="Africa/Lagos",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        complaints = Complaints(at or self.bank.gateway)
        complaints.watch(page)
        try:
            page.goto("/")
            yield page
            assert may_log_errors or complaints.found == []
        finally:
            context.close()


@pytest.fixture(scope="session")
def rota() -> dict[str, list[Any]]:
    return {}


@pytest.fixture
def street(bank: Bank, chromium: Browser, rota: dict[str, list[Any]]) -> Street:
    return Street(bank, chromium, rota)
