"""Proving who one is: particulars, number and document by the customer, the decision by a reviewer."""

from __future__ import annotations

import io
import re
import secrets
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.journeys import people

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Street
    from tests.journeys.people import Newcomer


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_told_shown_and_approved(street: Street, size: str) -> None:
    customer = people.newcomer("Chioma", "Eze")
    phone = f"803{secrets.randbelow(10**7):07d}"
    with street.visitor(size=size) as page, street.desk("support", size=size) as desk:
        people.register(page, customer, phone=f"0{phone}")
        show_that_mail_and_phone_are_theirs(page, desk, customer, phone)
        page.goto("/profile")
        page.get_by_role("link", name="Limits and documents").click()
        tell(page)
        page.get_by_role("button", name="Apply for tier 2").click()
        expect(page.get_by_role("heading", name="Tier 2")).to_be_visible()
        show(page)
        page.get_by_role("button", name="Apply for tier 3").click()
        expect(page.get_by_text("Somebody of the bank looks at what you sent.")).to_be_visible()
        review(desk, name=customer.name)
        page.reload()
        expect(page.get_by_role("heading", name="Tier 3")).to_be_visible()


def show_that_mail_and_phone_are_theirs(page: Page, desk: Page, customer: Newcomer, phone: str) -> None:
    """A code by text and a link by mail; both stayed in the house, where staff can read them."""
    page.goto("/profile/phone")
    page.get_by_role("button", name="Text me a code").click()
    code = re.search(r"[0-9]{6}", people.letter(desk, to=f"+234{phone}"))
    assert code is not None
    page.get_by_label("Code from the text").fill(code[0])
    page.get_by_role("button", name="Verify the number").click()
    expect(page.get_by_text("Your number is verified.")).to_be_visible()
    link = re.search(r"/verify-email\?token=\S+", people.letter(desk, to=f"{customer.username}@example.com"))
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_role("button", name="Yes, it is mine")).to_be_hidden()


def tell(page: Page) -> None:
    """Birth, address, and a number the registry knows."""
    page.get_by_label("Date of birth").fill("1990-05-04")
    page.get_by_label("Street and house number").fill("12 Marina")
    page.get_by_label("City").fill("Lagos")
    page.get_by_label("State").fill("Lagos")
    page.get_by_role("button", name="Keep").click()
    page.get_by_label("Eleven digits").fill(f"22{secrets.randbelow(10**6):06d}781")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("ends in")).to_be_visible()


def show(page: Page) -> None:
    """A passport and where one lives."""
    for kind in ("passport", "utility_bill"):
        page.locator("#document_kind").select_option(kind)
        page.get_by_label("File").set_input_files(
            FilePayload(name="a.png", mimeType="image/png", buffer=picture())
        )
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Thank you. That is kept.")).to_be_visible()


def review(desk: Page, *, name: str) -> None:
    """The picture is really there to be looked at, and the decision has its reason."""
    desk.goto("/staff")
    people.go_to(desk, "Identity checks")
    desk.get_by_role("link", name=name).first.click()
    shown = desk.locator(".evidence img").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 320)
    desk.get_by_label("Reason").fill("The pictures are clear and agree.")
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Decided.")).to_be_visible()


def picture() -> bytes:
    """What a camera would give."""
    file = io.BytesIO()
    Image.effect_noise((320, 200), 64).save(file, "PNG")
    return file.getvalue()
