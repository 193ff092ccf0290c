"""What people do at the bank, by what they see."""

from __future__ import annotations

import io
import itertools
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyotp
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.bank import Bank

PASSWORD = "seven green herons walk home"
PIN = "0427"
_numbers = itertools.count(1)


@dataclass
class Newcomer:
    """Somebody who is not with the bank yet."""

    first_name: str
    last_name: str
    username: str
    account: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def newcomer(first_name: str, last_name: str) -> Newcomer:
    return Newcomer(first_name, last_name, f"{first_name.lower()}{next(_numbers):03d}")


def register(page: Page, person: Newcomer, *, phone: str = "0803 000 0000") -> None:
    """From the front page to the first account's form."""
    page.get_by_role("link", name="Open an account").first.click()
    page.get_by_label("First name").fill(person.first_name)
    page.get_by_label("Last name").fill(person.last_name)
    page.get_by_label("E-mail").fill(f"{person.username}@example.com")
    page.get_by_label("Mobile number").fill(phone)
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create my sign-in").click()
    expect(page.get_by_role("heading", name="Open an account")).to_be_visible()


def open_account(page: Page, person: Newcomer) -> None:
    """Choose a current account and a PIN; remember the number."""
    page.get_by_role("radio", name="Current account").check()
    page.get_by_label("Choose a PIN").fill(PIN)
    page.get_by_label("Repeat the PIN").fill(PIN)
    page.get_by_role("button", name="Open this account").click()
    expect(page.get_by_text("Your account is open.")).to_be_visible()
    number = page.locator("[data-copy]").first.get_attribute("data-copy")
    assert number is not None
    assert re.fullmatch(r"[0-9]{10}", number)
    person.account = number


def go_to(page: Page, screen: str) -> None:
    """By the navigation: at the side on a desktop, at the bottom on a phone."""
    page.locator("nav a:visible", has_text=screen).first.click()


def start_payment(page: Page, *, payee: Newcomer, amount: str, narration: str) -> None:
    """Details, until the confirmation shows the payee's checked name."""
    go_to(page, "Send money")
    page.get_by_label("To account number").fill(payee.account)
    expect(page.locator("#payee").get_by_text(payee.first_name)).to_be_visible()
    page.get_by_label("Amount").fill(amount)
    page.get_by_label("What is it for?").fill(narration)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Confirm the payment")).to_be_visible()
    expect(page.get_by_text(payee.first_name).first).to_be_visible()


def confirm_payment(page: Page, *, pin: str = PIN) -> None:
    """Enter the PIN and send."""
    page.get_by_label("PIN of this account").fill(pin)
    page.get_by_role("button", name=re.compile("^Send ")).click()


def set_up_authenticator(page: Page, *, password: str = PASSWORD) -> Clerk:
    """On the profile page: password, scan the picture, type what the app shows."""
    go_to(page, "Profile")
    page.get_by_role("link", name="Authenticator app").click()
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Continue").click()
    app = pyotp.parse_uri(scan(page.locator("img.qr")))
    assert isinstance(app, pyotp.TOTP)
    page.get_by_label("Code from the app").fill(app.now())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Your second factor is on")).to_be_visible()
    return Clerk("customer", app.name or "", app.secret)


def make_passkey(page: Page) -> None:
    """On the profile page, on a device that can."""
    go_to(page, "Profile")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Make it on this device").click()
    expect(page.get_by_text("The passkey is ready.")).to_be_visible()


def scan(picture: Locator) -> str:
    """What a phone's camera reads from a QR code on the screen."""
    expect(picture).to_be_visible()
    seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    assert len(seen) == 1, "the picture shows no code a phone can read"
    return str(seen[0].text)


def apply_for_loan(page: Page, *, amount: str = "50,000", months: str = "6") -> None:
    """What the calculator would fill in, and an ordinary month."""
    page.goto(f"/loans/apply?amount={amount}&months={months}")
    page.get_by_label("What is it for?").select_option("education")
    page.get_by_label("Income in a month").fill("400,000")
    page.get_by_label("What you spend in a month").fill("100,000")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("We have your application.")).to_be_visible()


def sign_out(page: Page) -> None:
    """By the profile page, which is there on every size."""
    go_to(page, "Profile")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("every kobo")


def sign_in(page: Page, username: str, *, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()


@dataclass
class Clerk:
    """Somebody on the staff, with an authenticator."""

    role: str
    username: str
    secret: str

    def code(self) -> str:
        """What the authenticator shows now; each is good once."""
        return pyotp.TOTP(self.secret).now()

    def next_code(self) -> str:
        """What it shows in half a minute: good already, because clocks differ."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + 30)


def appoint(bank: Bank, role: str) -> Clerk:
    """Make somebody a member of staff, as an operator does."""
    clerk = Clerk(role, f"{role}{next(_numbers):03d}", pyotp.random_base32())
    words = {
        "--username": clerk.username,
        "--email": f"{clerk.username}@example.com",
        "--role": role,
        "--first-name": "Grace",
        "--last-name": role.replace("_", " ").title(),
        "--totp-secret": clerk.secret,
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARHAN_")}
    subprocess.run(
        [sys.executable, "-m", "arhan", "staff", "create", *(w for pair in words.items() for w in pair)],
        input=PASSWORD + "\n",
        env=environment | {"ARHAN_HOME": str(bank.home.path)},
        text=True,
        check=True,
        capture_output=True,
    )
    return clerk


def sign_in_clerk(page: Page, clerk: Clerk) -> None:
    """Name and password, then the code; the password is not typed twice."""
    page.goto("/staff/sign-in")
    page.get_by_label("Username or e-mail").fill(clerk.username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Six-digit code").fill(clerk.code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Good to see you, Grace")).to_be_visible()


def take_cash(counter: Page, *, account: str, amount: str) -> None:
    """At the counter: count it, check the name, book it."""
    go_to(counter, "Cash deposit")
    counter.get_by_label("Account number").fill(account)
    counter.get_by_label("Amount counted").fill(amount)
    counter.get_by_role("button", name="Continue").click()
    counter.get_by_role("button", name=re.compile("^Book ")).click()
    expect(counter.get_by_role("heading", name="Deposit booked")).to_be_visible()


def letter(desk: Page, *, to: str) -> str:
    """The newest letter to an address or number, as staff read it where no mail server is named."""
    desk.goto(f"/staff/letters?address={quote(to)}")
    newest = desk.locator("pre.letter").first
    for _ in range(60):
        if newest.count():
            break
        desk.wait_for_timeout(500)
        desk.reload()
    return newest.text_content() or ""


def eventually_seen(page: Page, wanted: Locator, *, tries: int = 30) -> None:
    """Reload until it is there: events take a moment from one service to the next."""
    for _ in range(tries):
        if wanted.first.is_visible():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    expect(wanted.first).to_be_visible()
