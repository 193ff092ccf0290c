"""The account office over HTTP, in a whole bank: open, look, freeze, close, change the PIN."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.account.domain.nuban import account_number
from arhan.kernel.ids import is_id, new_id
from tests.bank import eventually
from tests.people import join, mint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bank import Bank
    from tests.people import Customer
    from tests.tokens import Mint

BONUS = 1_000_00
_numbers = count(1)


@dataclass(frozen=True)
class Office:
    """The office and the engine as a test's people see them."""

    bank: Bank
    mint: Mint
    http: httpx.Client

    def ask(
        self, method: str, path: str, token: str, body: object = None, *, key: str = ""
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
        return self.http.request(method, path, json=body, headers=headers)

    def post(self, path: str, token: str, body: object = None, *, key: str = "") -> httpx.Response:
        return self.ask("POST", path, token, body, key=key or f"key-{next(_numbers)}")

    def get(self, path: str, token: str) -> dict[str, Any]:
        answer = self.ask("GET", path, token)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def staff(self, role: str = "support") -> str:
        return self.mint.person(role=role)

    def service(self, scope: str) -> str:
        return self.mint.service("payment", audience="account", scopes=(scope,))

    def open(self, customer: Customer, *, product: str = "savings", pin: str = "0427") -> dict[str, Any]:
        answer = self.post("/v1/accounts", customer.token, {"product": product, "pin": pin})
        assert answer.status_code == 201, answer.text
        opened: dict[str, Any] = answer.json()
        return opened

    def move(self, *movements: dict[str, Any]) -> list[dict[str, Any]]:
        """What the engine makes of these commands."""
        answer = httpx.post(
            self.bank.url("account.engine") + "/internal/v1/movements",
            json={"movements": movements},
            headers={"Authorization": f"Bearer {self.service('account:move')}"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        outcomes: list[dict[str, Any]] = answer.json()["outcomes"]
        return outcomes

    def resolve(self, **asked: object) -> dict[str, Any]:
        answer = httpx.post(
            self.bank.url("account.engine") + "/internal/v1/resolutions",
            json={"resolutions": [asked]},
            headers={"Authorization": f"Bearer {self.service('account:move')}"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        resolution: dict[str, Any] = answer.json()["resolutions"][0]
        return resolution

    def empty(self, account: str, amount: int) -> None:
        (outcome,) = self.move(movement(account, "bank_cash_ngn", amount))
        assert outcome["status"] == "posted", outcome


def movement(payer: str, payee: str, amount: int, **more: object) -> dict[str, Any]:
    return {
        "type": "movement",
        "id": new_id("mov"),
        "kind": "transfer",
        "currency": "NGN",
        "postings": [
            {"account": payer, "side": "debit", "amount": amount},
            {"account": payee, "side": "credit", "amount": amount},
        ],
    } | more


@pytest.fixture(scope="module")
def office(bank: Bank) -> Iterator[Office]:
    with httpx.Client(base_url=bank.url("account.office"), timeout=30) as http:
        yield Office(bank, mint_of(bank), http)


@pytest.fixture
def ada(bank: Bank, office: Office) -> Customer:
    """Somebody with a current account that holds the opening bonus."""
    return join(bank, count=1)[0]


# Opening.


def test_products_are_public(office: Office) -> None:
    found = office.http.get("/v1/products").json()
    first = {"current", "savings", "overdraft", "premium", "fixed", "target"}
    assert [
        (p["code"], p["kind"], p["currency"], p["interest_rate"]) for p in found if p["code"] in first
    ] == [
        ("current", "current", "NGN", "0.0000"),
        ("fixed", "fixed_term", "NGN", "11.0000"),
        ("overdraft", "current", "NGN", "0.0000"),
        ("premium", "savings", "NGN", "8.0000"),
        ("savings", "savings", "NGN", "3.5000"),
        ("target", "target_savings", "NGN", "5.0000"),
    ]
    (overdraft,) = (p for p in found if p["code"] == "overdraft")
    assert (overdraft["version"], overdraft["terms"]["overdraft_limit"]) == (1, 50_000_00)


def test_the_first_account_begins_with_the_welcome_from_the_marketing_account(
    office: Office, ada: Customer
) -> None:
    account = office.get(f"/v1/accounts/{ada.person.account_id}", ada.token)
    assert is_id(account["id"], "acc")
    assert account["name"] == f"{ada.person.first_name} {ada.person.last_name}"
    assert (account["product"], account["kind"], account["currency"]) == ("current", "current", "NGN")
    assert (account["status"], account["balance"], account["available"]) == ("active", BONUS, BONUS)
    (entry,) = office.get(f"/v1/accounts/{account['id']}/entries", ada.token)["items"]
    assert (entry["seq"], entry["kind"], entry["side"]) == (1, "opening_bonus", "credit")
    assert (entry["amount"], entry["balance_after"]) == (BONUS, BONUS)
    assert entry["movement_id"] == "mov_" + account["id"].removeprefix("acc_")
    marketing = office.get("/v1/accounts/bank_marketing_ngn", office.staff("auditor"))
    assert marketing["balance"] >= BONUS, "an expense grows by its debits"


def test_the_welcome_comes_once(office: Office, ada: Customer) -> None:
    second = office.open(ada)
    assert (second["balance"], second["available"]) == (0, 0)
    assert second["number"] != ada.person.account
    mine = office.get("/v1/accounts", ada.token)["items"]
    assert [account["id"] for account in mine] == [second["id"], ada.person.account_id]


def test_a_number_is_a_nuban_of_this_bank(office: Office, ada: Customer) -> None:
    number = ada.person.account
    assert len(number) == 10
    assert account_number(bank="999", serial=int(number[:9])) == number


def test_a_repeat_opens_nothing_more(office: Office, ada: Customer) -> None:
    body = {"product": "savings", "pin": "0001"}
    first = office.post("/v1/accounts", ada.token, body, key="once")
    again = office.post("/v1/accounts", ada.token, body, key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    other = office.post("/v1/accounts", ada.token, body | {"pin": "0002"}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    keyless = office.ask("POST", "/v1/accounts", ada.token, body)
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")
    assert len(office.get("/v1/accounts", ada.token)["items"]) == 2


@pytest.mark.parametrize(
    "pin", ["427", "04271", "o427", "", None, 427, "\N{ARABIC-INDIC DIGIT ZERO}427", "0427\n"]
)
def test_a_pin_is_four_digits(office: Office, ada: Customer, pin: object) -> None:
    answer = office.post("/v1/accounts", ada.token, {"product": "savings", "pin": pin})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/pin")


def test_an_unknown_product_is_refused(office: Office, ada: Customer) -> None:
    answer = office.post("/v1/accounts", ada.token, {"product": "gold", "pin": "0427"})
    assert (answer.status_code, answer.json()["code"]) == (422, "product_not_found")


def test_nobody_opens_an_account_without_being_a_customer(office: Office) -> None:
    body = {"product": "savings", "pin": "0427"}
    stranger = office.post("/v1/accounts", office.mint.person(subject=new_id("usr")), body)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_permitted")
    assert office.post("/v1/accounts", office.staff("teller"), body).status_code == 403


# Looking.


def test_another_customer_s_account_is_not_there(office: Office, bank: Bank, ada: Customer) -> None:
    bayo = join(bank, count=1)[0]
    path = f"/v1/accounts/{ada.person.account_id}"
    for method, tail in [
        ("GET", ""),
        ("GET", "/entries"),
        ("POST", "/freeze"),
        ("POST", "/unfreeze"),
        ("POST", "/close"),
        ("POST", "/pin"),
    ]:
        body = {"new_pin": "1111", "current_pin": "0427"} if tail == "/pin" else None
        answer = office.ask(method, path + tail, bayo.token, body, key="x")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), tail
    listed = office.get(f"/v1/accounts?customer={ada.subject}", bayo.token)["items"]
    assert {account["customer"] for account in listed} == {bayo.subject}


def test_staff_find_an_account_by_its_number(office: Office, ada: Customer) -> None:
    found = office.get(f"/v1/accounts?number={ada.person.account}", office.staff("teller"))
    assert [account["id"] for account in found["items"]] == [ada.person.account_id]


def test_the_bank_s_own_accounts_are_for_staff(office: Office, ada: Customer) -> None:
    own = office.get("/v1/accounts?bank=true&limit=200", office.staff("auditor"))["items"]
    assert {"bank_cash_ngn", "bank_marketing_ngn", "bank_cash_jpy"} <= {account["id"] for account in own}
    assert all(account["number"] is None and account["available"] is None for account in own)
    mine = office.get("/v1/accounts?bank=true", ada.token)["items"]
    assert [account["id"] for account in mine] == [ada.person.account_id]


def test_entries_come_page_by_page_newest_first(office: Office, ada: Customer) -> None:
    account = ada.person.account_id
    office.move(*[movement("bank_cash_ngn", account, amount) for amount in range(1, 8)])
    seen: list[tuple[int, int]] = []
    path = f"/v1/accounts/{account}/entries?limit=3"
    page = office.get(path, ada.token)
    while True:
        seen += [(entry["seq"], entry["amount"]) for entry in page["items"]]
        if page["next"] is None:
            break
        page = office.get(f"{path}&after={page['next']}", ada.token)
    assert seen == [(8, 7), (7, 6), (6, 5), (5, 4), (4, 3), (3, 2), (2, 1), (1, BONUS)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=x", "after=0", f"after={2**63}"])
def test_a_page_that_cannot_be_is_refused(office: Office, ada: Customer, query: str) -> None:
    answer = office.ask("GET", f"/v1/accounts/{ada.person.account_id}/entries?{query}", ada.token)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


# Freezing and closing.


def test_the_owner_freezes_and_unfreezes(office: Office, ada: Customer) -> None:
    path = f"/v1/accounts/{ada.person.account_id}"
    frozen = office.post(f"{path}/freeze", ada.token, {"reason": "I lost my phone"}).json()
    assert (frozen["status"], frozen["status_reason"]) == ("frozen", "I lost my phone")
    out, into = office.move(
        movement(ada.person.account_id, "bank_cash_ngn", 1),
        movement("bank_cash_ngn", ada.person.account_id, 1),
    )
    assert (out["code"], into["status"]) == ("account_frozen", "posted")
    assert office.post(f"{path}/freeze", ada.token).json()["status_reason"] == "I lost my phone"
    assert office.post(f"{path}/unfreeze", ada.token).json()["status"] == "active"
    (out,) = office.move(movement(ada.person.account_id, "bank_cash_ngn", 1))
    assert out["status"] == "posted"


def test_what_the_bank_froze_only_the_bank_unfreezes(office: Office, ada: Customer) -> None:
    path = f"/v1/accounts/{ada.person.account_id}"
    office.post(f"{path}/freeze", ada.token)
    why = {"reason": "court order 12/2026"}
    assert office.post(f"{path}/freeze", office.staff("risk"), why).status_code == 200
    for verb in ("unfreeze", "close"):
        answer = office.post(f"{path}/{verb}", ada.token)
        assert (answer.status_code, answer.json()["code"]) == (409, "frozen_by_bank")
    assert office.post(f"{path}/unfreeze", office.staff("risk"), why).json()["status"] == "active"


def test_staff_say_why(office: Office, ada: Customer) -> None:
    for verb in ("freeze", "unfreeze", "close"):
        answer = office.post(f"/v1/accounts/{ada.person.account_id}/{verb}", office.staff("admin"))
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/reason")
    assert (
        office.post(
            f"/v1/accounts/{ada.person.account_id}/freeze", office.staff("teller"), {"reason": "x"}
        ).status_code
        == 403
    )


def test_an_account_is_closed_empty(office: Office, ada: Customer) -> None:
    account = ada.person.account_id
    path = f"/v1/accounts/{account}"
    full = office.post(f"{path}/close", ada.token)
    assert (full.status_code, full.json()["code"]) == (409, "account_not_empty")
    office.empty(account, BONUS)
    closed = office.post(f"{path}/close", ada.token, {"reason": "moving away"})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed")
    assert office.post(f"{path}/close", ada.token).json()["status"] == "closed"
    for verb in ("freeze", "unfreeze"):
        answer = office.post(f"{path}/{verb}", ada.token)
        assert (answer.status_code, answer.json()["code"]) == (409, "account_is_closed")
    (into,) = office.move(movement("bank_cash_ngn", account, 1))
    assert into["code"] == "account_closed"
    assert office.resolve(payee_account=account)["code"] == "payee_not_found"


def test_an_account_with_an_open_hold_is_not_closed(office: Office, ada: Customer) -> None:
    account = ada.person.account_id
    hold = {
        "type": "hold",
        "id": new_id("hold"),
        "account": account,
        "amount": 400,
        "currency": "NGN",
        "expires_in_s": 3600,
    }
    assert office.move(hold)[0]["status"] == "posted"
    shown = office.get(f"/v1/accounts/{account}", ada.token)
    assert (shown["balance"], shown["held"], shown["available"]) == (BONUS, 400, BONUS - 400)
    answer = office.post(f"/v1/accounts/{account}/close", ada.token)
    assert (answer.status_code, answer.json()["code"]) == (409, "holds_open")


def test_expired_holds_are_swept(office: Office, bank: Bank, ada: Customer) -> None:
    account = ada.person.account_id
    name = new_id("hold")
    hold = {
        "type": "hold",
        "id": name,
        "account": account,
        "amount": 400,
        "currency": "NGN",
        "expires_in_s": 1,
    }
    assert office.move(hold)[0]["status"] == "posted"
    eventually(
        lambda: office.get(f"/v1/accounts/{account}", ada.token)["held"] == 0,
        within_s=90,
        what="the end of an expired hold",
    )
    (late,) = office.move({"type": "release", "id": new_id("mov"), "hold": name})
    assert late["code"] == "hold_expired"


# The PIN.


def test_the_owner_changes_the_pin_and_must_know_it(office: Office, ada: Customer) -> None:
    account, pin = ada.person.account_id, ada.person.pin
    path = f"/v1/accounts/{account}/pin"

    def is_pin(guess: str) -> str:
        found = office.resolve(payer_account=account, person=ada.subject, session="s", pin=guess)
        return str(found["code"])

    missing = office.post(path, ada.token, {"new_pin": "0007"})
    assert (missing.status_code, missing.json()["code"]) == (422, "pin_required")
    wrong = office.post(path, ada.token, {"new_pin": "0007", "current_pin": _other_than(pin)})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["tries_left"]) == (422, "wrong_pin", 2)
    body = {"new_pin": "0007", "current_pin": pin}
    changed = office.post(path, ada.token, body, key="change")
    assert changed.status_code == 200, changed.text
    assert office.post(path, ada.token, body, key="change").headers["Idempotent-Replayed"] == "true"
    assert is_pin("0007") == ""
    assert is_pin(pin) == "wrong_pin"


def test_wrong_guesses_at_the_office_count_too(office: Office, ada: Customer) -> None:
    path = f"/v1/accounts/{ada.person.account_id}/pin"
    guess = {"new_pin": "0007", "current_pin": _other_than(ada.person.pin)}
    codes = [office.post(path, ada.token, guess).json()["code"] for _ in range(4)]
    assert codes == ["wrong_pin", "wrong_pin", "wrong_pin", "pin_blocked"]
    right = office.post(path, ada.token, guess | {"current_pin": ada.person.pin})
    assert right.json()["code"] == "pin_blocked"
    bare = office.post(path, office.staff("support"), {"new_pin": "0008"})
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (400, "/reason")
    reset = office.post(path, office.staff("support"), {"new_pin": "0008", "reason": "came with passport"})
    assert reset.status_code == 200, reset.text
    found = office.resolve(payer_account=ada.person.account_id, person=ada.subject, session="s", pin="0008")
    assert (found["code"], found["pin_version"]) == ("", 3)


def _other_than(pin: str) -> str:
    return "1111" if pin != "1111" else "2222"


def test_a_pin_changed_since_it_was_proved_moves_nothing(office: Office, ada: Customer) -> None:
    account = ada.person.account_id
    proved = office.resolve(payer_account=account, person=ada.subject, session="s", pin=ada.person.pin)
    proof = {"account": account, "version": proved["pin_version"]}
    assert office.move(movement(account, "bank_cash_ngn", 1, pin_proof=proof))[0]["status"] == "posted"
    office.post(f"/v1/accounts/{account}/pin", ada.token, {"new_pin": "0007", "current_pin": ada.person.pin})
    (refused,) = office.move(movement(account, "bank_cash_ngn", 1, pin_proof=proof))
    assert refused["code"] == "pin_changed"


# What siblings ask.


def test_siblings_read_accounts_balances_and_events(office: Office, ada: Customer) -> None:
    account = ada.person.account_id
    reader = office.service("account:read")
    (found,) = office.get(f"/internal/v1/accounts?ids={account},acc_nobody", reader)["items"]
    assert (found["number"], found["customer"]) == (ada.person.account, ada.subject)
    balances: dict[str, int] = {}
    path = "/internal/v1/balances?limit=37"
    page = office.get(path, reader)
    while True:
        for line in page["items"]:
            if line["currency"] == "NGN":
                balances[line["account"]] = line["balance"]
        if page["next"] is None:
            break
        page = office.get(f"{path}&after={page['next']}", reader)
    assert balances[account] == BONUS
    assert balances["bank_marketing_ngn"] < 0, "credits minus debits, for every kind of account"
    feed = office.get("/internal/v1/events?limit=5000", office.service("account:feed"))
    eventually(
        lambda: any(
            event["subject"] == account and event["type"] == "account.account.opened"
            for event in office.get("/internal/v1/events?limit=5000", office.service("account:feed"))[
                "events"
            ]
        ),
        what="the opening in the feed",
    )
    assert feed["publisher"] == "account"


def test_the_engine_refuses_what_it_cannot_read(office: Office) -> None:
    url = office.bank.url("account.engine") + "/internal/v1/movements"
    headers = {"Authorization": f"Bearer {office.service('account:move')}"}
    good = movement("bank_cash_ngn", "bank_capital_ngn", 1)
    bad: list[object] = [
        {"movements": [good | {"id": ""}]},
        {"movements": [good | {"id": "a,b"}]},
        {"movements": [good | {"id": "a\n"}]},
        {"movements": [good | {"id": "x" * 65}]},
        {"movements": [good | {"type": "gift"}]},
        {"movements": [good | {"value_date": "2026-02-30"}]},
        {"movements": [good | {"narration": "x" * 501}]},
        {"movements": [good | {"postings": [{"account": "a", "side": "left", "amount": 1}]}]},
        {"movements": [good | {"postings": [{"account": "a", "side": "debit", "amount": 1.5}]}]},
        {"movements": [good | {"narration": "\0"}]},
        {"movements": good},
        [],
    ]
    for body in bad:
        answer = httpx.post(url, json=body, headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request"), body


# A body nobody wants.


def test_a_connection_outlives_a_body_that_was_refused_unread(bank: Bank) -> None:
    """Or the gateway, which still sends it, answers 502."""
    line = http.client.HTTPConnection("127.0.0.1", bank.port("account.office"), timeout=30)
    size = 5 * 1024 * 1024 + 1
    line.putrequest("POST", f"/v1/loans/{new_id('loan')}/documents")
    line.putheader("Content-Length", str(size))
    line.putheader("Content-Type", "image/png")
    line.endheaders()
    socket = line.sock
    line.send(b"0" * size)
    assert line.getresponse().read(), "a problem"
    line.request("GET", "/health/live")
    assert line.getresponse().status == 200
    assert line.sock is socket, "the connection is the same"
    line.close()
