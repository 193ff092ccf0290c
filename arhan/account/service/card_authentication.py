"""Whether a card is what it says it is, in the right hands, and may be used like that.

Whole lists at once: one look-up by keyed hashes, the codes derived and compared, the PINs tried in
one statement. Asked in this order: the card's state, code and PIN, expiry, controls and limits. What
is said about controls and limits here spares a screening; they are asked again, for good, in the
transaction that posts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from arhan.account.cards import number as numbers
from arhan.account.cards import rules
from arhan.account.domain import pins
from arhan.account.errors import cards as errors
from arhan.account.errors.pins import PIN_BLOCKED, PIN_NOT_SET, PIN_REQUIRED, WRONG_PIN
from arhan.account.service import pin_checks
from arhan.account.service.business_day import business_date
from arhan.account.service.resolutions import Proofs
from arhan.account.store import card_authentication as store
from arhan.account.store import card_pins as verifiers
from arhan.contracts.account import CardUse, Party
from arhan.contracts.cards import CardAuthentication, CardFace
from arhan.kernel import clock, logging
from arhan.kernel.clock import rfc3339
from arhan.kernel.database import connect
from arhan.kernel.errors import UNAVAILABLE, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from arhan.account.store.card_authentication import Found
    from arhan.contracts.cards import CardAuthenticationRequest
    from arhan.kernel.errors import Refusal

log = logging.get_logger(__name__)

ATTEMPTS = 3


class Authenticator:
    """Answers batches of card authentications over a connection of its own. Not thread-safe."""

    def __init__(
        self,
        database_url: str,
        *,
        pin_key: bytes,
        index_key: bytes,
        cvv_key: bytes,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """Connects when the first batch comes."""
        self._database_url = database_url
        self._pin_key = pin_key
        self._index_key = index_key
        self._cvv_key = cvv_key
        self._now = now
        self._connection: psycopg.Connection[Any] | None = None
        self._proofs = Proofs()

    def authenticate(self, requests: Sequence[CardAuthenticationRequest]) -> list[CardAuthentication]:
        """An answer for each request, in order; Refused(service_unavailable) without a database."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._connected().cursor(binary=True) as cursor:
                    return self._authenticate(cursor, requests)
            except psycopg.OperationalError as error:
                log.warning("authenticating_again", attempt=attempt, error=type(error).__name__)
                self.close()
        raise Refused(UNAVAILABLE, "The cards cannot be read just now.")

    def _authenticate(
        self, cursor: psycopg.Cursor[Any], requests: Sequence[CardAuthenticationRequest]
    ) -> list[CardAuthentication]:
        indexes = [numbers.index_of(key=self._index_key, number=r.number) for r in requests]
        cards = store.find(cursor, set(indexes))
        sitting = Sitting(self, now=self._now(), today=business_date(cursor))
        found = [cards.get(index) for index in indexes]
        answers = [sitting.before_pin(r, card) for r, card in zip(requests, found, strict=True)]
        sitting.keep_codes(cursor)
        open_ = [place for place, answer in enumerate(answers) if answer is None]
        guesses = [
            (p, g) for p in open_ if (g := self._guess(requests[p], found[p], sitting.now)) is not None
        ]
        entered = [guess for _, guess in guesses]
        checked = pin_checks.check(cursor, entered, verifiers=verifiers) if entered else []
        tried = {place: answer for (place, _), answer in zip(guesses, checked, strict=True)}
        for place in open_:
            answers[place] = self._after_pin(requests[place], found[place], tried.get(place), sitting)
        return [answer for answer in answers if answer is not None]

    def _guess(
        self, request: CardAuthenticationRequest, card: Found | None, now: datetime
    ) -> pin_checks.Entered | None:
        """The PIN that must be tried; None where there is none, or this login proved it a moment ago."""
        if card is None or request.pin is None:
            return None
        entered = self._enter(request.pin, card)
        version = card.state.pin_version
        known = self._proofs.holds(session=request.session, entered=entered, version=version, now=now)
        return None if known else entered

    def _enter(self, pin: str, card: Found) -> pin_checks.Entered:
        name = card.state.id
        return pin_checks.Entered(name, pins.seal(key=self._pin_key, account=name, pin=pin))

    def _after_pin(
        self,
        request: CardAuthenticationRequest,
        card: Found | None,
        checked: pin_checks.Checked | None,
        sitting: Sitting,
    ) -> CardAuthentication:
        assert card is not None, "without a card it is answered before"
        version = card.state.pin_version if request.pin is not None else None
        if checked is not None and request.pin is not None:
            entered = self._enter(request.pin, card)
            session, version = request.session, checked.version
            if not checked.right:
                self._proofs.forget(session=session, account=card.state.id)
                refusal = PIN_BLOCKED if checked.blocked else WRONG_PIN
                return answer(card, refusal, tries_left=checked.tries_left)
            self._proofs.keep(session=session, entered=entered, version=checked.version, now=sitting.now)
        refusal_ = sitting.after_proof(request, card)
        return answer(card, refusal_) if refusal_ else answer(card, pin_version=version)

    def is_code(self, request: CardAuthenticationRequest, card: Found) -> bool:
        """Whether this is the code on the card's back."""
        expires = numbers.printed_expiry(card.state.expires_on)
        return numbers.is_cvv(request.cvv or "", key=self._cvv_key, number=request.number, expires=expires)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._database_url, application="account-cards")
        return self._connection

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Sitting:
    """One batch: the moment, the bank's day, and how many wrong codes each card has left."""

    def __init__(self, authenticator: Authenticator, *, now: datetime, today: date) -> None:
        """Nothing was tried yet."""
        self.now = now
        self._today = today
        self._is_code = authenticator.is_code
        self._codes_left: dict[str, int] = {}

    def before_pin(self, request: CardAuthenticationRequest, card: Found | None) -> CardAuthentication | None:
        """The answer, unless the PIN must be looked at for it."""
        if not numbers.is_number(request.number):
            return CardAuthentication(code=errors.CARD_NUMBER_INVALID.code)
        if card is None:
            return CardAuthentication(code=errors.CARD_NOT_FOUND.code)
        refusal = rules.against_card(card.state, today=self._today)
        refusal = refusal or self._against_code(request, card) or _against_missing_pin(request, card)
        return answer(card, refusal) if refusal else None

    def _against_code(self, request: CardAuthenticationRequest, card: Found) -> Refusal | None:
        if request.cvv is None:
            return errors.CVV_REQUIRED if request.channel == "ecommerce" else None
        left = self._codes_left.get(card.state.id, card.code_tries_left)
        if not left:
            return errors.CVV_BLOCKED
        if self._is_code(request, card):
            if left < numbers.CVV_TRIES:
                self._codes_left[card.state.id] = numbers.CVV_TRIES
            return None
        self._codes_left[card.state.id] = left - 1
        return errors.WRONG_CVV

    def keep_codes(self, cursor: psycopg.Cursor[Any]) -> None:
        """Write down the tries at codes."""
        if self._codes_left:
            store.keep_code_tries(cursor, self._codes_left)

    def after_proof(self, request: CardAuthenticationRequest, card: Found) -> Refusal | None:
        """Expiry, controls and limits, once it is known that the card is in the right hands."""
        if numbers.plain_expiry(request.expiry) != numbers.printed_expiry(card.state.expires_on):
            return errors.WRONG_EXPIRY
        use = CardUse(
            card=card.state.id,
            merchant=request.merchant,
            channel=request.channel,
            mcc=request.mcc,
            country=request.country,
        )
        return rules.first(
            rules.against_use(
                card.state,
                card.spending,
                use,
                account=card.state.account,
                amount=request.amount,
                today=self._today,
            )
        )


def _against_missing_pin(request: CardAuthenticationRequest, card: Found) -> Refusal | None:
    if request.pin is None:
        return None if request.channel == "ecommerce" else PIN_REQUIRED
    return None if card.has_pin else PIN_NOT_SET


def answer(
    card: Found,
    refusal: Refusal | None = None,
    *,
    tries_left: int | None = None,
    pin_version: int | None = None,
) -> CardAuthentication:
    """What payment is told of a card that was found."""
    return CardAuthentication(
        code=refusal.code if refusal else "",
        face=CardFace(card=card.state.id, bin=card.bin, last4=card.last4),
        payer=Party(
            account=card.state.account,
            number=card.number,
            name=card.name,
            customer=card.customer,
            currency=card.currency,
            product=card.product,
            opened_at=rfc3339(card.opened_at),
        ),
        pin_version=pin_version,
        tries_left=tries_left,
    )
