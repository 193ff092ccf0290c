"""Passkeys (WebAuthn): registered, used to sign in, used to confirm.

User verification is required, so a passkey is two factors in one: the device, and the finger, face
or PIN that unlocks it.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json,
    parse_client_data_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from arhan.identity.domain.people import full_name
from arhan.identity.errors import PASSKEY_INVALID
from arhan.identity.models import Passkey, PasskeyRequest
from arhan.identity.service import factors, passwords
from arhan.identity.store import audit
from arhan.identity.store import challenges as store
from arhan.kernel import clock, settings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from arhan.identity.models import Person
    from arhan.kernel.auth import Principal

LIFE = timedelta(minutes=5)
NAME = "Arhan"
REGISTER = "register"
SIGN_IN = "sign_in"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def registration_options(*, principal: Principal, password: str) -> dict[str, Any]:
    """What the browser needs to make a passkey.

    Refused(wrong_password | locked | second_factor_required).
    """
    factors.refuse_half_signed_in(principal)
    person = passwords.confirm_password(principal.subject, password)
    options = webauthn.generate_registration_options(
        rp_id=relying_party(),
        rp_name=NAME,
        user_id=person.id.encode(),
        user_name=person.username,
        user_display_name=full_name(person.first_name, person.last_name),
        challenge=_ask(REGISTER, person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(person.id),
    )
    return _json(options)


def register(*, principal: Principal, name: str, credential: dict[str, Any]) -> Passkey:
    """Keep the passkey the browser made; Refused(passkey_invalid)."""
    now = clock.now()
    with django_transaction():
        request = _take(credential, purpose=REGISTER)
        if request.person_id != principal.subject:
            raise Refused(PASSKEY_INVALID)
        try:
            verified = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=bytes(request.challenge),
                expected_rp_id=relying_party(),
                expected_origin=_origins(),
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError) as error:
            raise Refused(PASSKEY_INVALID) from error
        passkey = Passkey(
            credential_id=verified.credential_id,
            id=new_id("key"),
            person_id=principal.subject,
            public_key=verified.credential_public_key,
            sign_count=verified.sign_count,
            name=name,
            created_at=now,
        )
        store.insert_passkey(passkey)
        audit.append_own(
            "passkey.registered", person_id=principal.subject, role=principal.role, passkey=passkey.id
        )
    return passkey


def signing_options(*, purpose: str, person: Person | None) -> dict[str, Any]:
    """What the browser needs to have a passkey sign: somebody's, or whichever it finds."""
    options = webauthn.generate_authentication_options(
        rp_id=relying_party(),
        challenge=_ask(purpose, person),
        allow_credentials=_descriptors(person.id) if person else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _json(options)


def prove(credential: dict[str, Any], *, purpose: str) -> Person:
    """Whose passkey signed what it was asked to; needs the caller's transaction.

    Refused(passkey_invalid): unknown, not asked, expired, or copied (its counter went back).
    """
    request = _take(credential, purpose=purpose)
    passkey = store.lock_passkey(_credential_id(credential))
    if passkey is None or request.person_id not in {None, passkey.person_id}:
        raise Refused(PASSKEY_INVALID)
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=bytes(request.challenge),
            expected_rp_id=relying_party(),
            expected_origin=_origins(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError) as error:
        raise Refused(PASSKEY_INVALID) from error
    store.save_use(passkey, sign_count=verified.new_sign_count, now=clock.now())
    return passkey.person


def list_passkeys(*, principal: Principal) -> list[Passkey]:
    """The passkeys of the person who asks."""
    return store.list_passkeys(principal.subject)


def remove(*, principal: Principal, passkey_id: str, password: str) -> None:
    """Give a passkey up; Refused(wrong_password | not_found)."""
    passwords.confirm_password(principal.subject, password)
    with django_transaction():
        if not store.delete_passkey(principal.subject, passkey_id):
            raise not_found(what="passkey")
        audit.append_own(
            "passkey.removed", person_id=principal.subject, role=principal.role, passkey=passkey_id
        )


def relying_party() -> str:
    """The domain passkeys belong to; browsers accept `localhost` but no IP address."""
    host = urlsplit(settings.load("identity").public_url).hostname or "localhost"
    return "localhost" if host in LOOPBACK else host


def _origins() -> list[str]:
    """Where the browser may be when it asks a passkey to sign."""
    public_url = settings.load("identity").public_url
    parts = urlsplit(public_url)
    if parts.hostname in LOOPBACK:
        port = f":{parts.port}" if parts.port else ""
        return [f"{parts.scheme}://localhost{port}"]
    return [f"{parts.scheme}://{parts.netloc}"]


def _ask(purpose: str, person: Person | None) -> bytes:
    challenge = secrets.token_bytes(32)
    with django_transaction():
        store.insert_request(
            PasskeyRequest(challenge=challenge, purpose=purpose, person=person, expires_at=clock.now() + LIFE)
        )
    return challenge


def _take(credential: dict[str, Any], *, purpose: str) -> PasskeyRequest:
    """The request this credential answers, used up; Refused(passkey_invalid)."""
    try:
        client = base64url_to_bytes(credential["response"]["clientDataJSON"])
        challenge = parse_client_data_json(client).challenge
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(PASSKEY_INVALID) from error
    request = store.take_request(challenge, purpose=purpose, now=clock.now())
    if request is None:
        raise Refused(PASSKEY_INVALID)
    return request


def _credential_id(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(credential["rawId"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(PASSKEY_INVALID) from error


def _descriptors(person_id: str) -> list[PublicKeyCredentialDescriptor]:
    keys = store.list_passkeys(person_id)
    return [PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in keys]


def _json(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found
