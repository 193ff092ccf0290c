"""Becoming a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.frontend import bank
from arhan.frontend.service import sessions
from arhan.kernel.http import forwarding_client

if TYPE_CHECKING:
    from collections.abc import Mapping


def register(details: Mapping[str, str], *, key: str, origin: Mapping[str, str]) -> str:
    """Register and sign in: the secret of the session's cookie. Refused with identity's codes."""
    asked = bank.register(details, key=key)
    forwarding_client(sessions.SERVICE).send(asked.call, headers=origin)
    secret, _session = sessions.sign_in(
        username=details["username"], password=details["password"], otp="", origin=origin
    )
    return secret
