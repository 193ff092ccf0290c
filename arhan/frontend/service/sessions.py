"""Signing in and out, and keeping the tokens of a session fresh; they never reach the browser."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from cryptography.fernet import InvalidToken
from django.db import OperationalError, transaction

from arhan.frontend import bank, store
from arhan.frontend.domain import sessions as rules
from arhan.frontend.errors import SIGNED_OUT
from arhan.frontend.models import BrowserSession
from arhan.frontend.schemas.people import Me, PasskeyOptions, Tokens
from arhan.kernel import encryption
from arhan.kernel.clock import now
from arhan.kernel.errors import UNAVAILABLE, Refused
from arhan.kernel.http import forwarding_client
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "frontend"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is signed in in the browser that asks."""

    session: BrowserSession
    origin: Mapping[str, str] = field(default_factory=dict)
    """Headers that tell the services where the request came from."""

    @property
    def is_staff(self) -> bool:
        """Whether it is a member of the bank's staff."""
        return self.session.role != "customer"

    @property
    def first_name(self) -> str:
        """What a greeting calls them."""
        return self.session.name.split(" ")[0]

    @property
    def span(self) -> rules.Span:
        """When the session began and was last used."""
        return rules.Span(self.session.began_at, self.session.seen_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """What signing in gives the browser: two secrets for two cookies."""

    secret: str
    """Of the session."""
    device: str
    """By which identity knows this device again, sealed; empty when it knew it already."""
    session: BrowserSession


def sign_in(*, username: str, password: str, otp: str, device: str, origin: Mapping[str, str]) -> SignedIn:
    """Sign in; `device` is the sealed secret of an earlier time. Refused with identity's codes."""
    asked = bank.people.tokens(username=username, password=password, otp=otp, device=_opened_device(device))
    return _begin(asked, origin)


def passkey_options(*, origin: Mapping[str, str]) -> dict[str, Any]:
    """What a browser asks its passkeys to sign in."""
    asked = bank.passkeys.begin_login()
    content = forwarding_client(SERVICE).send(asked.call, headers=origin)
    return msgspec.json.decode(content, type=PasskeyOptions).options


def sign_in_with_passkey(
    *, credential: Mapping[str, object], device: str, origin: Mapping[str, str]
) -> SignedIn:
    """Sign in with what a passkey signed; Refused with identity's codes."""
    return _begin(bank.passkeys.log_in(credential=credential, device=_opened_device(device)), origin)


def _begin(asked: bank.Question[Tokens], origin: Mapping[str, str]) -> SignedIn:
    """A session with the tokens identity gives."""
    client = forwarding_client(SERVICE)
    found = msgspec.json.decode(client.send(asked.call, headers=origin), type=Tokens)
    me = msgspec.json.decode(
        client.send(bank.people.me().call, token=found.access_token, headers=origin), type=Me
    )
    secret, session = _new_session(found, me)
    with transaction.atomic():
        store.sweep_sessions(now=session.began_at)
        store.add_session(session)
    new_device = _sealed(found.device_token).decode() if found.device_token else ""
    return SignedIn(secret=secret, device=new_device, session=session)


def _opened_device(sealed: str) -> str:
    """The secret of a device's cookie; a cookie we did not write counts as none."""
    try:
        return _opened(sealed.encode()) if sealed else ""
    except InvalidToken:
        return ""


def _new_session(found: Tokens, me: Me) -> tuple[str, BrowserSession]:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    moment = now()
    return secret, BrowserSession(
        id=new_id("ses"),
        secret_hash=store.hash_secret(secret),
        person=me.id,
        username=me.username,
        name=me.name,
        role=me.role,
        tier=me.tier,
        access_token=_sealed(found.access_token),
        access_expires_at=_expiry(found),
        refresh_token=_sealed(found.refresh_token),
        began_at=moment,
        seen_at=moment,
    )


def prove_again(visitor: Visitor, *, password: str, otp: str, device: str) -> None:
    """Sign the same person in anew in the same browser (step-up, RFC 9470); the old login ends.

    Refused with identity's codes.
    """
    asked = bank.people.tokens(
        username=visitor.session.username, password=password, otp=otp, device=_opened_device(device)
    )
    found = msgspec.json.decode(
        forwarding_client(SERVICE).send(asked.call, headers=visitor.origin), type=Tokens
    )
    former = _opened(visitor.session.access_token)
    with store.session_locked(visitor.session.id):
        _keep(visitor.session, found)
    with suppress(Refused):
        forwarding_client(SERVICE).send(bank.people.end_login().call, token=former, headers=visitor.origin)


def renew(visitor: Visitor) -> None:
    """Get tokens that know what changed about the person, e.g. a second factor."""
    with store.session_locked(visitor.session.id):
        _renew(visitor.session, visitor.origin)


def find_visitor(secret: str, *, origin: Mapping[str, str], is_visit: bool = True) -> Visitor | None:
    """Who is signed in with this cookie; None when nobody is any more. Notes the visit, if it is one."""
    session = store.find_session(secret)
    if session is None:
        return None
    moment = now()
    visitor = Visitor(session, origin)
    if visitor.span.has_ended(moment):
        end(visitor)
        return None
    if is_visit and visitor.span.is_worth_noting(moment):
        store.note_seen(session.id, at=moment)
        session.seen_at = moment
    return visitor


def end(visitor: Visitor) -> None:
    """Sign out here and at identity; here in any case, there if it answers."""
    store.end_session(visitor.session.id)
    token = _opened(visitor.session.access_token)
    with suppress(Refused):
        forwarding_client(SERVICE).send(bank.people.end_login().call, token=token, headers=visitor.origin)


def forget(visitor: Visitor) -> None:
    """The services no longer know this login; nor do we."""
    store.end_session(visitor.session.id)


def access_token(visitor: Visitor) -> str:
    """A token good for the next calls, renewed if need be.

    Refused(signed_out) when identity has ended the login, service_unavailable when it is silent.
    """
    if not rules.needs_renewal(visitor.session.access_expires_at, now()):
        return _opened(visitor.session.access_token)
    try:
        with store.session_locked(visitor.session.id):
            return _renewed(visitor)
    except OperationalError as error:
        raise Refused(UNAVAILABLE, "Renewing your sign-in takes too long.") from error


def _renewed(visitor: Visitor) -> str:
    """Holds the session's lock: of several requests at once one renews, the others find it done."""
    current = store.reread_session(visitor.session.id)
    if current is None:
        raise Refused(SIGNED_OUT)
    if rules.needs_renewal(current.access_expires_at, now()):
        _renew(current, visitor.origin)
    visitor.session.access_token = current.access_token
    visitor.session.access_expires_at = current.access_expires_at
    visitor.session.refresh_token = current.refresh_token
    return _opened(current.access_token)


def _renew(session: BrowserSession, origin: Mapping[str, str]) -> None:
    asked = bank.people.renewed_tokens(_opened(session.refresh_token))
    try:
        found = msgspec.json.decode(forwarding_client(SERVICE).send(asked.call, headers=origin), type=Tokens)
    except Refused as refused:
        if refused.refusal.status < 500:  # noqa: PLR2004 - RFC 9110: identity understood and said no
            store.end_session(session.id)
            raise Refused(SIGNED_OUT) from refused
        raise
    _keep(session, found)


def _keep(session: BrowserSession, found: Tokens) -> None:
    session.access_token = _sealed(found.access_token)
    session.access_expires_at = _expiry(found)
    session.refresh_token = _sealed(found.refresh_token)
    store.replace_tokens(
        session.id,
        access=session.access_token,
        access_expires_at=session.access_expires_at,
        refresh=session.refresh_token,
    )


def _expiry(found: Tokens) -> datetime:
    return now() + timedelta(seconds=found.expires_in)


def _sealed(token: str) -> bytes:
    return encryption.encrypt(SERVICE, token.encode())


def _opened(sealed: bytes | memoryview) -> str:
    return encryption.decrypt(SERVICE, bytes(sealed)).decode()
