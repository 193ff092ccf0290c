"""What takes two people at account: correcting the books by hand, freezing for those who may not alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.people import OPENING_BONUS, balance_of, check_books, join, mint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bank import Bank
    from tests.people import Customer
    from tests.tokens import Mint

WHY = {"reason": "booked twice at the counter"}


@dataclass(frozen=True)
class Staff:
    """Members of staff, each with a token of their own."""

    mint: Mint
    http: httpx.Client

    def token(self, role: str) -> str:
        return self.mint.person(role=role)

    def post(self, path: str, token: str, body: object = None) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    def decide(self, proposal: str, token: str, verb: str = "approve") -> httpx.Response:
        return self.post(f"/v1/proposals/{proposal}/{verb}", token, {"reason": "seen"})

    def get(self, path: str, token: str) -> Any:
        return self.http.get(path, headers={"Authorization": f"Bearer {token}"}).json()


@pytest.fixture(scope="module")
def staff(bank: Bank) -> Iterator[Staff]:
    with httpx.Client(base_url=bank.url("account.office"), timeout=60) as http:
        yield Staff(mint_of(bank), http)


@pytest.fixture
def ada(bank: Bank) -> Customer:
    return join(bank, count=1)[0]


def correction(account: str, amount: int) -> dict[str, Any]:
    """The bank takes back from an account what it should not have."""
    sides = [(account, "debit"), ("bank_suspense_ngn", "credit")]
    postings = [{"account": name, "side": side, "amount": amount} for name, side in sides]
    return {"currency": "NGN", "postings": postings, "narration": "Correction"} | WHY


def test_one_proposes_and_another_approves_and_the_books_change_once(
    bank: Bank, staff: Staff, ada: Customer
) -> None:
    first, second = staff.token("admin"), staff.token("admin")
    proposed = staff.post("/v1/manual-journals", first, correction(ada.person.account_id, 30_000))
    assert (proposed.status_code, proposed.json()["status"]) == (202, "waiting")
    proposal = proposed.json()["id"]
    assert balance_of(bank, ada) == OPENING_BONUS
    waiting = staff.get("/v1/proposals", second)["items"]
    assert [(p["title"], p["age_s"] >= 0) for p in waiting if p["id"] == proposal] == [
        ("Correct the books by hand", True)
    ]
    alone = staff.decide(proposal, first)
    assert (alone.status_code, alone.json()["code"]) == (403, "second_person_needed")
    assert staff.decide(proposal, staff.token("support")).status_code == 403
    approved = staff.decide(proposal, second)
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    assert approved.json()["result"] == {"movement": proposal.replace("prp_", "mov_")}
    assert balance_of(bank, ada) == OPENING_BONUS - 30_000
    again = staff.decide(proposal, second)
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert balance_of(bank, ada) == OPENING_BONUS - 30_000
    check_books(bank)


def test_of_many_who_approve_at_once_one_does(bank: Bank, staff: Staff, ada: Customer) -> None:
    proposed = staff.post(
        "/v1/manual-journals", staff.token("admin"), correction(ada.person.account_id, 1_000)
    )
    proposal = proposed.json()["id"]
    people = [staff.token("admin") for _ in range(6)]
    with ThreadPoolExecutor(6) as at_once:
        answers = list(at_once.map(lambda token: staff.decide(proposal, token).status_code, people))
    assert sorted(answers) == [200, 409, 409, 409, 409, 409]
    assert balance_of(bank, ada) == OPENING_BONUS - 1_000


def test_what_the_books_refuse_is_not_decided(bank: Bank, staff: Staff, ada: Customer) -> None:
    too_much = correction(ada.person.account_id, OPENING_BONUS + 1)
    proposal = staff.post("/v1/manual-journals", staff.token("admin"), too_much).json()["id"]
    refused = staff.decide(proposal, staff.token("admin"))
    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient_funds")
    assert staff.get(f"/v1/proposals/{proposal}", staff.token("admin"))["status"] == "waiting"
    assert staff.decide(proposal, staff.token("risk"), "reject").json()["status"] == "rejected"
    assert balance_of(bank, ada) == OPENING_BONUS


def test_what_cannot_be_posted_is_not_even_proposed(staff: Staff, ada: Customer) -> None:
    account = ada.person.account_id
    unbalanced = correction(account, 5)
    unbalanced["postings"][0]["amount"] = 6
    answer = staff.post("/v1/manual-journals", staff.token("admin"), unbalanced)
    assert (answer.status_code, answer.json()["code"]) == (422, "unbalanced_movement")
    for role in ("teller", "support", "loan_officer", "risk", "auditor"):
        assert staff.post("/v1/manual-journals", staff.token(role), correction(account, 5)).status_code == 403
    assert staff.post("/v1/manual-journals", ada.token, correction(account, 5)).status_code == 403


def test_support_freezes_with_a_second_person_and_risk_alone(staff: Staff, ada: Customer) -> None:
    path = f"/v1/accounts/{ada.person.account_id}"
    clerk = staff.token("support")
    proposed = staff.post(f"{path}/freeze", clerk, WHY)
    assert (proposed.status_code, proposed.json()["subject"]) == (202, ada.person.account_id)
    assert staff.get(path, clerk)["status"] == "active"
    proposal = proposed.json()["id"]
    assert staff.decide(proposal, clerk).json()["code"] == "second_person_needed"
    assert staff.decide(proposal, staff.token("support")).json()["result"] == {"status": "frozen"}
    assert staff.get(path, clerk)["status"] == "frozen"
    assert staff.post(f"{path}/unfreeze", ada.token).json()["code"] == "frozen_by_bank"
    assert staff.post(f"{path}/unfreeze", staff.token("risk"), WHY).json()["status"] == "active"
