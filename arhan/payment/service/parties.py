"""Who is behind account numbers, and whether the payer's PIN is right: asked of account, remembered.

A number's holder never changes, so it is remembered for a while. A PIN once proved is remembered for
its login for two minutes, as a keyed hash under a key that dies with this process; the version proved
travels with the movement, so a PIN changed or blocked since is refused by the books themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from arhan.contracts.account import (
    Party,
    Resolution,
    ResolutionRequest,
    ResolutionRequests,
    Resolutions,
)
from arhan.contracts.cards import (
    CardAuthenticationRequest,
    CardAuthenticationRequests,
    CardAuthentications,
    response_code,
)
from arhan.kernel.errors import Refused
from arhan.payment.domain.intents import Parties, Side
from arhan.payment.domain.orders import CardTold
from arhan.payment.errors import (
    ACCOUNT_NOT_FOUND,
    CARD_NOT_FOUND,
    CARD_REFUSALS,
    PAYEE_NOT_FOUND,
    RESOLUTION_REFUSALS,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from arhan.contracts.cards import CardAuthentication
    from arhan.kernel.http import AsyncServiceClient
    from arhan.payment.domain.intents import Intent, Proof

HOLDER_REMEMBERED_S = 600.0
PROOF_REMEMBERED_S = 120.0
MOST_REMEMBERED = 50_000

Name = TypeVar("Name")
Known = TypeVar("Known")


class Memory(Generic[Name, Known]):
    """A dictionary that forgets: each entry after a while, the older half when there are too many."""

    def __init__(self, *, seconds: float) -> None:
        """Remember each entry for this long."""
        self._seconds = seconds
        self._kept: dict[Name, tuple[Known, float]] = {}

    def get(self, name: Name) -> Known | None:
        """What is remembered under this name."""
        kept = self._kept.get(name)
        return kept[0] if kept is not None and kept[1] > time.monotonic() else None

    def put(self, name: Name, known: Known) -> None:
        """Remember from now on."""
        if len(self._kept) >= MOST_REMEMBERED:
            for oldest in list(self._kept)[: MOST_REMEMBERED // 2]:
                del self._kept[oldest]
        self._kept.pop(name, None)
        self._kept[name] = known, time.monotonic() + self._seconds

    def forget(self, name: Name) -> None:
        """As if it had never been known."""
        self._kept.pop(name, None)


@dataclass(frozen=True, slots=True)
class Proved:
    """A PIN that was right, and the account it opened."""

    digest: bytes
    person: str
    payer: Party
    version: int
    signatures: int = 1
    signatures_from: int = 0
    payment_limit: int | None = None
    signatories: Mapping[str, int | None] = field(default_factory=dict)

    def pays(self, payee: Party) -> Parties:
        """The parties of a payment from this payer to that payee."""
        return Parties(
            payer=self.payer,
            payee=payee,
            pin_version=self.version,
            signatures=self.signatures,
            signatures_from=self.signatures_from,
            payment_limit=self.payment_limit,
            signatories=self.signatories,
        )


class Directory:
    """Answers who is behind intents; asks account once per batch for what it does not remember."""

    def __init__(self, account: AsyncServiceClient) -> None:
        """`account` speaks to account's engine."""
        self._account = account
        self._secret = os.urandom(32)
        self._holders: Memory[Side, Party] = Memory(seconds=HOLDER_REMEMBERED_S)
        self._proofs: Memory[tuple[str, str], Proved] = Memory(seconds=PROOF_REMEMBERED_S)

    def known(self, intent: Intent) -> Parties | None:
        """Payer and payee, if nothing must be asked."""
        payee = self._holder(intent.payee)
        if payee is None:
            return None
        if intent.card is not None:
            return None  # a card proves itself anew each time
        if intent.proof is None:
            payer = self._holder(intent.payer)
            return Parties(payer=payer, payee=payee) if payer else None
        proved = self._proved(intent.payer.account, intent.proof)
        return proved.pays(payee) if proved else None

    async def find(self, intents: Sequence[Intent]) -> list[Parties | Refused]:
        """Payer and payee of each; refused with account's code, or when account does not answer.

        One call for all. The same PIN for the same account is tried once however many intents carry it.
        """
        asked = _questions(intents)
        answers = dict(zip(asked, await self._ask(asked), strict=True)) if asked else {}
        for request, resolution in answers.items():
            self._remember(request, resolution)
        found = [self.known(intent) or _refusal(intent, answers) for intent in intents]
        for request, resolution in answers.items():
            if resolution.signatures > 1:  # who signs is asked anew each time: each of them is told
                self.forget_proof(session=request.session, account=request.payer_account)
        if by_card := [i for i in intents if i.card and self._holder(i.payee)]:
            shown = dict(zip(by_card, await self._authenticate(by_card), strict=True))
            return [shown.get(i, parties) for i, parties in zip(intents, found, strict=True)]
        return found

    async def may_pay_from(self, account: str, *, person: str) -> bool:
        """Whether a person has such a part in an account, whatever their PIN; asks each time."""
        request = ResolutionRequest(payer_account=account, person=person, pin_needed=False)
        (resolution,) = await self._ask([request])
        return not resolution.code

    def forget_proof(self, *, session: str, account: str) -> None:
        """The books refused the proof: the next payment must prove the PIN again."""
        self._proofs.forget((session, account))

    async def _authenticate(self, intents: Sequence[Intent]) -> list[Parties | Refused]:
        """Whose the cards are and whether they may be used; one call for all of them.

        A card that its issuer refuses is known all the same: the attempt becomes an order, declined.
        """
        body = CardAuthenticationRequests(requests=[_about_card(intent) for intent in intents])
        answer = await self._account.post("/internal/v1/card-authentications", body)
        shown = msgspec.json.decode(answer, type=CardAuthentications).answers
        return [self._presented(intent, card) for intent, card in zip(intents, shown, strict=True)]

    def _presented(self, intent: Intent, shown: CardAuthentication) -> Parties | Refused:
        payee, asked = self._holder(intent.payee), intent.card
        if shown.face is None or shown.payer is None or payee is None or asked is None:
            refusal = CARD_REFUSALS.get(shown.code, CARD_NOT_FOUND)
            return Refused(refusal, extra={"response_code": response_code(refusal.code)})
        told = CardTold(
            card=shown.face.card,
            bin=shown.face.bin,
            last4=shown.face.last4,
            channel=asked.channel,
            mcc=asked.mcc,
            country=asked.country,
            pin_version=shown.pin_version,
            capture=asked.capture,
            hold_s=asked.hold_s,
            refused=shown.code,
        )
        return Parties(payer=shown.payer, payee=payee, card=told)

    async def _ask(self, asked: Iterable[ResolutionRequest]) -> list[Resolution]:
        body = ResolutionRequests(resolutions=list(asked))
        answer = await self._account.post("/internal/v1/resolutions", body)
        return msgspec.json.decode(answer, type=Resolutions).resolutions

    def _holder(self, side: Side) -> Party | None:
        return side.party or self._holders.get(side)

    def _proved(self, account: str, proof: Proof) -> Proved | None:
        proved = self._proofs.get((proof.session, account))
        if proved is None or proof.pin is None or proved.person != proof.person:
            return None
        digest = self._digest(proof.session, account, proof.pin)
        return proved if hmac.compare_digest(proved.digest, digest) else None

    def _remember(self, request: ResolutionRequest, resolution: Resolution) -> None:
        if resolution.code:
            return
        if resolution.payee:
            side = Side(account=request.payee_account, number=request.payee_number)
            self._holders.put(side, resolution.payee)
        if resolution.payer and request.pin is not None:
            digest = self._digest(request.session, request.payer_account, request.pin)
            proved = Proved(
                digest,
                request.person,
                resolution.payer,
                resolution.pin_version,
                resolution.signatures,
                resolution.signatures_from,
                resolution.payment_limit,
                resolution.signatories,
            )
            self._proofs.put((request.session, request.payer_account), proved)
        elif resolution.payer and not request.person:
            self._holders.put(Side(account=request.payer_account), resolution.payer)

    def _digest(self, session: str, account: str, pin: str) -> bytes:
        told = f"{session}\0{account}\0{pin}".encode()
        return hashlib.blake2b(told, key=self._secret, digest_size=32).digest()


def _questions(intents: Iterable[Intent]) -> list[ResolutionRequest]:
    """What must be asked, each question once: payers with their proofs, and payees."""
    asked: dict[ResolutionRequest, None] = {}
    for intent in intents:
        for question in (_about_payer(intent), _about_payee(intent)):
            if question is not None:
                asked[question] = None
    return list(asked)


def _about_card(intent: Intent) -> CardAuthenticationRequest:
    card = intent.card
    assert card is not None, "only intents with a card are asked about"
    return CardAuthenticationRequest(
        number=card.number,
        expiry=card.expiry,
        cvv=card.cvv,
        pin=card.pin,
        session=card.session,
        merchant=intent.payee.number,
        channel=card.channel,
        mcc=card.mcc,
        country=card.country,
        amount=intent.amount,
    )


def _about_payer(intent: Intent) -> ResolutionRequest | None:
    if intent.payer.party or intent.card:
        return None
    proof = intent.proof
    if proof is None:
        return ResolutionRequest(payer_account=intent.payer.account, pin_needed=False)
    return ResolutionRequest(
        payer_account=intent.payer.account, person=proof.person, session=proof.session, pin=proof.pin
    )


def _about_payee(intent: Intent) -> ResolutionRequest | None:
    if intent.payee.party:
        return None
    return ResolutionRequest(
        payee_account=intent.payee.account, payee_number=intent.payee.number, pin_needed=False
    )


def _refusal(intent: Intent, answers: dict[ResolutionRequest, Resolution]) -> Refused:
    """Why we do not know who is behind this intent."""
    payer, payee = _about_payer(intent), _about_payee(intent)
    for question in (payer, payee):
        resolution = answers.get(question) if question else None
        if resolution is not None and resolution.code:
            refusal = RESOLUTION_REFUSALS.get(resolution.code, ACCOUNT_NOT_FOUND)
            left = resolution.tries_left
            return Refused(refusal, extra={} if left is None else {"tries_left": left})
    return Refused(PAYEE_NOT_FOUND if payee else ACCOUNT_NOT_FOUND)
