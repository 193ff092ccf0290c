"""Pictures of the portal for the docs: a bank of its own, people in it, every picture in both looks and sizes.

python -m tests.screens            # docs/screens/<page>-<desktop|phone>-<light|dark>.png
python -m tests.screens dashboard send-confirm
"""

from __future__ import annotations

import argparse
import io
import sys
import uuid
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pyotp
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from arhan.runner.customer import Bank as PublicBank
from arhan.runner.customer import Person
from arhan.runner.demo import new_customer
from tests.bank import Bank
from tests.journeys import people
from tests.journeys.conftest import ARGUMENTS, CHROMIUM, SIZES
from tests.people import mint_of, prove

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Page

SCREENS = Path(__file__).parents[1] / "docs" / "screens"
LOOKS = ("light", "dark")
COLOURS = 192
NAMES = (("Ada", "Okafor"), ("Chidi", "Eze"), ("Funmi", "Bello"), ("Musa", "Kareem"), ("Zainab", "Yusuf"))
FUNDS = 250_000_000
STORY = (
    (0, 1, 1_500_000, "Rent, May"),
    (2, 0, 1_240_050, "Dinner on Friday"),
    (3, 0, 22_500_000, "Invoice 1042"),
    (0, 4, 485_000, "Groceries"),
    (0, 2, 99_900, "Cinema"),
    (1, 0, 350_000, "Your half of the bill"),
    (4, 0, 1_820_000, "Photographs"),
    (0, 3, 150_000_000, "Car"),
    (0, 1, 2_450_000, "School fees"),
)
"""payer, payee, kobo, narration; the car is large enough to be looked at first."""


def say(words: str) -> None:
    """A line of progress."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


@dataclass
class Town:
    """The people in the pictures."""

    customers: list[Person]
    teller: people.Clerk
    auditor: people.Clerk
    risk: people.Clerk


@dataclass
class Album:
    """Takes the pictures that were asked for."""

    wanted: set[str]
    taken: list[str] = field(default_factory=list)

    def take(self, page: Page, name: str, size: str, look: str) -> None:
        """A picture of what the window shows, with few enough colours to be small."""
        if self.wanted and name not in self.wanted:
            return
        page.wait_for_load_state("load")
        expect(page.locator(".htmx-request")).to_have_count(0)
        page.evaluate("document.fonts.ready")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        path = SCREENS / f"{name}-{size}-{look}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        self.taken.append(path.name)
        say(path.name)


def main() -> None:
    """Take them all, or those named."""
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("names", nargs="*", help="pages to take again; all when none is named")
    album = Album(set(parser.parse_args().names))
    SCREENS.mkdir(parents=True, exist_ok=True)
    with Bank.running() as bank, sync_playwright() as playwright:
        say("The bank runs; people come in")
        town = settle(bank)
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        for visit in (the_public, a_customer, a_teller, an_auditor, an_analyst):
            tour(chromium, bank, partial(visit, album, town))
        chromium.close()
    say(f"{len(album.taken)} pictures in {SCREENS}")


def settle(bank: Bank) -> Town:
    """Customers with money and a history, and staff."""
    public = PublicBank(bank.gateway)
    customers = [new_customer(*names) for names in NAMES]
    mint = mint_of(bank)
    for person in customers:
        public.come_with(mint.person(subject=public.register(person), life_s=3600), person)
        public.open_account(person)
    prove(bank, *(person.account for person in customers))
    clerks = {role: people.appoint(bank, role) for role in ("teller", "auditor", "risk")}
    cashier = people.appoint(bank, "teller")
    with httpx.Client(base_url=bank.gateway, timeout=60) as http:
        token = sign_in(http, cashier)
        for person in customers:
            body = {"account_number": person.account, "amount": FUNDS, "currency": "NGN"}
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
            http.post("/api/payment/v1/deposits", json=body, headers=headers).raise_for_status()
    for payer, payee, amount, narration in STORY:
        public.pay(customers[payer], payee=customers[payee], amount=amount, narration=narration)
    public.close()
    return Town(customers, clerks["teller"], clerks["auditor"], clerks["risk"])


def sign_in(http: httpx.Client, clerk: people.Clerk) -> str:
    """A teller's token, by the public API; the code of this half minute is spent on it."""
    body = {"username": clerk.username, "password": people.PASSWORD, "otp": pyotp.TOTP(clerk.secret).now()}
    return str(http.post("/api/identity/v1/tokens", json=body).raise_for_status().json()["access_token"])


_states: dict[str, Any] = {}
"""Cookies by person: a code of an authenticator is good once, so staff sign in once."""


def tour(chromium: Browser, bank: Bank, visit: Callable[[Page, str, str], None]) -> None:
    """The same visit in both sizes and both looks."""
    for size, viewport in SIZES.items():
        for look in LOOKS:
            context = chromium.new_context(
                base_url=bank.gateway,
                viewport=viewport,
                color_scheme="dark" if look == "dark" else "light",
                locale="en-GB",
                timezone_id="Africa/Lagos",
                reduced_motion="reduce",
            )
            visit(context.new_page(), size, look)
            context.close()


def the_public(album: Album, town: Town, page: Page, size: str, look: str) -> None:
    """The front page and the ways in."""
    for name, path in (
        ("home", "/"),
        ("register", "/register"),
        ("sign-in", "/sign-in"),
        ("components", "/components"),
        ("developers", "/docs/payment"),
    ):
        page.goto(path)
        album.take(page, name, size, look)


def a_customer(album: Album, town: Town, page: Page, size: str, look: str) -> None:
    """Ada's bank."""
    ada, chidi = town.customers[0], town.customers[1]
    enter(page, ada.username, lambda: people.sign_in(page, ada.username, password=ada.password))
    for name, path in (
        ("dashboard", "/dashboard"),
        ("accounts", "/accounts"),
        ("account", f"/accounts/{ada.account_id}"),
        ("transactions", "/transactions"),
        ("profile", "/profile"),
        ("logins", "/profile/logins"),
        ("insights", "/insights"),
        ("loan-calculator", "/loans/calculator?product=personal&amount=250,000&months=12"),
        ("activity", "/activity"),
        ("notifications", "/notifications"),
        ("statements", f"/accounts/{ada.account_id}/statements"),
        ("standing-order", "/standing-orders/new"),
        ("identity", "/profile/identity"),
    ):
        page.goto(path)
        album.take(page, name, size, look)
    page.goto("/send")
    page.get_by_label("To account number").fill(chidi.account)
    page.locator("#payee .party").wait_for()
    page.get_by_label("Amount").fill("15,000")
    page.get_by_label("What is it for?").fill("Rent, June")
    album.take(page, "send", size, look)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Confirm the payment").wait_for()
    album.take(page, "send-confirm", size, look)


def a_teller(album: Album, town: Town, page: Page, size: str, look: str) -> None:
    """The counter."""
    enter(page, town.teller.username, lambda: people.sign_in_clerk(page, town.teller))
    page.goto("/staff/deposits/new")
    page.get_by_label("Account number").fill(town.customers[1].account)
    page.get_by_label("Amount counted").fill("50,000")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Confirm the deposit").wait_for()
    album.take(page, "staff-deposit", size, look)


def an_auditor(album: Album, town: Town, page: Page, size: str, look: str) -> None:
    """The books."""
    enter(page, town.auditor.username, lambda: people.sign_in_clerk(page, town.auditor))
    for name, path in (
        ("staff-overview", "/staff"),
        ("staff-payments", "/staff/payments"),
        ("staff-trial-balance", "/staff/books/trial-balance"),
        ("staff-journal", "/staff/books/journal"),
        ("staff-closing", "/staff/closing"),
    ):
        page.goto(path)
        album.take(page, name, size, look)


def an_analyst(album: Album, town: Town, page: Page, size: str, look: str) -> None:
    """A payment that waits for a person."""
    enter(page, town.risk.username, lambda: people.sign_in_clerk(page, town.risk))
    page.goto("/staff/cases")
    album.take(page, "staff-reviews", size, look)
    page.locator("tbody a").first.click()
    page.get_by_role("heading", name="Why it waits").wait_for()
    album.take(page, "staff-review", size, look)


def enter(page: Page, username: str, sign_in: Callable[[], None]) -> None:
    """Sign in the first time; every other time the cookie of then does."""
    context: BrowserContext = page.context
    if username in _states:
        context.add_cookies(_states[username])
        return
    sign_in()
    page.locator(".app").wait_for()
    _states[username] = context.cookies()


if __name__ == "__main__":
    main()
