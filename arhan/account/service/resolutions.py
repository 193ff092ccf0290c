"""Who pays whom: the parties behind account ids and numbers, and whether the payer's PIN is right."""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from arhan.account.domain import parties as rules
from arhan.account.domain import pins
from arhan.account.domain.parties import Mandate
from arhan.account.domain.product_terms import Fee
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.errors.posting import ACCOUNT_NOT_FOUND
from arhan.account.errors.resolutions import PAYEE_NOT_FOUND
from arhan.account.service import pin_checks
from arhan.account.store import party_pins
from arhan.account.store import resolutions as store
from arhan.account.store.party_pins import Member
from arhan.account.store.resolutions import Holder
from arhan.contracts.account import Party, Resolution
from arhan.contracts.fees import TransferFee
from arhan.kernel import clock, logging
from arhan.kernel.clock import rfc3339
from arhan.kernel.database import connect
from arhan.kernel.errors import UNAVAILABLE, Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arhan.contracts.account import ResolutionRequest

log = logging.get_logger(__name__)

ATTEMPTS = 3
MOST_PROOFS = 100_000


class Proof(msgspec.Struct, frozen=True):
    """A PIN that was proved by a login not long ago."""

    sealed: bytes
    version: int
    expires_at: datetime


class Sides(msgspec.Struct, frozen=True):
    """Who is behind a request: payer and payee, and the payer's party who asks, where it is not the owner."""

    payer: Holder | None
    payee: Holder | None
    member: Member | None = None
    signatories: dict[str, int | None] = msgspec.field(default_factory=dict)
    """Who signs for the payer's account besides its owner, and the most they may, where payments may take several."""


class Proofs:
    """What logins have proved: a few minutes long they need not prove it again."""

    def __init__(self) -> None:
        """Nobody has proved anything yet."""
        self._proofs: dict[tuple[str, str], Proof] = {}

    def holds(self, *, session: str, entered: pin_checks.Entered, version: int, now: datetime) -> bool:
        """Whether this login proved this very PIN a moment ago, and it is the PIN still."""
        proof = self._proofs.get((session, entered.account))
        return (
            proof is not None
            and proof.version == version
            and proof.expires_at > now
            and hmac.compare_digest(proof.sealed, entered.sealed)
        )

    def keep(self, *, session: str, entered: pin_checks.Entered, version: int, now: datetime) -> None:
        """Remember a right PIN for a while; without a login to bind it to, not at all."""
        if not session:
            return
        if len(self._proofs) >= MOST_PROOFS:
            self._proofs.clear()
        self._proofs[session, entered.account] = Proof(entered.sealed, version, now + pins.PROOF_LIFE)

    def forget(self, *, session: str, account: str) -> None:
        """A wrong PIN was entered: the next right one must be proved."""
        self._proofs.pop((session, account), None)


class Resolver:
    """Answers batches of resolutions over a connection of its own. Not thread-safe."""

    def __init__(self, database_url: str, *, pin_key: bytes, now: Callable[[], datetime] = clock.now) -> None:
        """Connects when the first batch comes."""
        self._database_url = database_url
        self._pin_key = pin_key
        self._now = now
        self._connection: psycopg.Connection[Any] | None = None
        self._proofs = Proofs()

    def resolve(self, requests: Sequence[ResolutionRequest]) -> list[Resolution]:
        """A resolution for each request, in order; Refused(service_unavailable) without a database."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._connected().cursor(binary=True) as cursor:
                    return self._resolve(cursor, requests)
            except psycopg.OperationalError as error:
                log.warning("resolving_again", attempt=attempt, error=str(error))
                self.close()
        raise Refused(UNAVAILABLE, "The accounts cannot be read just now.")

    def ping(self) -> None:
        """Raise unless the database answers."""
        self._connected().execute("SELECT 1")

    def _resolve(
        self, cursor: psycopg.Cursor[Any], requests: Sequence[ResolutionRequest]
    ) -> list[Resolution]:
        found = _find_sides(cursor, requests)
        now = self._now()
        answers = [
            self._without_guess(request, sides, now) for request, sides in zip(requests, found, strict=True)
        ]
        open_ = [place for place, answer in enumerate(answers) if answer is None]
        owners = [place for place in open_ if found[place].member is None]
        members = [place for place in open_ if found[place].member is not None]
        for places, verifiers in ((owners, store), (members, party_pins)):
            entered = [self._enter(requests[place], found[place]) for place in places]
            checks = pin_checks.check(cursor, entered, verifiers=verifiers)
            for place, guess, checked in zip(places, entered, checks, strict=True):
                answers[place] = self._after_guess(requests[place], found[place], guess, checked, now)
        return [answer for answer in answers if answer is not None]

    def _without_guess(self, request: ResolutionRequest, sides: Sides, now: datetime) -> Resolution | None:
        """The answer, unless a PIN must be tried for it: a wrong payee costs no try."""
        refusal = _refuse_sides(request, sides)
        if refusal is not None:
            return _resolution(sides, refusal=refusal)
        whose = sides.member or sides.payer
        if whose is None or not request.pin_needed:
            return _resolution(sides)
        if request.pin is None:
            return _resolution(sides, refusal=PIN_REQUIRED)
        if whose.salt is None:
            return _resolution(sides, refusal=PIN_NOT_SET)
        entered = self._enter(request, sides)
        if not self._proofs.holds(
            session=request.session, entered=entered, version=whose.pin_version, now=now
        ):
            return None
        return _resolution(sides, pin_version=whose.pin_version)

    def _after_guess(
        self,
        request: ResolutionRequest,
        sides: Sides,
        entered: pin_checks.Entered,
        checked: pin_checks.Checked,
        now: datetime,
    ) -> Resolution:
        session = request.session
        if checked.right:
            self._proofs.keep(session=session, entered=entered, version=checked.version, now=now)
            return _resolution(sides, pin_version=checked.version)
        self._proofs.forget(session=session, account=entered.account)
        refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
        return _resolution(sides, refusal=refusal, tries_left=checked.tries_left)

    def _enter(self, request: ResolutionRequest, sides: Sides) -> pin_checks.Entered:
        account = sides.member.account if sides.member else request.payer_account
        sealed = pins.seal(key=self._pin_key, account=account, pin=request.pin or "")
        return pin_checks.Entered(account, sealed)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._database_url, application="account-resolver")
        return self._connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _find_sides(cursor: psycopg.Cursor[Any], requests: Sequence[ResolutionRequest]) -> list[Sides]:
    """Payer and payee of each request, where they exist; parties are looked up for other people only."""
    ids = {name for r in requests for name in (r.payer_account, r.payee_account) if name}
    by_id = store.find_by_id(cursor, ids)
    by_number = store.find_by_number(cursor, {r.payee_number for r in requests if r.payee_number})
    members = party_pins.find_members(
        cursor,
        {
            (r.payer_account, r.person)
            for r in requests
            if r.person and r.payer_account in by_id and by_id[r.payer_account].customer != r.person
        },
    )
    several = {holder.account for holder in by_id.values() if _mandate(holder).of_several}
    signing = store.find_signatories(cursor, several, roles=rules.SIGNING)
    return [
        Sides(
            by_id.get(r.payer_account),
            by_id.get(r.payee_account) or by_number.get(r.payee_number),
            members.get((r.payer_account, r.person)),
            signing.get(r.payer_account, {}),
        )
        for r in requests
    ]


def _refuse_sides(request: ResolutionRequest, sides: Sides) -> Refusal | None:
    """The payer is there and may be paid from by this person; the payee is there and open."""
    if request.payer_account and (refusal := _refuse_payer(request, sides)) is not None:
        return refusal
    if request.payee_account or request.payee_number:
        is_open = sides.payee is not None and sides.payee.status != "closed"
        if not is_open:
            return PAYEE_NOT_FOUND
    return None


def _refuse_payer(request: ResolutionRequest, sides: Sides) -> Refusal | None:
    if sides.payer is None:
        return ACCOUNT_NOT_FOUND
    if not request.person:
        return None
    party = sides.member.standing() if sides.member else None
    standing = rules.standing_of(request.person, owner=sides.payer.customer, party=party)
    refusal = rules.refusal(standing, "pay")
    return ACCOUNT_NOT_FOUND if standing is None else refusal


def _resolution(
    sides: Sides,
    *,
    refusal: Refusal | None = None,
    tries_left: int | None = None,
    pin_version: int = 0,
) -> Resolution:
    if refusal is not None:
        return Resolution(code=refusal.code, tries_left=tries_left)
    payer, member = sides.payer, sides.member
    mandate = _mandate(payer)
    return Resolution(
        payer=_party(payer),
        payee=_party(sides.payee),
        pin_version=member.proof_version if member else pin_version,
        signatures=mandate.signatures,
        signatures_from=mandate.signatures_from,
        payment_limit=member.payment_limit if member else None,
        binds=member is None and not mandate.of_several,
        signatories=_signatories(payer, sides) if payer and mandate.of_several else {},
    )


def _mandate(payer: Holder | None) -> Mandate:
    return Mandate(payer.signatures, payer.signatures_from) if payer else Mandate()


def _signatories(payer: Holder, sides: Sides) -> dict[str, int | None]:
    """Its owner among them, unless that is a business."""
    owner: dict[str, int | None] = {payer.customer: None} if rules.is_person(payer.customer) else {}
    return {**owner, **sides.signatories}


def _party(holder: Holder | None) -> Party | None:
    if holder is None:
        return None
    return Party(
        account=holder.account,
        number=holder.number,
        name=holder.name,
        customer=holder.customer,
        currency=holder.currency,
        product=holder.product,
        opened_at=rfc3339(holder.opened_at),
        transfer_fees=_transfer_fees(holder.fees) if holder.fees else [],
    )


@lru_cache(maxsize=1_000)
def _transfer_fees(fees: str) -> list[TransferFee]:
    """What a transfer costs, of everything a version of a product charges for."""
    found = msgspec.json.decode(fees, type=list[Fee])
    return [
        TransferFee(
            name=fee.name,
            flat=fee.flat,
            percent=fee.percent,
            least=fee.least,
            most=fee.most,
            from_amount=fee.from_amount,
            goes_to=fee.goes_to,
        )
        for fee in found
        if fee.event == "transfer"
    ]
