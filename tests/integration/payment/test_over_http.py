"""Payment as its clients see it, through the gateway of a whole bank."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.kernel.ids import new_id
from arhan.kernel.proofs import PROOF_TYPE
from tests.bank import eventually
from tests.people import OPENING_BONUS, Customer, balance_of, join, mint_of
from tests.tokens import ISSUER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bank import Bank
    from tests.tokens import Mint

_numbers = count(1)


@dataclass
class Counter:
    """A client of the bank's public API, and of its inside where a test says so."""

    bank: Bank
    mint: Mint
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.bank.gateway, timeout=60)

    def staff(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.mint.person(role=role)}"}

    def post(
        self, path: str, body: Any, who: Customer | dict[str, str], *, key: str | None = ""
    ) -> httpx.Response:
        headers = dict(who.headers if isinstance(who, Customer) else who)
        if key is not None:
            headers["Idempotency-Key"] = key or f"test-{next(_numbers)}"
        return self.http.post(f"/api/payment{path}", json=body, headers=headers)

    def get(self, path: str, who: Customer | dict[str, str], **params: Any) -> httpx.Response:
        headers = who.headers if isinstance(who, Customer) else who
        return self.http.get(f"/api/payment{path}", params=params, headers=headers)

    def transfer(
        self, payer: Customer, payee: Customer, amount: int = 1_500, **changes: Any
    ) -> dict[str, Any]:
        """A completed, declined or waiting payment."""
        answer = self.post("/v1/transfers", payer.transfer(payee, amount) | changes, payer)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def deposit(self, payee: Customer, amount: int) -> dict[str, Any]:
        body = {
            "account_number": payee.person.account,
            "amount": amount,
            "currency": "NGN",
            "narration": "cash",
        }
        answer = self.post("/v1/deposits", body, self.staff("teller"))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def status(self, payment: str, who: Customer) -> str:
        return str(self.get(f"/v1/payments/{payment}", who).json()["status"])


@pytest.fixture(scope="module")
def counter(bank: Bank) -> Iterator[Counter]:
    opened = Counter(bank, mint_of(bank))
    yield opened
    opened.http.close()


@pytest.fixture
def payer(bank: Bank) -> Customer:
    (joined,) = join(bank, count=1)
    return joined


@pytest.fixture(scope="module")
def payee(bank: Bank) -> Customer:
    (joined,) = join(bank, count=1)
    return joined


def masked(customer: Customer) -> str:
    return f"{customer.person.first_name} {customer.person.last_name[0]}***"


def test_a_transfer_is_completed_while_the_caller_waits(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    before = balance_of(bank, payee)
    paid = counter.transfer(payer, payee, 1_500, narration="lunch")
    assert paid["id"].startswith("pay_")
    assert (paid["kind"], paid["status"], paid["amount"], paid["currency"]) == (
        "transfer",
        "completed",
        1_500,
        "NGN",
    )
    assert paid["payee_name"] == masked(payee)
    assert balance_of(bank, payer) == OPENING_BONUS - 1_500
    assert balance_of(bank, payee) == before + 1_500


def test_a_repeat_gets_the_same_answer_and_says_so(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    body = payer.transfer(payee, 700)
    first = counter.post("/v1/transfers", body, payer, key="once")
    again = counter.post("/v1/transfers", body, payer, key='"once"')
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    other = counter.post("/v1/transfers", body | {"amount": 701}, payer, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert balance_of(bank, payer) == OPENING_BONUS - 700


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": 0}, 422, "amount_out_of_range"),
        ({"amount": -5}, 422, "amount_out_of_range"),
        ({"amount": 10**13 + 1}, 422, "amount_out_of_range"),
        ({"amount": 10**40}, 422, "amount_out_of_range"),
        ({"amount": 1.5}, 400, "malformed_request"),
        ({"amount": "15"}, 400, "malformed_request"),
        ({"amount": True}, 400, "malformed_request"),
        ({"amount": None}, 400, "malformed_request"),
        ({"currency": "USD"}, 422, "currency_mismatch"),
        ({"currency": "XXX"}, 422, "currency_mismatch"),
        ({"currency": "naira"}, 400, "malformed_request"),
        ({"payee_number": "0000000000"}, 404, "payee_not_found"),
        ({"payee_number": "'; DROP TABLE payment_order; --"}, 400, "malformed_request"),
        ({"payer_account": "acc_00000000000000000000000000"}, 404, "account_not_found"),
        ({"pin": "0000"}, 422, "wrong_pin"),
        ({"pin": None}, 422, "pin_required"),
        ({"pin": "12345"}, 400, "malformed_request"),
        ({"narration": "x" * 141}, 400, "malformed_request"),
        ({"narration": "\x00"}, 400, "malformed_request"),
        ({"enquiry": "enq_nothing"}, 422, "enquiry_not_valid"),
        ({"fee": 1}, 400, "malformed_request"),
    ],
)
def test_each_wrong_transfer_has_its_code_and_moves_nothing(
    bank: Bank,
    counter: Counter,
    payer: Customer,
    payee: Customer,
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    answer = counter.post("/v1/transfers", payer.transfer(payee, 100) | changes, payer)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert balance_of(bank, payer) == OPENING_BONUS


def test_nobody_pays_from_somebody_elses_account(counter: Counter, payer: Customer, payee: Customer) -> None:
    body = payee.transfer(payer, 100)
    answer = counter.post("/v1/transfers", body, payer)
    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found")


def test_nobody_pays_the_account_they_pay_from(counter: Counter, payer: Customer) -> None:
    answer = counter.post("/v1/transfers", payer.transfer(payer, 100), payer)
    assert (answer.status_code, answer.json()["code"]) == (422, "same_account")


def test_a_transfer_needs_a_key(counter: Counter, payer: Customer, payee: Customer) -> None:
    answer = counter.post("/v1/transfers", payer.transfer(payee, 100), payer, key=None)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_three_wrong_pins_block_the_account_for_payments(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    body = payer.transfer(payee, 100)
    wrong = [
        counter.post("/v1/transfers", body | {"pin": pin}, payer).json() for pin in ("0001", "0002", "0003")
    ]
    assert [(w["code"], w["tries_left"]) for w in wrong] == [
        ("wrong_pin", 2),
        ("wrong_pin", 1),
        ("wrong_pin", 0),
    ]
    right = counter.post("/v1/transfers", body, payer)
    assert (right.status_code, right.json()["code"]) == (422, "pin_blocked")
    assert balance_of(bank, payer) == OPENING_BONUS


def test_too_little_money_is_a_declined_payment(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    declined = counter.transfer(payer, payee, OPENING_BONUS + 1)
    assert (declined["status"], declined["code"]) == ("declined", "insufficient_funds")
    assert balance_of(bank, payer) == OPENING_BONUS
    assert counter.status(declined["id"], payer) == "declined"
    assert counter.get(f"/v1/payments/{declined['id']}", payee).status_code == 404


def test_a_frozen_account_declines(bank: Bank, counter: Counter, payer: Customer, payee: Customer) -> None:
    url = f"/api/account/v1/accounts/{payer.person.account_id}/freeze"
    frozen = counter.http.post(
        url, json={"reason": "lost phone"}, headers=payer.headers | {"Idempotency-Key": "freeze"}
    )
    assert frozen.is_success, frozen.text
    declined = counter.transfer(payer, payee, 100)
    assert (declined["status"], declined["code"]) == ("declined", "account_frozen")
    assert balance_of(bank, payer) == OPENING_BONUS


def test_both_sides_see_a_payment_each_from_their_side(
    counter: Counter, payer: Customer, payee: Customer
) -> None:
    paid = [counter.transfer(payer, payee, amount)["id"] for amount in (101, 102, 103)]
    newest, middle, oldest = reversed(paid)
    page = counter.get("/v1/payments", payer, limit=2).json()
    assert [item["id"] for item in page["items"]] == [newest, middle]
    rest = counter.get("/v1/payments", payer, limit=2, after=page["next"]).json()
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([oldest], None)
    seen_by_payer = counter.get(f"/v1/payments/{newest}", payer).json()
    seen_by_payee = counter.get(f"/v1/payments/{newest}", payee).json()
    assert (seen_by_payer["direction"], seen_by_payee["direction"]) == ("out", "in")
    assert seen_by_payer["payee_name"] == masked(payee)
    assert seen_by_payee["payer_name"] == f"{payer.person.first_name} {payer.person.last_name}"
    assert (seen_by_payer["payee_account"], seen_by_payee["payer_account"]) == ("", "")
    assert counter.get("/v1/payments", payer, kind="deposit").json()["items"] == []
    assert len(counter.get("/v1/payments", payer, status="completed").json()["items"]) == 3


def test_strangers_see_nothing_and_staff_see_all(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    paid = counter.transfer(payer, payee)["id"]
    (stranger,) = join(bank, count=1)
    assert counter.get(f"/v1/payments/{paid}", stranger).status_code == 404
    assert counter.get("/v1/payments", stranger).json()["items"] == []
    assert counter.get("/v1/payments", stranger, customer=payer.subject).json()["items"] == []
    for role in ("auditor", "teller", "support", "risk", "admin"):
        seen = counter.get(f"/v1/payments/{paid}", counter.staff(role)).json()
        assert (seen["direction"], seen["initiator"], seen["outcome"]) == ("any", payer.subject, "allow")
        listed = counter.get("/v1/payments", counter.staff(role), customer=payer.subject).json()
        assert [item["id"] for item in listed["items"]] == [paid]
    assert counter.get("/v1/payments", counter.staff("loan_officer")).status_code == 403


def test_a_name_enquiry_says_enough_to_notice_a_wrong_number(
    counter: Counter, payer: Customer, payee: Customer
) -> None:
    asked = {"number": payee.person.account}
    told = counter.post("/v1/name-enquiries", asked, payer, key=None).json()
    assert told["name"] == masked(payee)
    paid = counter.transfer(payer, payee, 100, enquiry=told["ref"])
    assert paid["status"] == "completed"
    whole = counter.post("/v1/name-enquiries", asked, counter.staff("teller"), key=None).json()
    assert whole["name"] == f"{payee.person.first_name} {payee.person.last_name}"


def test_a_businesss_registered_name_is_shown_whole(
    counter: Counter, payer: Customer, payee: Customer
) -> None:
    """It stands in a public register; so it does before paying, in the payment, and in a standing order."""
    name = "Okafor & Sons Ltd"
    number = open_business(counter, payee, name)
    told = counter.post("/v1/name-enquiries", {"number": number}, payer, key=None).json()
    assert told["name"] == name
    body = payer.transfer(payee, 100) | {"payee_number": number, "enquiry": told["ref"]}
    paid = counter.post("/v1/transfers", body, payer).json()
    assert (paid["status"], paid["payee_name"]) == ("completed", name)
    assert counter.get(f"/v1/payments/{paid['id']}", payer).json()["payee_name"] == name
    order = {
        "payer_account": payer.person.account_id,
        "payee_number": number,
        "amount": 5_000,
        "currency": "NGN",
        "frequency": "monthly",
        "first_date": "2099-01-31",
        "pin": payer.person.pin,
    }
    assert counter.post("/v1/standing-orders", order, payer).json()["payee_name"] == name


def open_business(counter: Counter, owner: Customer, name: str) -> str:
    """The number of the account of a business of this owner's, after two people's yes."""

    def ask(path: str, who: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        headers = who | {"Idempotency-Key": f"business-{next(_numbers)}"}
        answer = counter.http.post(f"/api/account/v1{path}", json=body, headers=headers)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    wanted = {
        "registered_name": name,
        "registration_number": f"RC{next(_numbers) + 700_000}",
        "product": "current",
        "signatures": 1,
    }
    business = ask("/businesses", owner.headers, wanted)["id"]
    counter.http.get("/api/account/v1/parties", headers=owner.headers).raise_for_status()
    said = {"signatories": [{"person": owner.subject}], "reason": "Found in the register"}
    proposal = ask(f"/businesses/{business}/verification", counter.staff("support"), said)["id"]
    done = ask(f"/proposals/{proposal}/approve", counter.staff("risk"), {"reason": "Seen, too"})
    account = f"/api/account/v1/accounts/{done['result']['account']}"
    shown = counter.http.get(account, headers=counter.staff("auditor")).raise_for_status().json()
    return str(shown["number"])


def test_a_name_enquiry_counts_for_its_person_and_its_number_only(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    (other,) = join(bank, count=1)
    told = counter.post("/v1/name-enquiries", {"number": payee.person.account}, payer, key=None).json()
    for customer, to in ((other, payee), (payer, other)):
        body = customer.transfer(to, 100) | {"enquiry": told["ref"]}
        answer = counter.post("/v1/transfers", body, customer)
        assert (answer.status_code, answer.json()["code"]) == (422, "enquiry_not_valid")


def test_whoever_tries_numbers_is_slowed_down(counter: Counter, payer: Customer) -> None:
    answers = [
        counter.post("/v1/name-enquiries", {"number": f"00000000{n:02d}"}, payer, key=None) for n in range(21)
    ]
    assert [a.status_code for a in answers] == [404] * 20 + [429]
    assert (answers[-1].json()["code"], answers[-1].headers["Retry-After"]) == ("rate_limited", "60")


def test_a_teller_takes_cash(bank: Bank, counter: Counter, payer: Customer) -> None:
    taken = counter.deposit(payer, 50_000)
    assert (taken["kind"], taken["status"]) == ("deposit", "completed")
    assert taken["payee_name"] == f"{payer.person.first_name} {payer.person.last_name}"
    assert balance_of(bank, payer) == OPENING_BONUS + 50_000
    assert counter.get(f"/v1/payments/{taken['id']}", payer).json()["direction"] == "in"


@pytest.mark.parametrize("role", ["support", "auditor", "admin", "risk", "loan_officer"])
def test_only_a_teller_takes_cash(counter: Counter, payer: Customer, role: str) -> None:
    body = {"account_number": payer.person.account, "amount": 1, "currency": "NGN", "narration": ""}
    assert counter.post("/v1/deposits", body, counter.staff(role)).status_code == 403
    assert counter.post("/v1/deposits", body, payer).status_code == 403


def test_the_payee_gives_back_with_a_pin_and_never_more_than_came(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    paid = counter.transfer(payer, payee, 3_000)["id"]
    path = f"/v1/payments/{paid}/refund"
    assert counter.post(path, {"pin": payer.person.pin}, payer).status_code == 403
    assert counter.post(path, {}, payee).json()["code"] == "pin_required"
    body = {"amount": 1_000, "pin": payee.person.pin}
    part = counter.post(path, body, payee, key=f"part-{paid}")
    assert (part.status_code, part.json()["status"], part.json()["refund_of"]) == (201, "completed", paid)
    assert counter.post(path, body, payee, key=f"part-{paid}").headers["Idempotent-Replayed"] == "true"
    too_much = counter.post(path, {"amount": 2_001, "pin": payee.person.pin}, payee)
    assert (too_much.status_code, too_much.json()["code"]) == (422, "refund_exceeds_payment")
    rest = counter.post(path, {}, counter.staff("teller"))
    assert (rest.status_code, rest.json()["amount"]) == (201, 2_000)
    assert counter.post(path, {}, counter.staff("teller")).json()["code"] == "refund_exceeds_payment"
    original = counter.get(f"/v1/payments/{paid}", payer).json()
    assert (original["status"], original["refund_status"], original["refunded"]) == (
        "completed",
        "fully",
        3_000,
    )
    assert [r["amount"] for r in original["refunds"]] == [1_000, 2_000]
    assert balance_of(bank, payer) == OPENING_BONUS


def test_a_strangers_payment_cannot_be_given_back(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    paid = counter.transfer(payer, payee)["id"]
    (stranger,) = join(bank, count=1)
    path = f"/v1/payments/{paid}/refund"
    assert counter.post(path, {"pin": stranger.person.pin}, stranger).status_code == 404
    assert counter.post("/v1/payments/pay_nothing/refund", {}, counter.staff("teller")).status_code == 404
    assert counter.post(path, {}, counter.staff("auditor")).status_code == 403


def test_a_declined_payment_cannot_be_given_back(counter: Counter, payer: Customer, payee: Customer) -> None:
    declined = counter.transfer(payer, payee, OPENING_BONUS * 2)["id"]
    answer = counter.post(f"/v1/payments/{declined}/refund", {}, counter.staff("teller"))
    assert (answer.status_code, answer.json()["code"]) == (422, "not_refundable")


def test_a_batch_answers_for_each_item_by_itself(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    good = payer.transfer(payee, 100)
    items = [
        good,
        good | {"amount": 0},
        good | {"payee_number": "0000000000"},
        good | {"amount": OPENING_BONUS},
        good,
    ]
    first = counter.post("/v1/batches", {"items": items}, payer, key="wages")
    assert first.status_code == 201, first.text
    results = first.json()
    assert (results["size"], results["completed"]) == (5, 2)
    assert [item["index"] for item in results["items"]] == [0, 1, 2, 3, 4]
    assert [item.get("code") or item["payment"]["status"] for item in results["items"]] == [
        "completed",
        "amount_out_of_range",
        "payee_not_found",
        "declined",
        "completed",
    ]
    assert balance_of(bank, payer) == OPENING_BONUS - 200
    again = counter.post("/v1/batches", {"items": items}, payer, key="wages")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (results, "true")
    other = counter.post("/v1/batches", {"items": items[:4]}, payer, key="wages")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert balance_of(bank, payer) == OPENING_BONUS - 200


def test_a_wrong_pin_in_a_whole_batch_is_one_try(counter: Counter, payer: Customer, payee: Customer) -> None:
    items = [payer.transfer(payee, 100) | {"pin": "0001"}] * 50
    results = counter.post("/v1/batches", {"items": items}, payer).json()
    assert {item["code"] for item in results["items"]} == {"wrong_pin"}
    assert counter.transfer(payer, payee, 100)["status"] == "completed"


@pytest.mark.parametrize("size", [0, 10_001])
def test_a_batch_has_at_least_one_item_and_at_most_ten_thousand(
    counter: Counter, payer: Customer, payee: Customer, size: int
) -> None:
    answer = counter.post("/v1/batches", {"items": [payer.transfer(payee, 1)] * size}, payer)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


RICH = 500_000_000
"""Five million naira, in kobo: enough to be looked at."""


def test_a_payment_screening_stopped_goes_on_when_its_payer_signs_in_anew(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    counter.deposit(payer, RICH)
    counter.transfer(payer, payee, 100)
    waiting = counter.transfer(payer, payee, 60_000_000)
    assert (waiting["status"], waiting["code"]) == ("requires_action", "confirmation_required")
    assert waiting["reasons"]
    assert balance_of(bank, payer) == OPENING_BONUS + RICH - 100
    path = f"/v1/payments/{waiting['id']}/confirm"
    old = counter.mint.person(subject=payer.subject, auth_time=int(time.time()) - 3600)
    stale = counter.post(path, None, {"Authorization": f"Bearer {old}"})
    assert (stale.status_code, stale.json()["code"]) == (401, "insufficient_user_authentication")
    fresh = counter.mint.person(subject=payer.subject, auth_time=int(time.time()) + 1)
    confirmed = counter.post(path, None, {"Authorization": f"Bearer {fresh}"})
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "screened"), confirmed.text
    eventually(lambda: counter.status(waiting["id"], payer) == "completed", what="the payment")
    assert balance_of(bank, payer) == OPENING_BONUS + RICH - 60_000_100
    again = counter.post(path, None, {"Authorization": f"Bearer {fresh}"})
    assert (again.status_code, again.json()["code"]) == (409, "not_awaiting_confirmation")


def proof_of(counter: Counter, payment: dict[str, Any], *, payer: Customer, session: str, **act: Any) -> str:
    """What identity signs when the payer confirmed this payment, or something else."""
    confirmed = {
        "action": "transfer",
        "amount": payment["amount"],
        "currency": payment["currency"],
        "payee": payment["payee_number"],
        "reference": payment["id"],
    }
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": ["payment"], "sub": payer.subject, "sid": session, "jti": new_id("chl")}
    times = {"iat": now, "nbf": now, "exp": now + 300}
    return counter.mint.sign(claims | times | {"act": confirmed | act}, typ=PROOF_TYPE)


def test_a_large_payment_goes_on_with_a_proof_of_this_amount_to_this_payee_only(
    bank: Bank, counter: Counter, payer: Customer, payee: Customer
) -> None:
    counter.deposit(payer, RICH)
    session = new_id("ses")
    token = counter.mint.person(subject=payer.subject, sid=session, auth_time=int(time.time()) + 60)
    signed_in = {"Authorization": f"Bearer {token}"}
    waiting = counter.transfer(payer, payee, 100_000_000)
    assert (waiting["status"], waiting["code"]) == ("requires_action", "confirmation_required")
    path = f"/v1/payments/{waiting['id']}/confirm"
    alone = counter.post(path, None, signed_in)
    assert (alone.status_code, alone.json()["code"]) == (422, "proof_required")
    for changed in ({"amount": 1}, {"payee": "0000000000"}, {"reference": "pay_other"}, {"currency": "USD"}):
        proof = proof_of(counter, waiting, payer=payer, session=session, **changed)
        answer = counter.post(path, {"proof": proof}, signed_in)
        assert (answer.status_code, answer.json()["code"]) == (422, "proof_invalid"), changed
    stolen = proof_of(counter, waiting, payer=payer, session=new_id("ses"))
    assert counter.post(path, {"proof": stolen}, signed_in).json()["code"] == "proof_invalid"
    good = proof_of(counter, waiting, payer=payer, session=session)
    assert counter.post(path, {"proof": good}, signed_in).json()["status"] == "screened"
    eventually(lambda: counter.status(waiting["id"], payer) == "completed", what="the payment")
    assert balance_of(bank, payer) == OPENING_BONUS + RICH - 100_000_000
    again = counter.post(path, {"proof": good}, signed_in)
    assert (again.status_code, again.json()["code"]) == (409, "not_awaiting_confirmation")


def test_nobody_confirms_somebody_elses_payment(counter: Counter, payer: Customer, payee: Customer) -> None:
    counter.deposit(payer, RICH)
    waiting = counter.transfer(payer, payee, 60_000_000)["id"]
    assert counter.post(f"/v1/payments/{waiting}/confirm", None, payee).status_code == 404


def test_a_payment_in_review_goes_on_when_two_of_risk_release_it(
    bank: Bank, counter: Counter, payer: Customer
) -> None:
    (stranger,) = join(bank, count=1)
    counter.deposit(payer, RICH)
    waiting = counter.transfer(payer, stranger, 250_000_000)
    assert (waiting["status"], waiting["code"]) == ("review", "under_review")
    assert balance_of(bank, stranger) == OPENING_BONUS
    headers = [counter.staff("risk"), counter.staff("risk")]
    cases = counter.http.get("/api/fraud/v1/cases", headers=headers[0]).json()["items"]
    case = next(case["id"] for case in cases if case["payment"] == waiting["id"])
    for person in headers:
        resolved = counter.http.post(
            f"/api/fraud/v1/cases/{case}/resolve",
            json={"verdict": "release", "note": "spoke to the customer"},
            headers=person | {"Idempotency-Key": new_id("key")},
        )
        assert resolved.is_success, resolved.text
    eventually(lambda: counter.status(waiting["id"], payer) == "completed", what="the payment")
    assert balance_of(bank, stranger) == OPENING_BONUS + 250_000_000


def instruct(
    counter: Counter, *instructions: dict[str, Any], scopes: tuple[str, ...] = ("payment:instruct",)
) -> Any:
    token = counter.mint.service("account", audience="payment", scopes=scopes)
    return httpx.post(
        counter.bank.url("payment.engine") + "/internal/v1/instructions",
        json={"instructions": list(instructions)},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )


def test_a_sibling_pays_by_instruction_once_per_key(bank: Bank, counter: Counter, payer: Customer) -> None:
    loan = {
        "key": f"loan-{payer.subject}",
        "kind": "loan_disbursement",
        "payer_account": "bank_loans_ngn",
        "payee_account": payer.person.account_id,
        "amount": 200_000,
        "currency": "NGN",
    }
    bad = loan | {"key": f"bad-{payer.subject}", "payee_account": "acc_nobody"}
    first, refused = instruct(counter, loan, bad).json()["outcomes"]
    assert (first["status"], first["key"]) == ("completed", loan["key"])
    assert (refused["status"], refused["code"], refused["payment"]) == ("refused", "payee_not_found", "")
    (again,) = instruct(counter, loan).json()["outcomes"]
    assert again == first
    (reused,) = instruct(counter, loan | {"amount": 1}).json()["outcomes"]
    assert (reused["status"], reused["code"]) == ("refused", "idempotency_key_reused")
    assert balance_of(bank, payer) == OPENING_BONUS + 200_000


def test_instructions_are_not_for_the_world(counter: Counter, payer: Customer) -> None:
    assert instruct(counter, scopes=("account:move",)).status_code == 403
    assert counter.post("/internal/v1/instructions", {"instructions": []}, payer).status_code == 404
    inside = httpx.post(
        counter.bank.url("payment.engine") + "/internal/v1/instructions",
        json={"instructions": []},
        headers=payer.headers,
        timeout=60,
    )
    assert inside.status_code == 403
