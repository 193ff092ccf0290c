"""Becoming a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.frontend import bank
from arhan.frontend.service import sessions
from arhan.kernel.http import forwarding_client

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arhan.frontend.bank import Question
    from arhan.frontend.service.sessions import SignedIn


def register(details: Mapping[str, str], *, key: str, device: str, origin: Mapping[str, str]) -> SignedIn:
    """Register and sign in. Refused with identity's codes."""
    asked = bank.people.register(details, key=key)
    forwarding_client(sessions.SERVICE).send(asked.call, headers=origin)
    return sessions.sign_in(
        username=details["username"], password=details["password"], otp="", device=device, origin=origin
    )


def ask_reset(username: str, *, origin: Mapping[str, str]) -> None:
    """A letter for whoever forgot the password; nobody learns whether there is such a person."""
    _send(bank.people.ask_reset(username), origin)


def reset_password(*, token: str, new: str, origin: Mapping[str, str]) -> None:
    """A new password with what the letter's link carried."""
    _send(bank.people.reset_password(token=token, new=new), origin)


def verify_email(token: str, *, origin: Mapping[str, str]) -> None:
    """The address is theirs who read the letter."""
    _send(bank.people.verify_email(token), origin)


def accept_invitation(details: Mapping[str, str], *, origin: Mapping[str, str]) -> None:
    """Become a member of staff."""
    _send(bank.people.accept_invitation(details), origin)


def _send(question: Question[Any], origin: Mapping[str, str]) -> None:
    forwarding_client(sessions.SERVICE).send(question.call, headers=origin)
