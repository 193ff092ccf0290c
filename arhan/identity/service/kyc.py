"""Knowing the customer: what they tell and show, and the tier it earns them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.tiers import TierLimits, limits_of
from arhan.identity import registry as port
from arhan.identity.domain.kyc import tiers as rules
from arhan.identity.domain.notices import Notice
from arhan.identity.domain.throttle import registry_throttle
from arhan.identity.errors import (
    ALREADY_APPLIED,
    APPLICATION_DECIDED,
    KYC_INCOMPLETE,
    NUMBER_MISMATCH,
    NUMBER_TAKEN,
    NUMBER_UNKNOWN,
    TIER_REACHED,
    TOO_YOUNG,
)
from arhan.identity.models import Application, Document, IdentityNumber, Profile
from arhan.identity.service import notices, standing
from arhan.identity.service.people import get_person
from arhan.identity.service.throttling import count_try, forgive_try
from arhan.identity.store import audit
from arhan.identity.store import kyc as store
from arhan.kernel import clock, encryption, settings
from arhan.kernel.audit import Deed
from arhan.kernel.database import django_transaction
from arhan.kernel.documents import TOO_MANY_DOCUMENTS
from arhan.kernel.errors import FieldError, Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from arhan.identity.domain.kyc.numbers import NumberKind
    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

WAITING, APPROVED, REJECTED = "waiting", "approved", "rejected"
REGISTRY = "registry"
MAX_DOCUMENTS = 20


class ProfileWords(msgspec.Struct, frozen=True):
    """What somebody says about themselves."""

    date_of_birth: date
    line: str
    city: str
    state: str
    country: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything known about one customer."""

    person: Person
    profile: ProfileWords | None
    numbers: list[IdentityNumber]
    documents: list[Document]
    application: Application | None
    limits: TierLimits


def get_dossier(person_id: str) -> Dossier:
    """What a customer has told and shown; Refused(not_found)."""
    person = get_person(person_id)
    return Dossier(
        person=person,
        profile=_profile(person_id),
        numbers=store.list_numbers(person_id),
        documents=store.list_documents(person_id),
        application=store.newest_application(person_id),
        limits=limits_of(person.tier, on=clock.now().date()),
    )


def set_profile(*, principal: Principal, words: ProfileWords) -> None:
    """Tell date of birth and address; Refused(too_young) for who is under age."""
    now = clock.now()
    if rules.age_on(now.date(), born=words.date_of_birth) < rules.ADULT:
        raise Refused(TOO_YOUNG, errors=(FieldError("/date_of_birth", "under eighteen"),))
    sealed = encryption.encrypt("identity", msgspec.json.encode(words))
    with django_transaction():
        store.put_profile(Profile(person_id=principal.subject, sealed=sealed, updated_at=now))
        audit.append_own("kyc.profile_set", person_id=principal.subject, role=principal.role)


def add_number(*, principal: Principal, kind: NumberKind, number: str) -> IdentityNumber:
    """Have the registry confirm a BVN or NIN and keep it, encrypted.

    Refused(kyc_incomplete) without a profile, Refused(identity_number_mismatch |
    identity_number_unknown | identity_number_taken | rate_limited).
    """
    person, words = get_person(principal.subject), _profile(principal.subject)
    if words is None:
        raise Refused(KYC_INCOMPLETE, extra={"missing": ["profile"]})
    throttles = [registry_throttle(person.id)]
    count_try(throttles)
    claim = port.Claim(kind, number, person.first_name, person.last_name, words.date_of_birth)
    found = port.registry.compare(claim)
    if found is not port.Match.MATCH:
        raise Refused(NUMBER_MISMATCH if found is port.Match.MISMATCH else NUMBER_UNKNOWN)
    row = IdentityNumber(
        person=person,
        kind=kind,
        sealed=encryption.encrypt("identity", number.encode()),
        lookup=_lookup(kind, number),
        last_digits=number[-4:],
        verified_at=clock.now(),
    )
    with django_transaction():
        if not store.insert_number(row):
            raise Refused(NUMBER_TAKEN)
        audit.append_own("kyc.number_confirmed", person_id=person.id, role=person.role, kind=kind)
    forgive_try(throttles)
    return row


def add_document(*, principal: Principal, kind: str, media_type: str, content: bytes) -> Document:
    """Keep an uploaded document that was checked, encrypted; Refused(too_many_documents)."""
    document = Document(
        id=new_id("doc"),
        person_id=principal.subject,
        kind=kind,
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).digest(),
        sealed=encryption.encrypt("identity", content),
        uploaded_at=clock.now(),
    )
    with django_transaction():
        standing.lock_person(principal.subject)
        if store.count_documents(principal.subject) >= MAX_DOCUMENTS:
            raise Refused(TOO_MANY_DOCUMENTS)
        store.insert_document(document)
        audit.append_own(
            "kyc.document_added", person_id=principal.subject, role=principal.role, document=document.id
        )
    return document


def apply(*, principal: Principal, tier: int) -> Application:
    """Ask for a higher tier; what the registry confirms is decided at once, documents wait for staff.

    Refused(tier_reached | kyc_incomplete | already_applied).
    """
    now = clock.now()
    with django_transaction() as cursor:
        person = standing.lock_person(principal.subject)
        if tier <= person.tier:
            raise Refused(TIER_REACHED)
        if missing := rules.missing_for(tier, _evidence(person)):
            raise Refused(KYC_INCOMPLETE, extra={"missing": missing})
        application = Application(
            id=new_id("kyc"), person=person, tier=tier, status=WAITING, submitted_at=now
        )
        if not store.insert_application(application):
            raise Refused(ALREADY_APPLIED)
        if tier < rules.REVIEWED_FROM:
            _approve(cursor, application, person, by=REGISTRY, reason="confirmed by the registry")
        audit.append_own("kyc.applied", person_id=person.id, role=person.role, tier=tier)
    return application


def list_applications(*, status: str, after: str, limit: int) -> list[Application]:
    """The review queue; who waited longest comes first."""
    return store.list_applications(status=status, after=after, limit=limit)


def get_application(application_id: str) -> Application:
    """One application; Refused(not_found)."""
    application = store.find_application(application_id)
    if application is None:
        raise not_found(what="application")
    return application


def decide(*, principal: Principal, application_id: str, approve: bool, reason: str) -> Application:
    """A member of staff has looked at the documents; Refused(not_found | application_decided)."""
    with django_transaction() as cursor:
        application = store.lock_application(application_id)
        if application is None:
            raise not_found(what="application")
        if application.status != WAITING:
            raise Refused(APPLICATION_DECIDED)
        if approve:
            person = standing.lock_person(application.person_id)
            _approve(cursor, application, person, by=principal.subject, reason=reason)
        else:
            store.decide(application, status=REJECTED, by=principal.subject, reason=reason, now=clock.now())
            _tell(cursor, application, "tier_refused", reason)
        _note(principal, f"kyc.{application.status}", application.id, person=application.person_id)
    return application


def open_document(*, principal: Principal, document_id: str) -> tuple[Document, bytes]:
    """A document for whoever reviews it, and its content; leaves a trace. Refused(not_found)."""
    document = store.find_document(document_id)
    if document is None:
        raise not_found(what="document")
    with django_transaction():
        _note(principal, "kyc.document_opened", document.id, person=document.person_id)
    return document, encryption.decrypt("identity", bytes(document.sealed))


def _approve(cursor: Any, application: Application, person: Person, *, by: str, reason: str) -> None:
    store.decide(application, status=APPROVED, by=by, reason=reason, now=clock.now())
    standing.set_tier(person, application.tier)
    _tell(cursor, application, "tier_granted")


def _tell(cursor: Any, application: Application, kind: str, name: str = "") -> None:
    notice = Notice(
        person=application.person_id,
        kind=kind,
        cause=application.id,
        subject=application.id,
        state=str(application.tier),
        name=name,
    )
    notices.tell(cursor, [notice])


def _evidence(person: Person) -> rules.Evidence:
    return rules.Evidence(
        email_verified=person.email_verified_at is not None,
        phone_verified=person.phone_verified_at is not None,
        has_profile=store.find_profile(person.id) is not None,
        numbers=frozenset(number.kind for number in store.list_numbers(person.id)),
        documents=frozenset(document.kind for document in store.list_documents(person.id)),
    )


def _profile(person_id: str) -> ProfileWords | None:
    profile = store.find_profile(person_id)
    if profile is None:
        return None
    return msgspec.json.decode(encryption.decrypt("identity", bytes(profile.sealed)), type=ProfileWords)


def _lookup(kind: str, number: str) -> bytes:
    """Eleven digits are guessed in no time without the key."""
    key = settings.load("identity").secret_key.encode()
    return hmac.digest(key, f"identity number\0{kind}\0{number}".encode(), "sha256")


def _note(principal: Principal, action: str, subject: str, **details: str) -> None:
    deed = Deed(action=action, actor=principal.subject, role=principal.role, subject=subject, details=details)
    audit.append(deed)
