"""Who is asking, and what a route permits.

identity signs access tokens (JWS, algorithm `Ed25519` of RFC 9864, `typ: at+jwt` of RFC 9068) and
publishes its keys; every service verifies by itself with the public keys. A token names one
audience list; a service accepts only tokens made for it.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from arhan.kernel import logging
from arhan.kernel.errors import (
    NOT_PERMITTED,
    SECOND_FACTOR_REQUIRED,
    UNAUTHENTICATED,
    UNAVAILABLE,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.get_logger(__name__)

ALGORITHM = "Ed25519"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type, not a secret
LEEWAY_S = 5
MAX_TOKEN_LENGTH = 4096

Verified = TypeVar("Verified")

CUSTOMER = "customer"
STAFF_ROLES = ("teller", "support", "loan_officer", "risk", "auditor", "admin")
ROLES = (CUSTOMER, *STAFF_ROLES)


@dataclass(frozen=True, slots=True)
class Principal:
    """The person or service a verified token speaks for."""

    subject: str
    """Person id (`usr_…`) or service name."""
    role: str
    """One of ROLES, or `service`."""
    tier: int = 0
    scopes: frozenset[str] = frozenset()
    session: str = ""
    """The login this token belongs to; ends with logout."""
    acr: str = ""
    """How well the person proved who they are: `pwd`, or `mfa` with a second factor."""
    auth_time: int = 0
    device: str = ""
    """The device the person signed in with."""
    new_device_until: int = 0
    """Until then (seconds since 1970) that device counts as new and may move less; 0 when it does not."""
    on_behalf_of: str = ""
    """For a service: the person whose request it is carrying out."""
    claims: dict[str, Any] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @property
    def is_service(self) -> bool:
        """Whether a sibling service asks, not a person."""
        return self.role == "service"

    @property
    def is_staff(self) -> bool:
        """Whether a member of the bank's staff asks."""
        return self.role in STAFF_ROLES


@dataclass(frozen=True, slots=True)
class Permit:
    """What a route says about who may call it; anything not said is denied."""

    roles: frozenset[str] = frozenset()
    permission: str = ""
    """What a person's token must also say they may do; roles carry permissions as data."""
    scope: str = ""
    """Scope a service token must carry; empty means no service may call."""
    public: bool = False
    single_factor: bool = False
    """Whether staff may come with a password alone: to sign out, or to set up a second factor."""

    def allows(self, principal: Principal) -> bool:
        """Whether this principal may call the route at all; ownership is checked later."""
        if principal.is_service:
            return bool(self.scope) and self.scope in principal.scopes
        permitted = not self.permission or self.permission in principal.scopes
        return permitted and principal.role in self.roles

    def describe(self) -> dict[str, Any]:
        """As listed in OpenAPI under `x-permit`."""
        return {
            "public": self.public,
            "roles": sorted(self.roles),
            "permission": self.permission or None,
            "scope": self.scope or None,
            "single_factor": self.single_factor,
        }


PUBLIC = Permit(public=True)
ANYONE_SIGNED_IN = Permit(roles=frozenset(ROLES))
ANYONE_HALF_SIGNED_IN = Permit(roles=frozenset(ROLES), single_factor=True)
MFA = "mfa"
"""Authentication context of somebody who proved a second factor."""


def permit(*roles: str, scope: str = "", permission: str = "") -> Permit:
    """A route for these roles (who also have the permission), and for services with the scope."""
    unknown = set(roles) - set(ROLES)
    if unknown:
        msg = f"no such role: {', '.join(sorted(unknown))}"
        raise ValueError(msg)
    return Permit(roles=frozenset(roles), scope=scope, permission=permission)


class UnknownKeyError(Exception):
    """The token names a key we have not seen; the key set may have been rotated."""


class TokenVerifier:
    """Checks tokens made for one audience against the identity service's published keys.

    Verified tokens are remembered until they expire, because one customer's session sends the same
    token again and again and a signature check costs 130 us.
    """

    _REMEMBERED = 20_000

    def __init__(self, *, audience: str, issuer: str) -> None:
        """Accept only tokens of this issuer for this audience."""
        self._audience = audience
        self._issuer = issuer
        self._keys = KeySet([])
        self._kids: frozenset[str] = frozenset()
        self._remembered: dict[str, tuple[Principal, float]] = {}
        self._ended_sessions: dict[str, float] = {}
        self._believes_until = math.inf

    def install_keys(self, jwks: dict[str, Any]) -> None:
        """Replace the key set; tokens signed with a key that is gone are no longer accepted."""
        self._keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]
        kids = frozenset(str(key.kid) for key in self._keys.keys)
        if self._kids - kids:
            self._remembered.clear()
        self._kids = kids

    def revoke(self, session: str, *, until: float) -> None:
        """Accept no token of this session; after `until` there is none left to refuse."""
        self._ended_sessions[session] = until

    def forget_revocations(self, *, now: float) -> None:
        """Drop those of sessions whose last token has expired."""
        for session, until in list(self._ended_sessions.items()):
            if until < now:
                del self._ended_sessions[session]

    def believe_until(self, moment: float) -> None:
        """From this moment of the monotonic clock on accept nothing: revocations may have been missed."""
        self._believes_until = moment

    def verify(self, token: str) -> Principal:
        """The principal of a good token; Refused(not_authenticated) or UnknownKeyError otherwise."""
        if time.monotonic() > self._believes_until:
            raise Refused(UNAVAILABLE, "The identity service has not been heard of for too long.")
        known = self._remembered.get(token)
        if known is None or known[1] <= time.time():
            if not token or len(token) > MAX_TOKEN_LENGTH:
                raise Refused(UNAUTHENTICATED, "The token is not well formed.")
            known = self._principal(self._claims(token))
            if len(self._remembered) >= self._REMEMBERED:
                self._remembered.clear()
            self._remembered[token] = known
        principal, _ = known
        if principal.session in self._ended_sessions:
            raise Refused(UNAUTHENTICATED, "This session has ended.")
        return principal

    def statement(self, token: str, *, typ: str) -> dict[str, Any]:
        """Claims of something else that identity signed for this audience, e.g. a proof.

        Refused(not_authenticated) when it is not genuine, not for us or not of this time;
        UnknownKeyError when its key has not been seen.
        """
        claims = self._claims(token, typ=typ)
        self._check(claims)
        return claims

    def _claims(self, token: str, *, typ: str = TOKEN_TYPE) -> dict[str, Any]:
        try:
            header = jwt_header(token)
            if header.get("kid") not in self._kids:
                raise UnknownKeyError
            decoded = jwt.decode(token, self._keys, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise Refused(UNAUTHENTICATED, "The token is not genuine.") from error
        if decoded.header.get("typ") != typ:
            raise Refused(UNAUTHENTICATED, "This token was made for something else.")
        return dict(decoded.claims)

    def _check(self, claims: dict[str, Any]) -> float:
        """Issuer, audience and time; answers when it expires."""
        now = time.time()
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        try:
            issued_at, expires_at = float(claims["iat"]), float(claims["exp"])
            starts_at = float(claims.get("nbf", issued_at))
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(UNAUTHENTICATED, "The token lacks a claim.") from error
        if claims.get("iss") != self._issuer or self._audience not in audiences:
            raise Refused(UNAUTHENTICATED, "The token was made for somebody else.")
        if expires_at <= now or starts_at > now + LEEWAY_S:
            raise Refused(UNAUTHENTICATED, "The token has expired or does not hold yet.")
        return expires_at

    def _principal(self, claims: dict[str, Any]) -> tuple[Principal, float]:
        """Whom the claims speak for, and until when."""
        expires_at = self._check(claims)
        if "sub" not in claims or "role" not in claims:
            raise Refused(UNAUTHENTICATED, "The token lacks a claim.")
        principal = Principal(
            subject=str(claims["sub"]),
            role=str(claims["role"]),
            tier=int(claims.get("tier", 0)),
            scopes=frozenset(str(claims.get("scope", "")).split()),
            session=str(claims.get("sid", "")),
            acr=str(claims.get("acr", "")),
            auth_time=int(claims.get("auth_time", 0)),
            device=str(claims.get("device", "")),
            new_device_until=int(claims.get("new_device_until", 0)),
            on_behalf_of=str(claims.get("obo", "")),
            claims=claims,
        )
        return principal, expires_at


def jwt_header(token: str) -> dict[str, Any]:
    """The protected header of a compact JWS, unverified; ValueError when there is none."""
    import base64  # noqa: PLC0415 - only here
    import json  # noqa: PLC0415 - only here

    encoded = token.split(".", 1)[0]
    header = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    if not isinstance(header, dict):
        msg = "the header is not an object"
        raise ValueError(msg)  # noqa: TRY004 - a malformed token, not a programming error
    return header


class KeySource:
    """Fetches the published keys when a token names one we do not know, at most once a second."""

    _PAUSE_S = 1.0

    def __init__(
        self,
        verifier: TokenVerifier,
        fetch: Callable[[], dict[str, Any]],
        *,
        watch: Callable[[KeySource], None] | None = None,
    ) -> None:
        """`fetch` does one HTTP GET of the JWKS document; it blocks. `watch` begins with the first keys."""
        self._verifier = verifier
        self._fetch = fetch
        self._watch = watch
        self._lock = threading.Lock()
        self._fetched_at = 0.0

    def verify(self, token: str) -> Principal:
        """Who a token speaks for, fetching keys if need be; blocks on the network only then.

        A token that is refused leaves a line in the log: why, never the token.
        """
        try:
            return self._with_keys(lambda: self._verifier.verify(token))
        except Refused as refused:
            log.warning("token_refused", code=refused.refusal.code, why=refused.detail)
            raise

    def statement(self, token: str, *, typ: str) -> dict[str, Any]:
        """What identity signed, fetching keys if need be; blocks on the network only then."""
        return self._with_keys(lambda: self._verifier.statement(token, typ=typ))

    def _with_keys(self, verify: Callable[[], Verified]) -> Verified:
        try:
            return verify()
        except UnknownKeyError:
            self.refresh()
        try:
            return verify()
        except UnknownKeyError:
            raise Refused(UNAUTHENTICATED, "The token is signed with an unknown key.") from None

    def refresh(self, *, at_once: bool = False) -> None:
        """Fetch the keys unless that was done a moment ago, or in any case.

        No key is installed before the watch has begun: nobody is believed whose session may have ended.
        """
        with self._lock:
            if not at_once and time.monotonic() - self._fetched_at < self._PAUSE_S:
                return
            try:
                if self._watch:
                    self._watch(self)
                    self._watch = None
                self._verifier.install_keys(self._fetch())
            except Exception as error:
                raise Refused(UNAVAILABLE, "The identity service does not answer.") from error
            self._fetched_at = time.monotonic()


def bearer_token(authorization: str) -> str:
    """The token in an Authorization header; Refused(not_authenticated) when there is none."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(UNAUTHENTICATED, "This request needs a bearer token.")
    return token.strip()


def check_permit(permit_: Permit, principal: Principal) -> None:
    """Refused(not_permitted | second_factor_required) unless the route permits this principal.

    Staff need a second factor for everything but what the route says otherwise.
    """
    if not permit_.allows(principal):
        raise Refused(NOT_PERMITTED, "Your role or scope does not permit this.")
    if principal.is_staff and principal.acr != MFA and not permit_.single_factor:
        raise Refused(SECOND_FACTOR_REQUIRED)
