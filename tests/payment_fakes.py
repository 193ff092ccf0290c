"""Small stand-ins for account and fraud, for tests of payment by itself; never for tests of a bank."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.account import (
    AccountMandate,
    Commands,
    MovementCommand,
    Outcome,
    Outcomes,
    Party,
    Resolution,
    ResolutionRequest,
    ResolutionRequests,
    Resolutions,
    Signatory,
)
from arhan.contracts.fraud import Decision, Decisions, Reason, Screening, Screenings
from arhan.kernel.clock import now
from arhan.kernel.errors import UNAVAILABLE, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

OPENED_AT = "2026-01-05T09:00:00.000000Z"
PIN = "0421"

SILENT = "silent"
"""The call never arrives."""
LOST = "lost"
"""The call is carried out, its answer is lost."""


@dataclass
class Holder:
    """A customer with one account."""

    party: Party
    balance: int = 100_000
    pin: str = PIN
    pin_version: int = 1
    tries_left: int = 3
    frozen: bool = False
    signatures: int = 1
    signatures_from: int = 0
    others: dict[str, int | None] = field(default_factory=dict)
    """Who else signs for the account, and the most they may pay or sign at once."""

    def mandate(self) -> AccountMandate:
        """As account describes it."""
        people = {self.party.customer: None, **self.others}
        return AccountMandate(
            account=self.party.account,
            signatures=self.signatures,
            signatures_from=self.signatures_from,
            version=self.pin_version,
            signatories=[
                Signatory(person=person, name=person, payment_limit=limit) for person, limit in people.items()
            ],
            viewers=[],
        )


def holder(name: str, *, currency: str = "NGN", balance: int = 100_000) -> Holder:
    """`holder("ada")` -> account acc_ada of person usr_ada, with a number made of the name."""
    number = f"{sum(name.encode()) * 7919 % 10**10:010d}"
    party = Party(
        account=f"acc_{name}",
        number=number,
        name=f"{name.title()} Okafor",
        customer=f"usr_{name}",
        currency=currency,
        product="savings",
        opened_at=OPENED_AT,
    )
    return Holder(party, balance=balance)


@dataclass
class Sibling:
    """Answers `post` as AsyncServiceClient does, unless its next fate says otherwise."""

    fates: deque[str] = field(default_factory=deque)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    async def post(self, path: str, body: Any, *, on_behalf_of: str = "") -> bytes:  # noqa: ARG002 - as the client it stands for
        self.calls.append((path, body))
        fate = self.fates.popleft() if self.fates else ""
        if fate == SILENT:
            raise Refused(UNAVAILABLE, "The service does not answer.")
        answer = msgspec.json.encode(self.answer(path, msgspec.json.encode(body)))
        if fate == LOST:
            raise Refused(UNAVAILABLE, "The service does not answer.")
        return answer

    def answer(self, path: str, body: bytes) -> Any:
        raise NotImplementedError

    def called(self, path: str) -> list[Any]:
        return [body for called, body in self.calls if called == path]


class Books(Sibling):
    """Account's engine: balances, PINs and movements that happen once."""

    def __init__(self, *holders: Holder) -> None:
        super().__init__()
        self.holders = {h.party.account: h for h in holders}
        self.cash = 0
        self.posted: dict[str, MovementCommand] = {}

    def answer(self, path: str, body: bytes) -> Any:
        if path.endswith("/resolutions"):
            asked = msgspec.json.decode(body, type=ResolutionRequests).resolutions
            return Resolutions(resolutions=[self._resolve(request) for request in asked])
        commands = msgspec.json.decode(body, type=Commands).movements
        outcomes = [self._post(c) for c in commands if isinstance(c, MovementCommand)]
        return Outcomes(outcomes=outcomes)

    def _resolve(self, asked: ResolutionRequest) -> Resolution:
        payer = payee = None
        if asked.payer_account:
            payer = self.holders.get(asked.payer_account)
            if payer is None or asked.person not in {"", payer.party.customer, *payer.others}:
                return Resolution(code="account_not_found")
        if asked.payee_account or asked.payee_number:
            found = [
                h
                for h in self.holders.values()
                if asked.payee_account == h.party.account or asked.payee_number == h.party.number
            ]
            if not found:
                return Resolution(code="payee_not_found")
            payee = found[0]
        if payer and asked.pin_needed and (code := _prove(payer, asked.pin)):
            return Resolution(code=code, tries_left=payer.tries_left)
        return Resolution(
            payer=payer.party if payer else None,
            payee=payee.party if payee else None,
            pin_version=payer.pin_version if payer else 0,
            signatures=payer.signatures if payer else 1,
            signatures_from=payer.signatures_from if payer else 0,
            payment_limit=payer.others.get(asked.person) if payer else None,
            signatories={payer.party.customer: None, **payer.others}
            if payer and payer.signatures > 1
            else {},
        )

    def _post(self, command: MovementCommand) -> Outcome:
        if (before := self.posted.get(command.id)) is not None:
            if before.postings != command.postings:
                return Outcome(id=command.id, status="refused", code="id_used_for_other_movement")
            return Outcome(id=command.id, status="posted", replayed=True)
        if code := self._refuse(command):
            return Outcome(id=command.id, status="refused", code=code)
        for posting in command.postings:
            change = posting.amount if posting.side == "credit" else -posting.amount
            if posting.account in self.holders:
                self.holders[posting.account].balance += change
            else:
                self.cash += change
        self.posted[command.id] = command
        return Outcome(id=command.id, status="posted")

    def _refuse(self, command: MovementCommand) -> str:
        if command.valid_until and command.valid_until < now():
            return "command_expired"
        for posting in command.postings:
            party = self.holders.get(posting.account)
            if party is None:
                continue
            if party.frozen:
                return "account_frozen"
            proof = command.pin_proof
            if proof and proof.account == posting.account and proof.version != party.pin_version:
                return "pin_changed"
            debits = (p.amount for p in command.postings if (p.account, p.side) == (posting.account, "debit"))
            if posting.side == "debit" and party.balance < sum(debits):
                return "insufficient_funds"
        return ""


def _prove(payer: Holder, pin: str | None) -> str:
    if pin is None:
        return "pin_required"
    if not payer.tries_left:
        return "pin_blocked"
    if pin != payer.pin:
        payer.tries_left -= 1
        return "wrong_pin"
    payer.tries_left = 3
    return ""


class Screener(Sibling):
    """Fraud: decides by a rule of the test's, once per payment."""

    def __init__(self, rule: Callable[[Screening], str] | None = None) -> None:
        super().__init__()
        self.rule = rule or (lambda _screening: "allow")
        self.decided: dict[str, Decision] = {}

    def answer(self, path: str, body: bytes) -> Any:  # noqa: ARG002 - it answers one path
        screenings = msgspec.json.decode(body, type=Screenings).screenings
        return Decisions(decisions=[self._decide(screening) for screening in screenings])

    def _decide(self, screening: Screening) -> Decision:
        if screening.payment not in self.decided:
            outcome: Any = self.rule(screening)
            reason = Reason(rule="test", version=1, observed="", threshold="", message="The test says so.")
            self.decided[screening.payment] = Decision(
                id=f"dec_{len(self.decided)}",
                payment=screening.payment,
                outcome=outcome,
                reasons=[] if outcome == "allow" else [reason],
            )
        return self.decided[screening.payment]
