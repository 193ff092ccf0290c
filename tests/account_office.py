"""Account's office over a real database, in a process of its own, at any hour; identity is played.

with AccountOffice.open(environment) as office:
    ada = office.customer("Ada Eze")
    opened = office.post("/v1/accounts", ada, {"product": "savings", "pin": "0427"}, status=201)
    office.go_to("2026-03-02T09:00")
    office.get(f"/v1/accounts/{opened['id']}", ada)
"""

# ruff: noqa: PLC0415 - the service is imported in the process that is one, after Django is set up

from __future__ import annotations

import base64
import json
import subprocess
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_keys = count(1)


@dataclass(frozen=True)
class Somebody:
    """A person who asks the office."""

    id: str
    name: str = "Ada Eze"
    role: str = "customer"
    tier: int = 3
    scope: str = ""
    session: str = "ses_test"


@dataclass(frozen=True)
class Answer:
    """What the office answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class AccountOffice:
    """The test's end of the process."""

    process: subprocess.Popen[str]

    @classmethod
    @contextmanager
    def open(cls, environment: Mapping[str, str]) -> Iterator[AccountOffice]:
        told = {
            "ALLOWED_HOSTS": "*",
            "ENCRYPTION_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
            "ARHAN_BLIND_INDEX_KEY": "11" * 32,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "tests.account_office"],
            env=told | dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)

    def customer(self, name: str = "Ada Eze", *, tier: int = 3) -> Somebody:
        return Somebody(new_id("usr"), name, tier=tier)

    def staff(self, role: str = "support") -> Somebody:
        return Somebody(new_id("usr"), "Funmi Bello", role=role)

    def proof(self, who: Somebody, action: str, *, payee: str = "", reference: str) -> str:
        """What identity signs when this person confirms an act."""
        found: str = self._ask("prove", who=who.__dict__, action=action, payee=payee, reference=reference)
        return found

    def resolve(self, **asked: object) -> dict[str, Any]:
        """Whether somebody may pay from an account, as the payment engine asks."""
        found: dict[str, Any] = self._ask("resolve", asked=asked)
        return found

    def go_to(self, moment: str) -> None:
        """It is that moment, in UTC; `""` for the real time."""
        self._ask("go_to", moment=moment)

    def run(self, function: str, *arguments: object) -> Any:
        """Call a function of the service that takes what JSON has: `limits.raise_cooled_off`."""
        return self._ask("run", function=function, arguments=arguments)

    def hear(self, event_type: str, event_id: str, told: Mapping[str, object]) -> None:
        """Identity tells of a person."""
        self._ask("hear", event_type=event_type, event_id=event_id, told=dict(told))

    def state_month(self, day: str) -> int:
        """Number the statements of a month, as the closing of its last day does; how many."""
        found: int = self._ask("state_month", day=day)
        return found

    def sql(self, query: str, *parameters: object) -> list[list[Any]]:
        """Rows of a query, as JSON has them."""
        found: list[list[Any]] = self._ask("sql", query=query, parameters=parameters)
        return found

    def move(
        self,
        *,
        kind: str,
        payer: str,
        payee: str,
        amount: int,
        currency: str = "NGN",
        value_date: str = "",
    ) -> dict[str, Any]:
        """What the posting engine makes of a movement between two accounts."""
        words = {"kind": kind, "payer": payer, "payee": payee, "amount": amount, "currency": currency}
        found: dict[str, Any] = self._ask("move", value_date=value_date, **words)
        return found

    def move_often(self, *, payer: str, payee: str, amounts: Sequence[int]) -> None:
        """So many movements at once, numbered in their narrations, as the posting engine makes them."""
        posted = self._ask("move_often", payer=payer, payee=payee, amounts=list(amounts))
        assert posted == len(amounts)

    def ask(
        self,
        method: str,
        path: str,
        who: Somebody,
        body: object = None,
        *,
        content: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        raw = content if content is not None else (b"" if body is None else json.dumps(body).encode())
        found = self._ask(
            "ask",
            method=method,
            path=path,
            who=who.__dict__,
            content=base64.b64encode(raw).decode(),
            content_type=content_type,
            headers=dict(headers or {"Idempotency-Key": f"key-{next(_keys)}"}),
        )
        return Answer(found["status"], found["headers"], base64.b64decode(found["content"]))

    def get(self, path: str, who: Somebody, *, status: int = 200) -> Any:
        return self._json(self.ask("GET", path, who), status)

    def post(self, path: str, who: Somebody, body: object = None, *, status: int = 200) -> Any:
        return self._json(self.ask("POST", path, who, body), status)

    def put(self, path: str, who: Somebody, body: object = None, *, status: int = 200) -> Any:
        return self._json(self.ask("PUT", path, who, body), status)

    def delete(self, path: str, who: Somebody, *, status: int = 204) -> Any:
        return self._json(self.ask("DELETE", path, who), status)

    def open_account(self, who: Somebody, *, product: str = "savings", money: int = 0) -> str:
        """An account with this much money on it, besides any welcome."""
        opened = self.post("/v1/accounts", who, {"product": product, "pin": "0427"}, status=201)
        if money:
            cash = f"bank_cash_{opened['currency'].lower()}"
            moved = self.move(
                kind="refund", payer=cash, payee=opened["id"], amount=money, currency=opened["currency"]
            )
            assert moved["status"] == "posted", moved
        identity: str = opened["id"]
        return identity

    def _json(self, answer: Answer, status: int) -> Any:
        assert answer.status == status, answer.content.decode()
        return answer.json() if answer.content else None

    def _ask(self, verb: str, **words: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"verb": verb, "words": words}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return answer["answer"]


class _Clerk:
    """The process's end: the whole office behind Django's test client, with a clock that is set."""

    def __init__(self) -> None:
        from django.test import Client
        from joserfc.jwk import OKPKey

        from arhan.account.service import accounts, pins
        from arhan.account.service.posting import Writer
        from arhan.account.service.resolutions import Resolver
        from arhan.kernel import clock, settings
        from arhan.kernel.http import token_verifier
        from tests.tokens import Mint

        self.clock = clock
        self.really_now = clock.now
        self.client = Client(raise_request_exception=True)
        self.writer = Writer(settings.load("account").database_url, now=lambda: self.clock.now())  # noqa: PLW0108 - the clock is replaced
        key = OKPKey.generate_key("Ed25519", parameters={"kid": "test"}, private=True)
        self.mint = Mint("test", key)
        token_verifier("account").install_keys({"keys": [key.as_dict(private=False)]})
        self.names: dict[str, tuple[str, int]] = {}
        self.resolver = Resolver(
            settings.load("account").database_url,
            pin_key=pins.pin_key(),
            now=lambda: self.clock.now(),  # noqa: PLW0108 - the clock is replaced
        )
        accounts.look_up_named = self._look_up
        accounts.look_up_customer = lambda principal: accounts.Customer(
            principal.subject, *self.names[principal.subject]
        )

    def _look_up(self, named: str) -> dict[str, Any]:
        from arhan.account.errors.parties import PERSON_NOT_FOUND
        from arhan.kernel.errors import Refused

        if named not in self.names:
            raise Refused(PERSON_NOT_FOUND)
        return {"id": named, "name": self.names[named][0]}

    def prove(self, *, who: dict[str, Any], action: str, payee: str, reference: str) -> str:
        import time

        from arhan.kernel.proofs import PROOF_TYPE
        from tests.tokens import ISSUER

        now = int(time.time())
        act = {"action": action, "amount": 0, "currency": "", "payee": payee, "reference": reference}
        claims = {
            "iss": ISSUER,
            "aud": ["account"],
            "sub": who["id"],
            "sid": who["session"],
            "jti": new_id("chl"),
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "act": act,
        }
        return self.mint.sign(claims, typ=PROOF_TYPE)

    def resolve(self, *, asked: dict[str, Any]) -> dict[str, Any]:
        import msgspec

        from arhan.contracts.account import ResolutionRequest

        (found,) = self.resolver.resolve([msgspec.convert(asked, ResolutionRequest)])
        answer: dict[str, Any] = msgspec.to_builtins(found)
        return answer

    def go_to(self, *, moment: str) -> None:
        from datetime import UTC, datetime

        stopped = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
        self.clock.now = (lambda: stopped) if stopped else self.really_now

    def run(self, *, function: str, arguments: list[Any]) -> Any:
        from importlib import import_module

        module, name = function.rsplit(".", 1)
        return getattr(import_module(f"arhan.account.service.{module}"), name)(*arguments)

    def hear(self, *, event_type: str, event_id: str, told: dict[str, Any]) -> None:
        from arhan.account.service.standing import apply_people
        from arhan.kernel.database import django_transaction
        from arhan.kernel.outbox import Event

        event = Event(
            position=1,
            id=event_id,
            source="identity",
            type=event_type,
            subject=told["id"],
            time="2026-03-02T09:00:00Z",
            traceparent="",
            data=told,
        )
        with django_transaction() as cursor:
            apply_people(cursor, [event])

    def state_month(self, *, day: str) -> int:
        from datetime import date, timedelta

        from arhan.account.domain.cob import Closing
        from arhan.account.service import statements

        closed = date.fromisoformat(day)
        return sum(statements.state_month(Closing(closed, closed + timedelta(days=1))))

    def sql(self, *, query: str, parameters: list[Any]) -> list[list[Any]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return [list(row) for row in cursor.fetchall()] if cursor.description else []

    def move(
        self, *, kind: str, payer: str, payee: str, amount: int, currency: str, value_date: str
    ) -> dict[str, Any]:
        from datetime import date

        import msgspec

        from arhan.account.movements import credit, debit
        from arhan.contracts.account import MovementCommand

        command = MovementCommand(
            id=new_id("pay"),
            kind=kind,
            currency=currency,
            postings=[debit(payer, amount), credit(payee, amount)],
            narration="Lunch",
            value_date=date.fromisoformat(value_date) if value_date else None,
        )
        (outcome,) = self.writer.post([command])
        found: dict[str, Any] = msgspec.to_builtins(outcome)
        return found

    def move_often(self, *, payer: str, payee: str, amounts: list[int]) -> int:
        from arhan.account.movements import credit, debit
        from arhan.contracts.account import MovementCommand

        commands = [
            MovementCommand(
                id=new_id("pay"),
                kind="refund",
                currency="NGN",
                postings=[debit(payer, amount), credit(payee, amount)],
                narration=f"Ọjà no. {number}",
            )
            for number, amount in enumerate(amounts)
        ]
        batches = [commands[start : start + 1_000] for start in range(0, len(commands), 1_000)]
        outcomes = [outcome for batch in batches for outcome in self.writer.post(batch)]
        return sum(outcome.status == "posted" for outcome in outcomes)

    def ask(
        self,
        *,
        method: str,
        path: str,
        who: dict[str, Any],
        content: str,
        content_type: str,
        headers: dict[str, str],
    ) -> dict[str, Any]:
        self.names[who["id"]] = who["name"], who["tier"]
        token = self.mint.person(
            subject=who["id"],
            role=who["role"],
            tier=who["tier"],
            scope=who["scope"],
            sid=who["session"],
            life_s=3600,
        )
        answer = self.client.generic(
            method,
            path,
            data=base64.b64decode(content),
            content_type=content_type,
            headers=headers | {"Authorization": f"Bearer {token}"},
        )
        body = b"".join(answer) if answer.streaming else answer.content
        return {
            "status": answer.status_code,
            "headers": dict(answer.headers),
            "content": base64.b64encode(body).decode(),
        }


def serve() -> None:
    """Answer the test line by line, until it goes."""
    import django

    django.setup()
    clerk = _Clerk()
    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"answer": getattr(clerk, asked["verb"])(**asked["words"])}
        except Exception:  # noqa: BLE001 - whatever it is, the test is told
            answer = {"failed": traceback.format_exc()}
        out.write(json.dumps(answer, default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    serve()
