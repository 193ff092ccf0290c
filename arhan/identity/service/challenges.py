"""Step-up: a person confirms one act with their second factor, and gets a proof of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from arhan.identity.domain import challenges as rules
from arhan.identity.domain.letters import CONFIRMATION_CODE
from arhan.identity.domain.throttle import own_code_throttle, texts_throttle
from arhan.identity.errors import (
    CHALLENGE_ANSWERED,
    CHALLENGE_BLOCKED,
    CHALLENGE_LAPSED,
    METHOD_UNAVAILABLE,
    OTP_INVALID,
)
from arhan.identity.models import Challenge
from arhan.identity.service import factors, keys, letters, passkeys
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import audit, people, sessions
from arhan.identity.store import challenges as store
from arhan.kernel import clock
from arhan.kernel.audit import REFUSED, Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id
from arhan.kernel.proofs import PROOF_TYPE, Act

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal


def begin(*, session_id: str, audience: str, act: Act) -> Challenge:
    """Ask whoever is in this session to confirm an act; Refused(not_found) if it has ended."""
    session = sessions.find(session_id)
    if session is None or session.ended_at is not None:
        raise not_found(what="session")
    now = clock.now()
    challenge = Challenge(
        id=new_id("chl"),
        person=session.person,
        session=session,
        audience=audience,
        **asdict(act),
        created_at=now,
        expires_at=now + rules.LIFE,
    )
    with django_transaction():
        store.insert(challenge)
    return challenge


def methods_of(person_id: str) -> list[str]:
    """How this person can confirm."""
    return rules.methods(
        has_authenticator=factors.is_enrolled(person_id),
        has_passkey=store.has_passkey(person_id),
        phone_verified=people.has_verified_phone(person_id),
    )


def get_challenge(*, principal: Principal, challenge_id: str) -> Challenge:
    """One's own challenge; Refused(not_found)."""
    challenge = store.find(challenge_id, person_id=principal.subject)
    if challenge is None or challenge.session_id != principal.session:
        raise not_found(what="challenge")
    return challenge


def send_code(*, principal: Principal, challenge_id: str) -> None:
    """Text a code that names what it confirms.

    Refused(method_unavailable) for who has a second factor or has not shown that the phone is theirs, and as `answer`; also (rate_limited).
    """
    challenge = get_challenge(principal=principal, challenge_id=challenge_id)
    _refuse_if_over(challenge)
    if rules.TEXT not in methods_of(principal.subject):
        raise Refused(METHOD_UNAVAILABLE)
    count_try([texts_throttle(principal.subject)])
    with django_transaction():
        letters.post(
            CONFIRMATION_CODE,
            person=challenge.person,
            summary=rules.summary(act_of(challenge)),
            purpose=challenge.id,
        )


def passkey_options(*, principal: Principal, challenge_id: str) -> dict[str, Any]:
    """What the browser needs to have a passkey confirm; Refused(method_unavailable) without one."""
    challenge = get_challenge(principal=principal, challenge_id=challenge_id)
    _refuse_if_over(challenge)
    if rules.PASSKEY not in methods_of(principal.subject):
        raise Refused(METHOD_UNAVAILABLE)
    return passkeys.signing_options(purpose=challenge.id, person=challenge.person)


def answer(
    *, principal: Principal, challenge_id: str, code: str = "", credential: dict[str, Any] | None = None
) -> str:
    """Confirm with a code or a passkey; answers the proof.

    A wrong answer is counted whatever else happens, against the challenge (the fifth ends it) and
    against the person (who cannot try on with another challenge). Refused(locked | not_found | challenge_lapsed | challenge_answered | challenge_blocked | otp_invalid |
    link_invalid | passkey_invalid).
    """
    _count_try(principal, challenge_id)
    throttles = [own_code_throttle(principal.subject)]
    count_try(throttles)
    now = clock.now()
    with django_transaction():
        challenge = store.lock(challenge_id, person_id=principal.subject)
        if challenge is None:
            raise not_found(what="challenge")
        if challenge.answered_at is not None:
            raise Refused(CHALLENGE_ANSWERED)
        _prove(challenge, code, credential)
        challenge.answered_at = now
        challenge.failures -= 1
        store.save_progress(challenge)
        _note(challenge, principal, "challenge.answered")
    forgive_try(throttles)
    return _proof(challenge)


def act_of(challenge: Challenge) -> Act:
    """What is to be confirmed."""
    return Act(
        action=challenge.action,
        amount=challenge.amount,
        currency=challenge.currency,
        payee=challenge.payee,
        reference=challenge.reference,
    )


def _count_try(principal: Principal, challenge_id: str) -> None:
    """Committed before the try, so that tries at once gain nothing."""
    with django_transaction():
        challenge = store.lock(challenge_id, person_id=principal.subject)
        if challenge is None or challenge.session_id != principal.session:
            raise not_found(what="challenge")
        _refuse_if_over(challenge)
        challenge.failures += 1
        store.save_progress(challenge)
        if challenge.failures == rules.MAX_FAILURES:
            _note(challenge, principal, "challenge.last_try", outcome=REFUSED)


def _refuse_if_over(challenge: Challenge) -> None:
    if challenge.answered_at is not None:
        raise Refused(CHALLENGE_ANSWERED)
    if challenge.failures >= rules.MAX_FAILURES:
        raise Refused(CHALLENGE_BLOCKED)
    if challenge.expires_at <= clock.now():
        raise Refused(CHALLENGE_LAPSED)


def _prove(challenge: Challenge, code: str, credential: dict[str, Any] | None) -> None:
    person = challenge.person
    if credential is not None:
        passkeys.prove(credential, purpose=challenge.id)
    elif rules.TEXT in methods_of(person.id):
        letters.redeem(code, purpose=challenge.id, person=person)
    elif not factors.prove(person.id, code):
        raise Refused(OTP_INVALID)


def _proof(challenge: Challenge) -> str:
    claims = {
        "sub": challenge.person_id,
        "sid": challenge.session_id,
        "aud": [challenge.audience],
        "jti": challenge.id,
        "act": asdict(act_of(challenge)),
    }
    return keys.sign(claims, life=rules.PROOF_LIFE, typ=PROOF_TYPE)


def _note(challenge: Challenge, principal: Principal, action: str, outcome: str = "done") -> None:
    audit.append(
        Deed(
            action=action,
            outcome=outcome,
            actor=principal.subject,
            role=principal.role,
            subject=challenge.id,
            details=asdict(act_of(challenge)),
        )
    )
