"""Sessions: opened by a login, kept alive by refresh tokens, ended by logout or theft."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.identity.domain import sessions as rules
from arhan.identity.domain.throttle import ADDRESS, Throttle, login_throttles
from arhan.identity.errors import INVALID_CREDENTIALS, INVALID_REFRESH_TOKEN, LOCKED
from arhan.identity.models import Person, Session
from arhan.identity.service import keys, passwords
from arhan.identity.store import people, throttle
from arhan.identity.store import sessions as store
from arhan.kernel import clock, logging
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import RATE_LIMITED, Refused
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from arhan.identity.models import RefreshToken

log = logging.get_logger(__name__)

REUSED = "refresh_token_reused"
LOGGED_OUT = "logged_out"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as anybody can tell."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login or a refresh gives out."""

    access_token: str
    refresh_token: str
    session: str
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750's word for it
    expires_in: int = int(rules.ACCESS_TOKEN_LIFE.total_seconds())


def sign_in(*, login: str, password: str, origin: Origin) -> Tokens:
    """Open a session for whoever has this username or email address and password.

    A try is counted as a failure before the costly hash and taken back if it succeeds, so that
    guesses sent at once gain nothing. Refused(invalid_credentials | locked | rate_limited), the
    same for a name nobody has.
    """
    throttles = login_throttles(login=login, address=origin.address)
    _count_try(throttles)
    person = people.find_by_login(login.strip())
    right, renew = passwords.check_password(password, person.password_hash if person else None)
    if not right or person is None or not person.enabled:
        raise Refused(INVALID_CREDENTIALS)
    _forgive_try(throttles)
    with django_transaction():
        if renew:
            people.set_password_hash(person.id, passwords.hash_password(password))
        return _open(person, methods=["pwd"], origin=origin)


def refresh(*, refresh_token: str) -> Tokens:
    """The next pair of tokens. A refresh token used twice was stolen: its whole session ends."""
    now = clock.now()
    with django_transaction():
        token = store.lock_refresh_token(refresh_token)
        if token is not None and _is_good(token, now):
            store.use_refresh_token(token, now=now)
            return _issue(token.session, now=now)
        if token is not None and token.used_at is not None and store.end(token.session_id, now=now, reason=REUSED):
            log.warning(REUSED, session=token.session_id, person=token.session.person_id)
    raise Refused(INVALID_REFRESH_TOKEN)


def sign_out(*, session: str) -> None:
    """End the session; its refresh tokens are worthless from now on."""
    with django_transaction():
        store.end(session, now=clock.now(), reason=LOGGED_OUT)


def _is_good(token: RefreshToken, now: datetime) -> bool:
    unused = token.used_at is None and token.expires_at > now
    return unused and token.session.ended_at is None and token.session.person.enabled


def _open(person: Person, *, methods: list[str], origin: Origin) -> Tokens:
    now = clock.now()
    session = Session(
        id=new_id("ses"),
        person=person,
        methods=methods,
        address=origin.address,
        user_agent=origin.user_agent,
        signed_in_at=now,
        last_used_at=now,
        expires_at=now + rules.limits_for(person.role).absolute,
    )
    store.insert(session)
    return _issue(session, now=now)


def _issue(session: Session, *, now: datetime) -> Tokens:
    person = session.person
    refresh_token = secrets.token_urlsafe(32)
    expires_at = rules.refresh_expiry(role=person.role, now=now, session_expires_at=session.expires_at)
    store.add_refresh_token(session=session, token=refresh_token, now=now, expires_at=expires_at)
    claims = rules.access_claims(
        subject=person.id,
        role=person.role,
        tier=person.tier,
        session=session.id,
        methods=session.methods,
        signed_in_at=session.signed_in_at,
    )
    access_token = keys.sign(claims, life=rules.ACCESS_TOKEN_LIFE)
    return Tokens(access_token, refresh_token, session.id)


def _count_try(throttles: Sequence[Throttle]) -> None:
    now = clock.now()
    with django_transaction():
        counters = throttle.lock(throttles, now=now)
        wait = throttle.longest_wait(counters, now=now)
        if wait is None:
            for each in throttles:
                throttle.count_failure(each, counters[each.key], now=now)
            return
    by_key = {each.key: each.rule for each in throttles}
    key, pause = wait
    refusal = RATE_LIMITED if by_key[key] is ADDRESS else LOCKED
    raise Refused(refusal, headers={"Retry-After": str(math.ceil(pause.total_seconds()))})


def _forgive_try(throttles: Sequence[Throttle]) -> None:
    now = clock.now()
    with django_transaction():
        counters = throttle.lock(throttles, now=now)
        for each in throttles:
            throttle.forgive(each, counters[each.key], now=now)
