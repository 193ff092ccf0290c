"""Second factors in a real browser: the app's picture scanned, its code used, a passkey made and used."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Page

    from tests.journeys.conftest import Street

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_scan_the_picture_and_sign_in_with_the_code_it_leads_to(street: Street, size: str) -> None:
    person = people.newcomer("Amaka", "Obi")
    with street.visitor(size=size) as page:
        people.register(page, person)
        app = people.set_up_authenticator(page)
        assert app.username == f"Arhan:{person.username}", "the app says whose code it is"
        people.sign_out(page)

        people.sign_in(page, person.username)
        page.get_by_label("Six-digit code").fill("000000")
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_text("That code is not right")).to_be_visible()
        page.get_by_label("Six-digit code").fill(app.next_code())
        page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Amaka")


@contextmanager
def virtual_authenticator(page: Page) -> Iterator[tuple[CDPSession, str]]:
    """A device with a fingerprint reader, and its owner's finger on it (WebAuthn, chrome devtools)."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield devtools, made["authenticatorId"]
    devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": made["authenticatorId"]})


def test_make_a_passkey_and_sign_in_with_it_and_nothing_else(street: Street) -> None:
    person = people.newcomer("Bisi", "Ade")
    port = urlsplit(street.bank.gateway).port
    with (
        street.visitor(at=f"http://localhost:{port}") as page,
        virtual_authenticator(page) as (devtools, key),
    ):
        people.register(page, person)
        people.make_passkey(page)
        expect(page.get_by_text("My laptop")).to_be_visible()
        (credential,) = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert credential["rpId"] == "localhost"
        people.sign_out(page)

        page.goto("/sign-in")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Bisi")
        people.go_to(page, "Profile")
        page.get_by_role("link", name="Passkeys").click()
        expect(page.get_by_text("Last used")).to_be_visible()

        people.sign_out(page)
        devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        page.goto("/sign-in")
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("Your browser did not use a passkey.")).to_be_visible()
