"""Cash in very large amounts: proposed at one counter, booked with the yes of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.bank import eventually
from tests.people import OPENING_BONUS, balance_of, join, mint_of

if TYPE_CHECKING:
    from tests.bank import Bank

LARGE = 500_000_001


def test_a_very_large_deposit_is_booked_once_when_a_second_person_approves(bank: Bank) -> None:
    (ada,) = join(bank, count=1)
    mint = mint_of(bank)
    tellers = [{"Authorization": f"Bearer {mint.person(role='teller')}"} for _ in range(2)]
    cash = {"account_number": ada.person.account, "amount": LARGE, "currency": "NGN", "narration": "house"}

    with httpx.Client(base_url=f"{bank.gateway}/api/payment/v1", timeout=60) as http:

        def post(path: str, body: Any, teller: int) -> httpx.Response:
            return http.post(path, json=body, headers=tellers[teller] | {"Idempotency-Key": "cash"})

        alone = post("/deposits", cash, 0)
        assert (alone.status_code, alone.json()["code"]) == (422, "deposit_takes_two")
        small = post("/deposit-proposals", cash | {"amount": LARGE - 1}, 0)
        assert (small.status_code, small.json()["code"]) == (422, "deposit_not_large")
        proposed = post("/deposit-proposals", cash, 0)
        assert (proposed.status_code, proposed.json()["title"]) == (202, "Book a large deposit of cash")
        path = f"/proposals/{proposed.json()['id']}/approve"
        maker = post(path, {}, 0)
        assert (maker.status_code, maker.json()["code"]) == (403, "second_person_needed")
        assert balance_of(bank, ada) == OPENING_BONUS
        approved = post(path, {}, 1)
        assert approved.status_code == 200, approved.text
        payment = approved.json()["result"]["payment"]
        again = post(path, {}, 1)
        assert (again.status_code, again.json()["code"]) == (409, "already_decided")

        def status() -> str:
            return str(http.get(f"/payments/{payment}", headers=tellers[1]).json()["status"])

        eventually(lambda: status() == "completed", what="the deposit")
    assert balance_of(bank, ada) == OPENING_BONUS + LARGE
