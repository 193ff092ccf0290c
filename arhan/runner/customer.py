"""A customer as the public API sees one: registers, signs in, opens an account, pays."""

from __future__ import annotations

import math
import re
import secrets
import time
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import httpx

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_LIFE_S = 240
"""Shorter than any access token lives, so that ours never expires under a request."""
PATIENCE_S = 60.0
"""How long a busy bank (429, 503) is asked again before we give up."""
OLD_PINS = frozenset({"0123", "1234", "2345", "3456", "4567", "5678", "6789"})


@dataclass
class Person:
    """Somebody of the demo, as remembered on disk."""

    role: str
    username: str
    password: str
    first_name: str
    last_name: str
    email: str
    phone: str
    account: str = ""
    account_id: str = ""
    pin: str = ""
    authenticator: str = ""

    def as_json(self) -> dict[str, str]:
        """For the file of the demo's people."""
        return asdict(self)


@dataclass(frozen=True)
class Payment:
    """What became of one payment."""

    status: str
    code: str = ""


@dataclass(frozen=True)
class Plastic:
    """What is printed on a card; kept in memory only."""

    number: str
    expiry: str
    cvv: str
    pin: str

    def __repr__(self) -> str:
        """Nothing of it belongs into a log."""
        return "Plastic(...)"


CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


def new_pin() -> str:
    """Four digits nobody tries first."""
    while True:
        pin = f"{secrets.randbelow(10_000):04d}"
        if len(set(pin)) > 1 and pin not in OLD_PINS:
            return pin


class Bank:
    """The public API of a bank, behind its gateway."""

    def __init__(self, url: str) -> None:
        """`url` is the gateway's origin."""
        self._http = httpx.Client(base_url=url, timeout=30)
        self._tokens: dict[str, tuple[str, float]] = {}

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def register(self, person: Person) -> str:
        """Make somebody a customer; the id identity gives them."""
        names = ("username", "email", "password", "first_name", "last_name", "phone")
        registered = self._post(
            "/api/identity/v1/registrations", {name: getattr(person, name) for name in names}
        )
        return str(registered["id"])

    def come_with(self, token: str, person: Person) -> None:
        """Somebody who has signed in elsewhere; the token must last as long as they stay."""
        self._tokens[person.username] = (token, math.inf)

    def open_account(self, person: Person) -> None:
        """Open a current account in naira, or whatever comes first among the bank's products."""
        products = self._get("/api/account/v1/products", person)
        items = products["items"] if isinstance(products, dict) else products
        product = next((p for p in items if (p["kind"], p["currency"]) == ("current", "NGN")), items[0])
        person.pin = new_pin()
        opened = self._post(
            "/api/account/v1/accounts", {"product": product["code"], "pin": person.pin}, person
        )
        person.account, person.account_id = opened["number"], opened["id"]

    def pay(self, payer: Person, *, payee: Person, amount: int, narration: str) -> Payment:
        """Send money, amount in kobo; a refusal is an answer like any other."""
        body = {
            "payer_account": payer.account_id,
            "payee_number": payee.account,
            "amount": amount,
            "currency": "NGN",
            "pin": payer.pin,
            "narration": narration,
        }
        answer = self._request("POST", "/api/payment/v1/transfers", payer, body)
        found = answer.json()
        if answer.is_success:
            return Payment(found["status"], found.get("code") or "")
        return Payment("refused", found.get("code", str(answer.status_code)))

    def request_card(self, person: Person, *, read_code: Callable[[str, str], str]) -> Plastic:
        """Have a card made and look at it once.

        `read_code` reads the code texted to a phone number, after the one it is told.
        """
        first = self.show_phone(person, read_code=read_code)
        pin = new_pin()
        made = self._post("/api/account/v1/cards", {"account": person.account_id, "pin": pin}, person)
        asked = self._post(
            "/api/identity/v1/challenges",
            {"audience": "account", "action": "reveal_card", "reference": made["id"]},
            person,
        )
        path = f"/api/identity/v1/challenges/{asked['id']}"
        _checked(self._request("POST", f"{path}/text", person))
        proved = self._post(f"{path}/answer", {"code": read_code(person.phone, first)}, person)
        shown = self._post(f"/api/account/v1/cards/{made['id']}/reveal", {"proof": proved["proof"]}, person)
        return Plastic(shown["number"], shown["expiry"], shown["cvv"], pin)

    def show_phone(self, person: Person, *, read_code: Callable[[str, str], str]) -> str:
        """Show that the phone is theirs, as codes are texted to such a phone only; the code that showed it."""
        path = "/api/identity/v1/me/phone/verification"
        _checked(self._request("POST", path, person))
        code = read_code(person.phone, "")
        _checked(self._request("POST", f"{path}/confirm", person, {"code": code}))
        return code

    def pay_by_card(self, payer: Person, card: Plastic, *, payee: Person, amount: int) -> Payment:
        """Pay with a card, amount in kobo; a refusal is an answer like any other."""
        body = {
            "card_number": card.number,
            "expiry": card.expiry,
            "cvv": card.cvv,
            "pin": card.pin,
            "payee_number": payee.account,
            "amount": amount,
            "currency": "NGN",
            "mcc": "5411",
        }
        answer = self._request("POST", "/api/payment/v1/card-payments", payer, body)
        found = answer.json()
        if answer.is_success:
            return Payment(found["status"], found.get("code") or "")
        return Payment("refused", found.get("code", str(answer.status_code)))

    def _get(self, path: str, person: Person) -> Any:
        return _checked(self._request("GET", path, person)).json()

    def _post(self, path: str, body: dict[str, Any], person: Person | None = None) -> Any:
        return _checked(self._request("POST", path, person, body)).json()

    def _request(
        self, method: str, path: str, person: Person | None, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Ask, and ask again with the same key while the bank says it is busy."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        if person:
            headers["Authorization"] = f"Bearer {self._token(person)}"
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                if time.monotonic() > deadline:
                    msg = f"{self._http.base_url} does not answer: {error}"
                    raise CannotRun(msg) from error
                time.sleep(1)
                continue
            if not _may_be_asked_again(answer) or time.monotonic() > deadline:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", "1")))

    def _token(self, person: Person) -> str:
        token, until = self._tokens.get(person.username, ("", 0.0))
        if time.monotonic() > until:
            body = {"username": person.username, "password": person.password}
            token = self._post("/api/identity/v1/tokens", body)["access_token"]
            self._tokens[person.username] = (token, time.monotonic() + TOKEN_LIFE_S)
        return token


def _may_be_asked_again(answer: httpx.Response) -> bool:
    """Busy, or the first request with this key still runs: the bank says itself that a retry may help."""
    if answer.status_code in {429, 502, 503, 504}:
        return True
    return answer.status_code == httpx.codes.CONFLICT and answer.json().get("retryable") is True


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    msg = f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code}: {answer.text[:300]}"
    raise CannotRun(msg)
