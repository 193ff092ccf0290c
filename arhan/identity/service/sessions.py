"""Sessions: opened by a login, kept alive by refresh tokens, ended by logout or theft."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from arhan.identity.domain import sessions as rules
from arhan.identity.domain.factors import HARDWARE_KEY, MFA, OTP, PASSWORD, USER_VERIFIED
from arhan.identity.domain.letters import SESSION_STOLEN
from arhan.identity.domain.throttle import login_throttles
from arhan.identity.errors import (
    INVALID_CREDENTIALS,
    INVALID_REFRESH_TOKEN,
    OTP_INVALID,
    OTP_REQUIRED,
    PASSKEY_INVALID,
)
from arhan.identity.models import Person, Session
from arhan.identity.service import devices, factors, keys, letters, passkeys, passwords
from arhan.identity.service.throttling import count_try, forgive_try, refuse_if_paused
from arhan.identity.store import audit, people, roles
from arhan.identity.store import sessions as store
from arhan.kernel import clock, logging
from arhan.kernel.audit import REFUSED, Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from arhan.identity.domain.origins import Origin
    from arhan.identity.models import RefreshToken
    from arhan.kernel.errors import Refusal

log = logging.get_logger(__name__)

REUSED = "refresh_token_reused"
LOGGED_OUT = "logged_out"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a login or a refresh gives out."""

    access_token: str
    refresh_token: str
    session: str
    device_token: str | None = None
    """Of a device seen for the first time: to be sent along with the next login."""
    token_type: str = "Bearer"  # noqa: S105 - RFC 6750's word for it
    expires_in: int = int(rules.ACCESS_TOKEN_LIFE.total_seconds())


def sign_in(*, login: str, password: str, otp: str | None, origin: Origin) -> Tokens:
    """Open a session for whoever has this username or email address, password and second factor.

    Refused(invalid_credentials | locked | rate_limited), the same for a name nobody has; with the
    right password also Refused(otp_required | otp_invalid).
    """
    refuse_if_paused(login_throttles(login=login, address=origin.address, stranger=False))
    person = people.find_by_login(login.strip())
    known = devices.is_known(person.id if person else "", origin)
    throttles = login_throttles(login=login, address=origin.address, stranger=not known)
    pause = count_try(throttles)
    person, renew = _check_password(person, password, origin, pause)
    enrolled = factors.is_enrolled(person.id)
    if enrolled and not otp:
        forgive_try(throttles, succeeded=False)
        raise Refused(OTP_REQUIRED)
    if enrolled:
        _check_code(person, otp or "", origin, pause)
    forgive_try(throttles)
    with django_transaction():
        if renew:
            people.set_password_hash(person.id, passwords.hash_password(password))
        methods = [PASSWORD, OTP, MFA] if enrolled else [PASSWORD]
        return _open(person, methods=methods, origin=origin)


def sign_in_with_passkey(*, credential: dict[str, Any], origin: Origin) -> Tokens:
    """Open a session for whoever's passkey this is; no name, no password.

    Refused(passkey_invalid), also for somebody disabled.
    """
    with django_transaction():
        person = passkeys.prove(credential, purpose=passkeys.SIGN_IN)
        if not person.enabled:
            raise Refused(PASSKEY_INVALID)
        return _open(person, methods=[HARDWARE_KEY, USER_VERIFIED, MFA], origin=origin)


def refresh(*, refresh_token: str) -> Tokens:
    """The next pair of tokens. A refresh token used twice was stolen: its whole session ends."""
    now = clock.now()
    with django_transaction():
        token = store.lock_refresh_token(refresh_token)
        if token is not None and _is_good(token, now):
            store.use_refresh_token(token, now=now)
            return _issue(token.session, now=now)
        if token is not None and token.used_at is not None:
            _end_stolen(token, now)
    raise Refused(INVALID_REFRESH_TOKEN)


def _end_stolen(token: RefreshToken, now: datetime) -> None:
    if store.end(token.session_id, now=now, reason=REUSED):
        log.warning(REUSED, session=token.session_id, person=token.session.person_id)
        letters.post(SESSION_STOLEN, person=token.session.person)
        audit.append(_ended(token.session, REUSED))


def sign_out(*, session_id: str) -> None:
    """End the session; its tokens are worthless from now on."""
    with django_transaction():
        session = store.find(session_id)
        if session is not None and store.end(session_id, now=clock.now(), reason=LOGGED_OUT):
            audit.append(_ended(session, LOGGED_OUT))


def _ended(session: Session, reason: str) -> Deed:
    person = session.person
    return Deed(
        action="session.ended",
        actor=person.id,
        role=person.role,
        subject=session.id,
        details={"reason": reason},
    )


def _check_password(
    person: Person | None, password: str, origin: Origin, pause: timedelta
) -> tuple[Person, bool]:
    """Whoever it is, and whether the hash wants renewing; Refused(invalid_credentials)."""
    right, renew = passwords.check_password(password, person.password_hash if person else None)
    if not right or person is None or not person.enabled:
        _note_refusal(INVALID_CREDENTIALS, person, origin, pause)
        raise Refused(INVALID_CREDENTIALS)
    return person, renew


def _check_code(person: Person, code: str, origin: Origin, pause: timedelta) -> None:
    with django_transaction():
        proved = factors.prove(person.id, code)
    if not proved:
        _note_refusal(OTP_INVALID, person, origin, pause)
        raise Refused(OTP_INVALID)


def _note_refusal(refusal: Refusal, person: Person | None, origin: Origin, pause: timedelta) -> None:
    """The name that was typed is not kept: it may be somebody's password."""
    deed = Deed(
        action="session.refused",
        outcome=REFUSED,
        subject=person.id if person else "",
        code=refusal.code,
        address=origin.address,
        details={"pause_s": int(pause.total_seconds())},
    )
    with django_transaction():
        audit.append(deed)


def _is_good(token: RefreshToken, now: datetime) -> bool:
    unused = token.used_at is None and token.expires_at > now
    return unused and token.session.ended_at is None and token.session.person.enabled


def _open(person: Person, *, methods: list[str], origin: Origin) -> Tokens:
    now = clock.now()
    recognised = devices.recognise(person, origin, now=now)
    session = Session(
        id=new_id("ses"),
        person=person,
        device=recognised.device,
        methods=methods,
        address=origin.address,
        user_agent=origin.user_agent,
        signed_in_at=now,
        last_used_at=now,
        expires_at=now + rules.limits_for(person.role).absolute,
    )
    store.insert(session)
    tokens = _issue(session, now=now)
    audit.append(
        Deed(
            action="session.opened",
            actor=person.id,
            role=person.role,
            subject=session.id,
            address=origin.address,
            details={"methods": methods, "user_agent": origin.user_agent},
        )
    )
    return replace(tokens, device_token=recognised.token)


def _issue(session: Session, *, now: datetime) -> Tokens:
    person = session.person
    refresh_token = secrets.token_urlsafe(32)
    expires_at = rules.refresh_expiry(role=person.role, now=now, session_expires_at=session.expires_at)
    store.add_refresh_token(session=session, token=refresh_token, now=now, expires_at=expires_at)
    claims = rules.access_claims(
        subject=person.id,
        role=person.role,
        tier=person.tier,
        permissions=roles.list_permissions(person.role),
        session=session.id,
        methods=session.methods,
        signed_in_at=session.signed_in_at,
        device=session.device.id if session.device else "",
        device_trusted_from=session.device.trusted_from if session.device else None,
        now=now,
    )
    access_token = keys.sign(claims, life=rules.ACCESS_TOKEN_LIFE)
    return Tokens(access_token, refresh_token, session.id)
