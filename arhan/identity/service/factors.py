"""Second factors: set up, proved, replaced, given up."""

from __future__ import annotations

import io
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyotp
import segno

from arhan.identity.domain import factors as rules
from arhan.identity.domain.throttle import own_code_throttle
from arhan.identity.errors import (
    OTP_INVALID,
    SECOND_FACTOR_MANDATORY,
    SECOND_FACTOR_MISSING,
    SECOND_FACTOR_PRESENT,
)
from arhan.identity.models import Authenticator
from arhan.identity.service import passwords
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import audit, challenges, sessions
from arhan.identity.store import factors as store
from arhan.kernel import clock, encryption
from arhan.kernel.auth import CUSTOMER
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import SECOND_FACTOR_REQUIRED, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody needs to set up an authenticator app."""

    secret: str
    uri: str
    qr_svg: str


def begin_authenticator(*, principal: Principal, password: str) -> Enrolment:
    """A fresh secret, worthless until confirmed with a code of it.

    Refused(wrong_password | locked), Refused(second_factor_present) while a confirmed one is in
    place, Refused(second_factor_required) for who has a passkey and did not use it.
    """
    refuse_half_signed_in(principal)
    person = passwords.confirm_password(principal.subject, password)
    secret = pyotp.random_base32()
    with django_transaction():
        if store.has_second_factor(person.id):
            raise Refused(SECOND_FACTOR_PRESENT)
        _keep(person.id, secret, confirmed_at=None)
    uri = rules.provisioning_uri(secret=secret, username=person.username)
    return Enrolment(secret, uri, _picture(uri))


def _picture(uri: str) -> str:
    """A QR code to scan, as an SVG document that stands by itself: pages show it as an image."""
    drawn = io.BytesIO()
    segno.make(uri).save(drawn, kind="svg", xmldecl=False, omitsize=True, light="#fff")
    return drawn.getvalue().decode()


def refuse_half_signed_in(principal: Principal) -> None:
    """Who has a second factor shows it before adding another; Refused(second_factor_required)."""
    has_any = store.has_second_factor(principal.subject) or challenges.has_passkey(principal.subject)
    if has_any and principal.acr != rules.MFA:
        raise Refused(SECOND_FACTOR_REQUIRED)


def confirm_authenticator(*, principal: Principal, code: str) -> list[str]:
    """The authenticator counts from now on, also for this session; answers the recovery codes, once."""
    now = clock.now()
    with _code_tried(principal.subject), django_transaction():
        if store.has_second_factor(principal.subject):
            raise Refused(SECOND_FACTOR_PRESENT)
        if not _use_totp(principal.subject, code, now=now):
            raise Refused(OTP_INVALID)
        codes = _new_recovery_codes(principal.subject, now=now)
        sessions.add_methods(principal.session, [rules.OTP, rules.MFA])
        _note("authenticator.confirmed", principal)
    return codes


def remove_authenticator(*, principal: Principal, password: str, code: str) -> None:
    """A customer goes back to a password alone; staff may not."""
    if principal.role != CUSTOMER:
        raise Refused(SECOND_FACTOR_MANDATORY)
    passwords.confirm_password(principal.subject, password)
    with _code_tried(principal.subject), django_transaction():
        if not store.has_second_factor(principal.subject):
            raise Refused(SECOND_FACTOR_MISSING)
        if not prove(principal.subject, code):
            raise Refused(OTP_INVALID)
        store.delete_authenticator(principal.subject)
        store.replace_recovery_codes(principal.subject, [], now=clock.now())
        _note("authenticator.removed", principal)


def renew_recovery_codes(*, principal: Principal, password: str) -> list[str]:
    """Ten new recovery codes; the old ones are worthless."""
    passwords.confirm_password(principal.subject, password)
    with django_transaction():
        if not store.has_second_factor(principal.subject):
            raise Refused(SECOND_FACTOR_MISSING)
        codes = _new_recovery_codes(principal.subject, now=clock.now())
        _note("recovery_codes.renewed", principal)
    return codes


def enrol_authenticator(person: Person, *, secret: str) -> None:
    """Staff created at the command line may get their secret there, confirmed."""
    _keep(person.id, secret, confirmed_at=clock.now())


def prove(person_id: str, code: str) -> bool:
    """Use up a code of the authenticator, or a recovery code. Needs the caller's transaction."""
    now = clock.now()
    if rules.looks_like_totp(code):
        return _use_totp(person_id, code, now=now)
    return store.use_recovery_code(person_id, rules.hash_recovery_code(code), now=now)


def is_enrolled(person_id: str) -> bool:
    """Whether this person has a second factor and must show it to sign in."""
    return store.has_second_factor(person_id)


def recovery_codes_left(person_id: str) -> int:
    """How many recovery codes are unused."""
    return store.count_recovery_codes(person_id)


def _note(action: str, principal: Principal) -> None:
    audit.append_own(action, person_id=principal.subject, role=principal.role)


@contextmanager
def _code_tried(person_id: str) -> Iterator[None]:
    """Count a wrong code against whoever is signed in; Refused(locked) after too many."""
    throttles = [own_code_throttle(person_id)]
    count_try(throttles)
    yield
    forgive_try(throttles)


def _use_totp(person_id: str, code: str, *, now: datetime) -> bool:
    authenticator = store.find_authenticator(person_id)
    if authenticator is None:
        return False
    secret = encryption.decrypt("identity", bytes(authenticator.secret)).decode()
    step = rules.matching_step(secret=secret, code=code, now=now, after_step=authenticator.last_step)
    return step is not None and store.take_step(authenticator, step=step, now=now)


def _keep(person_id: str, secret: str, *, confirmed_at: datetime | None) -> None:
    sealed = encryption.encrypt("identity", secret.encode())
    store.put_authenticator(
        Authenticator(person_id=person_id, secret=sealed, created_at=clock.now(), confirmed_at=confirmed_at)
    )


def _new_recovery_codes(person_id: str, *, now: datetime) -> list[str]:
    codes = [_recovery_code() for _ in range(rules.RECOVERY_CODES)]
    hashes = [rules.hash_recovery_code(code) for code in codes]
    store.replace_recovery_codes(person_id, hashes, now=now)
    return codes


def _recovery_code() -> str:
    """Sixteen letters of 30: 78 bits, in groups a person can copy."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
