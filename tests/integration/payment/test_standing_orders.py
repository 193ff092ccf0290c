"""Standing orders through the gateway: given, confirmed, paid for account's close of business, rested, ended."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.kernel.ids import new_id
from arhan.kernel.proofs import PROOF_TYPE
from tests.people import OPENING_BONUS, Customer, balance_of, join, mint_of
from tests.tokens import ISSUER, Mint

if TYPE_CHECKING:
    from tests.bank import Bank

FAR = datetime.now(UTC).date() + timedelta(days=400)
"""A day of this test's own: what others ordered is not paid with it."""


@pytest.fixture(scope="module")
def mint(bank: Bank) -> Mint:
    return mint_of(bank)


@pytest.fixture
def ada(bank: Bank) -> Customer:
    return join(bank, count=1)[0]


@pytest.fixture(scope="module")
def shop(bank: Bank) -> Customer:
    return join(bank, count=1)[0]


def call(
    bank: Bank, method: str, path: str, who: Customer, body: object = None, *, key: str = "", token: str = ""
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or who.token}"}
    headers["Idempotency-Key"] = key or str(uuid.uuid4())
    return httpx.request(method, f"{bank.gateway}/api/payment{path}", json=body, headers=headers, timeout=60)


def wish(payer: Customer, payee: Customer, **changes: Any) -> dict[str, Any]:
    return {
        "payer_account": payer.person.account_id,
        "payee_number": payee.person.account,
        "amount": 5_000,
        "currency": "NGN",
        "narration": "Rent",
        "frequency": "monthly",
        "first_date": FAR.isoformat(),
        "pin": payer.person.pin,
    } | changes


def proof(mint: Mint, order: dict[str, Any], payer: Customer, *, session: str, **act: Any) -> str:
    """What identity signs when the payer confirmed this standing order."""
    confirmed = {
        "action": "standing_order",
        "amount": order["amount"],
        "currency": order["currency"],
        "payee": order["payee_number"],
        "reference": order["id"],
    }
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": ["payment"], "sub": payer.subject, "sid": session, "jti": new_id("chl")}
    times = {"iat": now, "nbf": now, "exp": now + 300}
    return mint.sign(claims | times | {"act": confirmed | act}, typ=PROOF_TYPE)


def given(bank: Bank, mint: Mint, payer: Customer, payee: Customer, **changes: Any) -> dict[str, Any]:
    """One that its payer has confirmed."""
    answer = call(bank, "POST", "/v1/standing-orders", payer, wish(payer, payee, **changes))
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    session = new_id("ses")
    token = mint.person(subject=payer.subject, sid=session)
    confirmed = call(
        bank,
        "POST",
        f"/v1/standing-orders/{order['id']}/confirm",
        payer,
        {"proof": proof(mint, order, payer, session=session)},
        token=token,
    )
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "active"), confirmed.text
    found: dict[str, Any] = confirmed.json()
    return found


def pay(bank: Bank, mint: Mint, on: date) -> None:
    """What account's close of business asks of payment's engine."""
    token = mint.service("account", audience="payment", scopes=("payment:instruct",))
    while True:
        answer = httpx.post(
            f"{bank.url('payment.engine')}/internal/v1/standing-order-runs",
            json={"on": on.isoformat()},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        if not answer.json()["ordered"] and not answer.json()["settled"]:
            return


def test_from_the_order_to_its_payments_and_its_end(
    bank: Bank, mint: Mint, ada: Customer, shop: Customer
) -> None:
    order = given(bank, mint, ada, shop, day_of_month=FAR.day)
    path = f"/v1/standing-orders/{order['id']}"
    assert order["next_date"] == FAR.isoformat()
    assert "***" in order["payee_name"]
    pay(bank, mint, FAR)
    pay(bank, mint, FAR)
    assert balance_of(bank, ada) == OPENING_BONUS - 5_000
    (made,) = call(bank, "GET", f"{path}/executions", ada).json()["items"]
    assert (made["status"], made["due_date"], made["amount"]) == ("paid", FAR.isoformat(), 5_000)
    payment = call(bank, "GET", f"/v1/payments/{made['payment']}", ada).json()
    assert (payment["kind"], payment["status"], payment["narration"]) == (
        "standing_order",
        "completed",
        "Rent",
    )
    assert call(bank, "GET", path, ada).json()["paid"] == 1

    assert call(bank, "POST", f"{path}/pause", ada).json()["status"] == "paused"
    pay(bank, mint, FAR + timedelta(days=31))
    assert balance_of(bank, ada) == OPENING_BONUS - 5_000
    assert call(bank, "POST", f"{path}/resume", ada).json()["status"] == "active"

    account = f"{bank.gateway}/api/account/v1/accounts/{ada.person.account_id}/close"
    refused = httpx.post(
        account, headers=ada.headers, json={"remainder_to": shop.person.account, "pin": "0000"}, timeout=60
    )
    assert refused.status_code in {409, 422}
    with_pin = {"remainder_to": shop.person.account, "pin": ada.person.pin}
    refused = httpx.post(account, headers=ada.headers, json=with_pin, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (409, "standing_orders_open")

    ended = call(bank, "POST", f"{path}/cancel", ada).json()
    assert (ended["status"], ended["next_date"]) == ("cancelled", None)
    refused = call(bank, "POST", f"{path}/resume", ada)
    assert (refused.status_code, refused.json()["code"]) == (409, "standing_order_unfit")
    closed = httpx.post(account, headers=ada.headers, json=with_pin, timeout=60)
    assert (closed.status_code, closed.json()["status"]) == (200, "closed"), closed.text


def test_nothing_is_paid_that_its_payer_has_not_confirmed(
    bank: Bank, mint: Mint, ada: Customer, shop: Customer
) -> None:
    key = str(uuid.uuid4())
    order = call(bank, "POST", "/v1/standing-orders", ada, wish(ada, shop), key=key).json()
    again = call(bank, "POST", "/v1/standing-orders", ada, wish(ada, shop), key=key)
    assert (again.json()["id"], again.headers["Idempotent-Replayed"]) == (order["id"], "true")
    assert order["status"] == "unconfirmed"
    pay(bank, mint, FAR)
    assert balance_of(bank, ada) == OPENING_BONUS
    session = new_id("ses")
    token = mint.person(subject=ada.subject, sid=session)
    path = f"/v1/standing-orders/{order['id']}/confirm"
    for wrong in (
        "",
        "no proof",
        proof(mint, order, ada, session=session, amount=1),
        proof(mint, order, ada, session=session, payee="0000000000"),
        proof(mint, order, ada, session=new_id("ses")),
        proof(mint, order, shop, session=session),
    ):
        refused = call(bank, "POST", path, ada, {"proof": wrong}, token=token)
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] in {"proof_required", "proof_invalid"}
    assert (
        call(bank, "POST", f"/v1/standing-orders/{order['id']}/cancel", ada).json()["status"] == "cancelled"
    )


def test_somebody_elses_is_not_there(bank: Bank, mint: Mint, ada: Customer, shop: Customer) -> None:
    order = given(bank, mint, ada, shop)
    path = f"/v1/standing-orders/{order['id']}"
    assert call(bank, "GET", "/v1/standing-orders", shop).json()["items"] == []
    for method, what, body in (
        ("GET", "", None),
        ("GET", "/executions", None),
        ("POST", "/challenge", {}),
        ("POST", "/confirm", {"proof": "x"}),
        ("PATCH", "", {"amount": 1, "pin": shop.person.pin}),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/cancel", None),
    ):
        assert call(bank, method, path + what, shop, body).status_code == 404, what
    taken = call(bank, "POST", "/v1/standing-orders", shop, wish(ada, shop, pin=shop.person.pin))
    assert (taken.status_code, taken.json()["code"]) == (404, "account_not_found")
    assert call(bank, "POST", f"{path}/cancel", ada).status_code == 200


def test_more_money_takes_a_proof_and_less_takes_the_pin(
    bank: Bank, mint: Mint, ada: Customer, shop: Customer
) -> None:
    order = given(bank, mint, ada, shop)
    path = f"/v1/standing-orders/{order['id']}"
    pin = {"pin": ada.person.pin}
    assert call(bank, "PATCH", path, ada, {"amount": 4_000, "pin": "9999"}).json()["code"] == "wrong_pin"
    less = call(bank, "PATCH", path, ada, {"amount": 4_000, "narration": "Part", **pin}).json()
    assert (less["amount"], less["narration"]) == (4_000, "Part")
    assert call(bank, "PATCH", path, ada, {"amount": 9_000, **pin}).json()["code"] == "proof_required"
    session = new_id("ses")
    token = mint.person(subject=ada.subject, sid=session)
    for amount, code in ((8_000, "proof_invalid"), (9_000, None)):
        shown = proof(mint, order, ada, session=session, amount=amount)
        answer = call(bank, "PATCH", path, ada, {"amount": 9_000, "proof": shown, **pin}, token=token)
        assert answer.json().get("code") in {code, ""}, answer.text
    assert call(bank, "GET", path, ada).json()["amount"] == 9_000
    once = call(bank, "PATCH", path, ada, {"times": 1, **pin}).json()
    assert (once["times"], once["status"]) == (1, "active")
    over = call(bank, "PATCH", path, ada, {"last_date": FAR.isoformat(), **pin}).json()
    assert (over["last_date"], over["times"]) == (FAR.isoformat(), None)
    endless = call(bank, "PATCH", path, ada, {"endless": True, **pin}).json()
    assert (endless["last_date"], endless["times"]) == (None, None)
    assert call(bank, "POST", f"{path}/cancel", ada).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"amount": 0}, 422, "amount_out_of_range"),
        ({"currency": "USD"}, 422, "currency_mismatch"),
        ({"payee_number": "0000000000"}, 404, "payee_not_found"),
        ({"first_date": "2020-01-01"}, 422, "schedule_not_valid"),
        ({"last_date": "2020-01-01"}, 422, "schedule_not_valid"),
        ({"times": 2, "last_date": FAR.isoformat()}, 400, "malformed_request"),
        ({"times": 2, "endless": True}, 400, "malformed_request"),
        ({"payee_number": ""}, 400, "malformed_request"),
        ({"frequency": "hourly"}, 400, "malformed_request"),
        ({"pin": "9999"}, 422, "wrong_pin"),
    ],
)
def test_what_cannot_be_ordered(
    bank: Bank, ada: Customer, shop: Customer, changes: dict[str, Any], status: int, code: str
) -> None:
    refused = call(bank, "POST", "/v1/standing-orders", ada, wish(ada, shop, **changes))
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text


def test_one_does_not_pay_oneself_from_the_same_account(bank: Bank, ada: Customer) -> None:
    refused = call(bank, "POST", "/v1/standing-orders", ada, wish(ada, ada))
    assert (refused.status_code, refused.json()["code"]) == (422, "same_account")
