"""Who pays whom: the parties behind account ids and numbers, and whether the payer's PIN is right."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from arhan.account.domain import pins
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.errors.posting import ACCOUNT_NOT_FOUND
from arhan.account.errors.resolutions import PAYEE_NOT_FOUND
from arhan.account.service import pin_checks
from arhan.account.store import resolutions as store
from arhan.contracts.account import Party, Resolution
from arhan.kernel import clock, logging
from arhan.kernel.clock import rfc3339
from arhan.kernel.database import connect
from arhan.kernel.errors import UNAVAILABLE, Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arhan.account.store.resolutions import Holder
    from arhan.contracts.account import ResolutionRequest

log = logging.get_logger(__name__)

ATTEMPTS = 3
MOST_PROOFS = 100_000


class Proof(msgspec.Struct, frozen=True):
    """A PIN that was proved by a login not long ago."""

    sealed: bytes
    version: int
    expires_at: datetime


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
        parties = _find_parties(cursor, requests)
        now = self._now()
        answers = [
            self._without_guess(request, payer, payee, now)
            for request, (payer, payee) in zip(requests, parties, strict=True)
        ]
        open_ = [place for place, answer in enumerate(answers) if answer is None]
        entered = [self._enter(requests[place]) for place in open_]
        for place, guess, checked in zip(open_, entered, pin_checks.check(cursor, entered), strict=True):
            answers[place] = self._after_guess(requests[place], parties[place], guess, checked, now)
        return [answer for answer in answers if answer is not None]

    def _without_guess(
        self, request: ResolutionRequest, payer: Holder | None, payee: Holder | None, now: datetime
    ) -> Resolution | None:
        """The answer, unless a PIN must be tried for it: a wrong payee costs no try."""
        refusal = _refuse_parties(request, payer, payee)
        if refusal is not None:
            return _resolution(payer, payee, refusal=refusal)
        if payer is None or not request.pin_needed:
            return _resolution(payer, payee)
        if request.pin is None:
            return _resolution(payer, payee, refusal=PIN_REQUIRED)
        if payer.salt is None:
            return _resolution(payer, payee, refusal=PIN_NOT_SET)
        entered = self._enter(request)
        if not self._proofs.holds(
            session=request.session, entered=entered, version=payer.pin_version, now=now
        ):
            return None
        return _resolution(payer, payee, pin_version=payer.pin_version)

    def _after_guess(
        self,
        request: ResolutionRequest,
        parties: tuple[Holder | None, Holder | None],
        entered: pin_checks.Entered,
        checked: pin_checks.Checked,
        now: datetime,
    ) -> Resolution:
        session = request.session
        if checked.right:
            self._proofs.keep(session=session, entered=entered, version=checked.version, now=now)
            return _resolution(*parties, pin_version=checked.version)
        self._proofs.forget(session=session, account=entered.account)
        refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
        return _resolution(*parties, refusal=refusal, tries_left=checked.tries_left)

    def _enter(self, request: ResolutionRequest) -> pin_checks.Entered:
        account = request.payer_account
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


def _find_parties(
    cursor: psycopg.Cursor[Any], requests: Sequence[ResolutionRequest]
) -> list[tuple[Holder | None, Holder | None]]:
    """Payer and payee of each request, where they exist."""
    ids = {name for r in requests for name in (r.payer_account, r.payee_account) if name}
    by_id = store.find_by_id(cursor, ids)
    by_number = store.find_by_number(cursor, {r.payee_number for r in requests if r.payee_number})
    return [
        (by_id.get(r.payer_account), by_id.get(r.payee_account) or by_number.get(r.payee_number))
        for r in requests
    ]


def _refuse_parties(request: ResolutionRequest, payer: Holder | None, payee: Holder | None) -> Refusal | None:
    """The payer is there and may be paid from by this person; the payee is there and open."""
    if request.payer_account:
        is_theirs = payer is not None and request.person in {"", payer.customer}
        if not is_theirs:
            return ACCOUNT_NOT_FOUND
    if request.payee_account or request.payee_number:
        is_open = payee is not None and payee.status != "closed"
        if not is_open:
            return PAYEE_NOT_FOUND
    return None


def _resolution(
    payer: Holder | None,
    payee: Holder | None,
    *,
    refusal: Refusal | None = None,
    tries_left: int | None = None,
    pin_version: int = 0,
) -> Resolution:
    if refusal is not None:
        return Resolution(code=refusal.code, tries_left=tries_left)
    return Resolution(payer=_party(payer), payee=_party(payee), pin_version=pin_version)


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
    )
