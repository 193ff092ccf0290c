"""A card's number leaves the screen by itself, half a minute after it was shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.bank import Bank
from tests.journeys import people
from tests.journeys.test_cards import show_by_passkey
from tests.journeys.test_identity_factors import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.conftest import Street


@pytest.fixture(scope="module")
def bank() -> Iterator[Bank]:
    with Bank.running() as running:
        yield running


def test_the_number_goes_by_itself(street: Street) -> None:
    port = urlsplit(street.bank.gateway).port
    with street.visitor(at=f"http://localhost:{port}") as page, virtual_authenticator(page):
        show_by_passkey(page, people.newcomer("Bisi", "Ade"))
        expect(page.locator(".plastic-number")).to_have_text(re.compile("^•"), timeout=45_000)
