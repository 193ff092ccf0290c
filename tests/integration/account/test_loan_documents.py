"""What a customer hands in with an application, over HTTP, in a whole bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.people import join, mint_of
from tests.unit.kernel.test_documents import png

if TYPE_CHECKING:
    from tests.bank import Bank
    from tests.people import Customer


def apply(bank: Bank, customer: Customer) -> str:
    answer = httpx.post(
        f"{bank.gateway}/api/account/v1/loans",
        json={
            "product": "personal",
            "amount": 50_000_00,
            "currency": "NGN",
            "number_of_instalments": 6,
            "purpose": "home",
            "account": customer.person.account_id,
            "affordability": {"income": 400_000_00, "outgoings": 100_000_00},
        },
        headers=customer.headers | {"Idempotency-Key": f"loan-{customer.person.account_id}"},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def hand_in(
    bank: Bank, loan: str, headers: dict[str, str], content: bytes, media_type: str = "image/png"
) -> httpx.Response:
    return httpx.post(
        f"{bank.gateway}/api/account/v1/loans/{loan}/documents?kind=proof_of_income",
        content=content,
        headers=headers | {"Content-Type": media_type},
        timeout=60,
    )


def look(bank: Bank, path: str, headers: dict[str, str]) -> httpx.Response:
    return httpx.get(f"{bank.gateway}/api/account/v1/loans/{path}", headers=headers, timeout=60)


def test_a_payslip_is_kept_for_the_loan_officer_and_for_nobody_else(bank: Bank) -> None:
    ada, chidi = join(bank, count=2)
    loan = apply(bank, ada)
    payslip = png(width=30, height=20)
    handed_in = hand_in(bank, loan, ada.headers, payslip)
    assert handed_in.status_code == 201, handed_in.text
    document = handed_in.json()
    assert document["size"] == len(payslip)
    mint = mint_of(bank)
    officer = {"Authorization": f"Bearer {mint.person(role='loan_officer')}"}
    teller = {"Authorization": f"Bearer {mint.person(role='teller')}"}
    assert look(bank, loan, officer).json()["documents"] == [document]
    path = f"{loan}/documents/{document['id']}"
    seen = look(bank, path, officer)
    assert (seen.content, seen.headers["Content-Type"]) == (payslip, "image/png")
    assert look(bank, path, ada.headers).content == payslip
    assert look(bank, path, chidi.headers).status_code == 404
    assert look(bank, path, teller).status_code == 403
    assert look(bank, f"{apply(bank, chidi)}/documents/{document['id']}", officer).status_code == 404


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (png()[:-5], "image/png", 422, "document_refused"),
        (png(), "application/pdf", 422, "document_refused"),
        (b"<svg/>" * 20, "image/svg+xml", 422, "document_refused"),
        (b"", "image/png", 422, "document_refused"),
        (b"0" * (5 * 1024 * 1024 + 1), "image/png", 413, "payload_too_large"),
    ],
    ids=["cut short", "in disguise", "not of a kind we take", "empty", "too large"],
)
def test_what_is_no_document_is_not_taken(
    bank: Bank, borrower: tuple[Any, str], content: bytes, media_type: str, status: int, code: str
) -> None:
    ada, loan = borrower
    refused = hand_in(bank, loan, ada.headers, content, media_type)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert look(bank, loan, ada.headers).json()["documents"] == []


@pytest.fixture(scope="module")
def borrower(bank: Bank) -> tuple[Any, str]:
    """Somebody with an application that has no documents."""
    (ada,) = join(bank, count=1)
    return ada, apply(bank, ada)


def test_ten_documents_are_enough_and_a_stranger_hands_in_none(bank: Bank) -> None:
    ada, chidi = join(bank, count=2)
    loan = apply(bank, ada)
    assert hand_in(bank, loan, chidi.headers, png()).status_code == 404
    answers = [hand_in(bank, loan, ada.headers, png(width=size)) for size in range(1, 12)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [409]
    assert answers[-1].json()["code"] == "too_many_documents"
