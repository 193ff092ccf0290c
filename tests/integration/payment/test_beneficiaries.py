"""Payees a customer keeps: seen by name enquiry, each number once, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.people import Customer, join

if TYPE_CHECKING:
    from tests.bank import Bank


def call(bank: Bank, customer: Customer, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    url = f"{bank.gateway}/api/payment{path}"
    return httpx.request(method, url, json=body, headers=customer.headers, timeout=60)


def enquire(bank: Bank, payer: Customer, payee: Customer) -> str:
    found = call(bank, payer, "POST", "/v1/name-enquiries", {"number": payee.person.account})
    return str(found.raise_for_status().json()["ref"])


def kept(bank: Bank, customer: Customer) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call(bank, customer, "GET", "/v1/beneficiaries").json()["items"]
    return items


def test_saved_renamed_and_forgotten(bank: Bank) -> None:
    ada, chidi, funmi = join(bank, count=3)
    shown = enquire(bank, ada, chidi)
    first = call(bank, ada, "POST", "/v1/beneficiaries", {"enquiry": shown, "nickname": "Landlord"})
    assert first.status_code == 201, first.text
    assert first.json()["number"] == chidi.person.account
    assert "***" in first.json()["name"]

    again = call(bank, ada, "POST", "/v1/beneficiaries", {"enquiry": shown, "nickname": "Chidi, rent"})
    assert again.json()["id"] == first.json()["id"]
    assert [each["nickname"] for each in kept(bank, ada)] == ["Chidi, rent"]

    path = f"/v1/beneficiaries/{first.json()['id']}"
    assert kept(bank, funmi) == []
    assert call(bank, funmi, "DELETE", path).status_code == 404
    assert call(bank, ada, "DELETE", path).status_code == 204
    assert call(bank, ada, "DELETE", path).status_code == 404
    assert kept(bank, ada) == []


def test_nobody_is_kept_whom_the_customer_has_not_been_shown(bank: Bank) -> None:
    ada, chidi, funmi = join(bank, count=3)
    not_ones_own = {"enquiry": enquire(bank, funmi, chidi), "nickname": "Chidi"}
    refused = call(bank, ada, "POST", "/v1/beneficiaries", not_ones_own)
    assert (refused.status_code, refused.json()["code"]) == (422, "enquiry_not_valid")
