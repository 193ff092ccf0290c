"""Customers with cards, and what they are presented for, through the gateway of a whole bank."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx

from arhan.kernel.ids import new_id
from arhan.kernel.proofs import PROOF_TYPE
from tests.people import join, mint_of
from tests.tokens import ISSUER

if TYPE_CHECKING:
    from tests.bank import Bank
    from tests.people import Customer
    from tests.tokens import Mint

PIN = "8264"
_numbers = count(1)


@dataclass(frozen=True)
class Plastic:
    """A card as its holder sees it."""

    id: str
    number: str
    expiry: str
    cvv: str
    pin: str
    last4: str


@dataclass
class Terminal:
    """Cardholders, merchants and staff at one bank."""

    bank: Bank
    mint: Mint = field(init=False)
    http: httpx.Client = field(init=False)
    secrets: list[str] = field(default_factory=list)
    """Everything that must be found nowhere: numbers, codes, PINs."""

    def __post_init__(self) -> None:
        self.mint = mint_of(self.bank)
        self.http = httpx.Client(base_url=self.bank.gateway, timeout=60)

    def close(self) -> None:
        self.http.close()

    def join(self) -> Person:
        """A customer with the opening bonus, in a login of their own."""
        (customer,) = join(self.bank, count=1)
        session = new_id("ses")
        return Person(customer, session, self.mint.person(subject=customer.subject, sid=session, life_s=3600))

    def staff(self, role: str) -> str:
        return self.mint.person(role=role)

    def ask(self, method: str, path: str, token: str, body: Any = None, *, key: str = "") -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key or f"cards-{time.time_ns()}-{next(_numbers)}",
        }
        return self.http.request(method, f"/api{path}", json=body, headers=headers)

    def post(self, path: str, token: str, body: Any = None, *, key: str = "", status: int = 0) -> Any:
        answer = self.ask("POST", path, token, body, key=key)
        if status:
            assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, token: str) -> Any:
        answer = self.ask("GET", path, token)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def proof(self, owner: Person, action: str, card: str, **changes: Any) -> str:
        """What identity signs when the owner confirms; `changes` make it another's, or about something else."""
        now = int(time.time())
        act = {"action": action, "amount": 0, "currency": "", "payee": "", "reference": card}
        claims = {
            "iss": ISSUER,
            "aud": ["account"],
            "sub": owner.customer.subject,
            "sid": owner.session,
            "jti": new_id("chl"),
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "act": act,
        }
        return self.mint.sign(claims | changes, typ=PROOF_TYPE)

    def issue(self, owner: Person, **changes: Any) -> dict[str, Any]:
        body = {"account": owner.customer.person.account_id, "type": "virtual", "pin": PIN} | changes
        issued: dict[str, Any] = self.post("/account/v1/cards", owner.token, body, status=201)
        return issued

    def reveal(self, owner: Person, card: str) -> Plastic:
        shown = self.post(
            f"/account/v1/cards/{card}/reveal",
            owner.token,
            {"proof": self.proof(owner, "reveal_card", card)},
            status=200,
        )
        self.secrets += [shown["number"]]
        return Plastic(card, shown["number"], shown["expiry"], shown["cvv"], PIN, shown["number"][-4:])

    def card(self, owner: Person, **changes: Any) -> Plastic:
        """A new card, and all that is printed on it."""
        return self.reveal(owner, self.issue(owner, **changes)["id"])

    def pay(
        self, token: str, card: Plastic, payee: Person, amount: int = 1_000, **changes: Any
    ) -> httpx.Response:
        """Present a card; `key` names the attempt."""
        key = changes.pop("key", "")
        body = {
            "card_number": card.number,
            "expiry": card.expiry,
            "cvv": card.cvv,
            "pin": card.pin,
            "payee_number": payee.customer.person.account,
            "amount": amount,
            "currency": "NGN",
        } | changes
        body = {name: value for name, value in body.items() if value is not None}
        return self.ask("POST", "/payment/v1/card-payments", token, body, key=key)

    def paid(self, payer: Person, card: Plastic, payee: Person, amount: int = 1_000, **changes: Any) -> Any:
        """The answer to a card that was accepted as a payment, declined or not."""
        answer = self.pay(payer.token, card, payee, amount, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def carry_on(
        self, who: str, payment: str, verb: str, body: Any = None, *, key: str = ""
    ) -> httpx.Response:
        return self.ask("POST", f"/payment/v1/card-payments/{payment}/{verb}", who, body, key=key)

    def deposit(self, owner: Person, amount: int) -> None:
        """Cash for somebody, over the counter."""
        body = {
            "account_number": owner.customer.person.account,
            "amount": amount,
            "currency": "NGN",
            "narration": "cash",
        }
        self.post("/payment/v1/deposits", self.staff("teller"), body, status=201)

    def money(self, owner: Person) -> tuple[int, int]:
        """Balance and what is held of it."""
        found = self.get(f"/account/v1/accounts/{owner.customer.person.account_id}", owner.token)
        return found["balance"], found["held"]


@dataclass(frozen=True)
class Person:
    """A customer in a login of their own."""

    customer: Customer
    session: str
    token: str


def use_cards_for_a_day(terminal: Terminal) -> tuple[list[str], list[str]]:
    """All that can be done with a card, right and wrong; the numbers, and the codes and PINs, of that day."""
    payer, payee = terminal.join(), terminal.join()
    card = terminal.card(payer)
    paid = terminal.paid(payer, card, payee, 1_000, narration="shoes")
    terminal.carry_on(terminal.staff("teller"), paid["id"], "refund", {"amount": 500})
    held = terminal.paid(payer, card, payee, 2_000, capture="later", mcc="5411")
    terminal.carry_on(payee.token, held["id"], "capture", {"amount": 500, "final": False})
    terminal.carry_on(payee.token, held["id"], "release")
    for wrong in ({"cvv": "000"}, {"pin": "0000"}, {"expiry": "01/99"}, {"amount": 0}, {"payee_number": "1"}):
        terminal.pay(payer.token, card, payee, **wrong)
    terminal.pay("not a token", card, payee)
    terminal.pay(payer.token, card, payee, currency="naira", surprise=card.number)
    terminal.ask("POST", "/payment/v1/transfers", payer.token, {"card_number": card.number, "cvv": card.cvv})
    terminal.ask("POST", "/account/v1/cards", payer.token, {"account": card.number, "pin": card.cvv})
    pin = {"new_pin": "7391", "current_pin": card.pin}
    terminal.post(f"/account/v1/cards/{card.id}/pin", payer.token, pin, status=200)
    new = {"reason": "compromised", "pin": "7391"}
    made = terminal.post(f"/account/v1/cards/{card.id}/replace", payer.token, new, status=201)
    replaced = terminal.reveal(payer, made["id"])
    return [card.number, replaced.number], [card.cvv, replaced.cvv, card.pin, "7391"]
