"""Every page there is a way to, on both sizes and in both looks: no serious accessibility violation,
no console error, nothing asked of anybody else, nothing wider than a phone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from arhan import frontend
from tests.journeys import people
from tests.journeys.accessibility import LOOK_AND_SIZE, violations
from tests.journeys.conftest import SIZES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROUTE = re.compile(r'path\(\s*"([^"]*)",\s*[\w.]+,\s*name="([^"]+)"')
FILE = re.compile(r"\.(csv|json|pdf|xml|ofx|sta|txt|svg)$")
LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))"
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BY_LETTER = {"reset-password", "verify-email", "accept-invitation"}
"""Where the bank's letters lead."""


@cache
def routes() -> list[tuple[re.Pattern[str], str]]:
    """The portal's addresses, as it says them itself."""
    found = ROUTE.findall((Path(frontend.__file__).parent / "urls.py").read_text(encoding="utf-8"))
    return [(re.compile("/" + re.sub(r"<[^>]+>", "[^/]+", path)), name) for path, name in found]


def route_of(address: str) -> str:
    """The name of the first route that fits; empty for what is not ours."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme:
        return ""
    return next((name for pattern, name in routes() if pattern.fullmatch(parts.path)), "")


@dataclass
class Inspection:
    """Which routes were looked at, and what is wrong."""

    looked_at: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def walk(self, page: Page, *starts: str) -> None:
        """Every page the links lead to, each route once."""
        waiting = list(starts)
        while waiting:
            address = waiting.pop(0)
            name = route_of(address)
            if name in self.looked_at or FILE.search(urlsplit(address).path):
                continue
            page.goto(address)
            waiting += self.look(page)

    def look(self, page: Page) -> list[str]:
        """One page as it is now; where its links lead."""
        self.looked_at.add(route_of(urlsplit(page.url).path))
        page.emulate_media(color_scheme="light")
        expect(page.locator(".htmx-request")).to_have_count(0)
        self.faults += [f"light, desktop: {fault}" for fault in violations(page)]
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(SIZES["phone"])
        self.faults += [f"dark, phone: {fault}" for fault in violations(page, only=LOOK_AND_SIZE)]
        if (wider := page.evaluate(WIDER)) > 0:
            self.faults.append(f"{page.url}: {wider} pixels wider than a phone")
        page.set_viewport_size(SIZES["desktop"])
        links: list[str] = page.evaluate(LINKS)
        return [to for to in links if route_of(to.split("?")[0])]


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    return Inspection()


def test_before_signing_in(street: Street, inspection: Inspection) -> None:
    with street.visitor(reduced_motion="reduce") as page:
        inspection.walk(page, "/", *(f"/{name}" for name in BY_LETTER), "/components")
    assert inspection.faults == [], "\n".join(inspection.faults)


def test_a_customers(street: Street, inspection: Inspection) -> None:
    payee, payer = people.newcomer("Ife", "Ola"), people.newcomer("Kemi", "Oni")
    with street.visitor(reduced_motion="reduce") as page:
        people.register(page, payee)
        people.open_account(page, payee)
        people.sign_out(page)
        people.register(page, payer)
        people.open_account(page, payer)
        people.start_payment(page, payee=payee, amount="100", narration="Water")
        inspection.look(page)
        people.confirm_payment(page)
        page.get_by_role("heading", name="Money sent").wait_for()
        inspection.look(page)
        people.apply_for_loan(page)
        inspection.walk(page, "/dashboard", "/loans", "/transactions", "/profile")
    assert inspection.faults == [], "\n".join(inspection.faults)


@pytest.mark.parametrize("role", ["auditor", "teller", "support", "risk", "loan_officer", "admin"])
def test_the_staffs(street: Street, inspection: Inspection, role: str) -> None:
    inspection.looked_at -= {"staff"}
    with street.desk(role, reduced_motion="reduce") as page:
        inspection.walk(page, "/staff")
    assert inspection.faults == [], "\n".join(inspection.faults)
