"""Showing that a mail address and a phone are one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.identity.domain.letters import EMAIL_VERIFICATION, PHONE_VERIFICATION
from arhan.identity.domain.throttle import own_code_throttle, texts_throttle
from arhan.identity.errors import ALREADY_VERIFIED, LINK_INVALID
from arhan.identity.service import letters
from arhan.identity.service.people import get_person
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import audit, people
from arhan.kernel import clock
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal


def send_email_link(*, principal: Principal) -> None:
    """Mail a link that shows the address is theirs; Refused(already_verified | rate_limited)."""
    person = get_person(principal.subject)
    if person.email_verified_at is not None:
        raise Refused(ALREADY_VERIFIED)
    count_try([texts_throttle(person.id)])
    with django_transaction():
        letters.post(EMAIL_VERIFICATION, person=person)


def verify_email(*, token: str) -> None:
    """Whoever has the link reads the mail of that address; Refused(link_invalid)."""
    with django_transaction():
        secret = letters.redeem(token, purpose=EMAIL_VERIFICATION)
        person = secret.person
        if person is None or person.email != secret.concerns:
            raise Refused(LINK_INVALID)
        people.set_email_verified(person.id, now=clock.now())
        audit.append_own("email.verified", person_id=person.id, role=person.role)


def send_phone_code(*, principal: Principal) -> None:
    """Text a code that shows the phone is theirs; Refused(already_verified | rate_limited)."""
    person = get_person(principal.subject)
    if person.phone_verified_at is not None:
        raise Refused(ALREADY_VERIFIED)
    count_try([texts_throttle(person.id)])
    with django_transaction():
        letters.post(PHONE_VERIFICATION, person=person)


def verify_phone(*, principal: Principal, code: str) -> None:
    """Whoever has the code holds the phone; Refused(link_invalid | locked)."""
    person = get_person(principal.subject)
    throttles = [own_code_throttle(person.id)]
    count_try(throttles)
    with django_transaction():
        secret = letters.redeem(code, purpose=PHONE_VERIFICATION, person=person)
        if person.phone != secret.concerns:
            raise Refused(LINK_INVALID)
        people.set_phone_verified(person.id, now=clock.now())
        audit.append_own("phone.verified", person_id=person.id, role=person.role)
    forgive_try(throttles)
