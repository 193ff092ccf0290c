"""Questions to identity about passkeys and confirmations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend.bank.question import HASHING_DEADLINE_S, Question, get, post
from arhan.frontend.schemas.common import Listed
from arhan.frontend.schemas.people import Passkey, PasskeyOptions, Proof, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE = "identity"


def mine() -> Question[Listed[Passkey]]:
    """One's passkeys."""
    return Question(get(SERVICE, "/v1/me/passkeys"), Listed[Passkey])


def begin(password: str) -> Question[PasskeyOptions]:
    """Begin to make one."""
    call = post(SERVICE, "/v1/me/passkeys/options", {"password": password}, deadline_s=HASHING_DEADLINE_S)
    return Question(call, PasskeyOptions)


def keep(*, name: str, credential: Mapping[str, object]) -> Question[Passkey]:
    """Keep the one the browser made."""
    return Question(post(SERVICE, "/v1/me/passkeys", {"name": name, "credential": credential}), Passkey)


def remove(passkey_id: str, *, password: str) -> Question[Any]:
    """Give one up."""
    path = f"/v1/me/passkeys/{passkey_id}/remove"
    return Question(post(SERVICE, path, {"password": password}, deadline_s=HASHING_DEADLINE_S), Any)


def begin_login() -> Question[PasskeyOptions]:
    """What a browser asks its passkeys to sign in."""
    return Question(post(SERVICE, "/v1/passkey-logins/options"), PasskeyOptions)


def log_in(*, credential: Mapping[str, object], device: str) -> Question[Tokens]:
    """Sign in with what a passkey signed."""
    body = {"credential": credential} | ({"device_token": device} if device else {})
    return Question(post(SERVICE, "/v1/passkey-logins", body), Tokens)


def options_to_confirm(challenge: str) -> Question[PasskeyOptions]:
    """What the browser asks its passkeys to confirm an act."""
    return Question(post(SERVICE, f"/v1/challenges/{challenge}/passkey-options"), PasskeyOptions)


def text_code(challenge: str) -> Question[Any]:
    """Have a code texted that names what it confirms."""
    return Question(post(SERVICE, f"/v1/challenges/{challenge}/text"), Any)


def answer(
    challenge: str, *, code: str = "", credential: Mapping[str, object] | None = None
) -> Question[Proof]:
    """Confirm an act; what comes back goes to the service that asked."""
    body = {"credential": credential} if credential else {"code": code}
    return Question(post(SERVICE, f"/v1/challenges/{challenge}/answer", body), Proof)
