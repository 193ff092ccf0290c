"""People come in: customers register themselves, staff are appointed."""

from __future__ import annotations

from dataclasses import dataclass

from arhan.contracts.identity import PersonRegistered
from arhan.identity.domain.factors import is_totp_secret
from arhan.identity.domain.letters import EMAIL_VERIFICATION
from arhan.identity.domain.people import FIRST_TIER, full_name
from arhan.identity.models import Person
from arhan.identity.service import factors, letters, passwords
from arhan.identity.store import audit, people
from arhan.kernel import clock, outbox
from arhan.kernel.auth import CUSTOMER, STAFF_ROLES
from arhan.kernel.database import django_transaction
from arhan.kernel.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What somebody tells the bank about themselves, already parsed."""

    username: str
    email: str
    first_name: str
    last_name: str
    phone: str
    sex: str = ""


def register_customer(*, particulars: Particulars, password: str) -> Person:
    """Somebody becomes a customer; Refused(username_taken | email_taken | weak_password)."""
    return _register(particulars, password=password, role=CUSTOMER)


def appoint_staff(
    *,
    particulars: Particulars,
    password: str,
    role: str,
    totp_secret: str = "",
    verify_email: bool = True,
) -> Person:
    """Somebody becomes a member of staff: by the command line, or by an invitation.

    Without a secret for their authenticator they set one up before they can do anything.
    """
    if role not in STAFF_ROLES:
        msg = f"{role!r} is not a staff role; there are {', '.join(STAFF_ROLES)}"
        raise ValueError(msg)
    if totp_secret and not is_totp_secret(totp_secret):
        msg = "the secret of an authenticator is at least 32 characters of base 32"
        raise ValueError(msg)
    with django_transaction():
        person = _register(particulars, password=password, role=role, verify_email=verify_email)
        if totp_secret:
            factors.enrol_authenticator(person, secret=totp_secret)
    return person


def _register(particulars: Particulars, *, password: str, role: str, verify_email: bool = True) -> Person:
    with django_transaction() as cursor:
        people.refuse_if_taken(username=particulars.username, email=particulars.email)
        person = Person(
            id=new_id("usr"),
            username=particulars.username,
            email=particulars.email,
            first_name=particulars.first_name,
            last_name=particulars.last_name,
            phone=particulars.phone,
            sex=particulars.sex,
            role=role,
            tier=FIRST_TIER,
            created_at=clock.now(),
        )
        passwords.refuse_weak(password, about=passwords.known_about(person))
        person.password_hash = passwords.hash_password(password)
        people.insert(person)
        if verify_email:
            letters.post(EMAIL_VERIFICATION, person=person)
        outbox.publish(cursor, [_registered(person)])
        audit.append_own("person.registered", person_id=person.id, role=role)
    return person


def _registered(person: Person) -> PersonRegistered:
    return PersonRegistered(
        id=person.id,
        username=person.username,
        name=full_name(person.first_name, person.last_name),
        role=person.role,
        tier=person.tier,
    )
