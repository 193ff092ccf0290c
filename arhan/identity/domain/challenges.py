"""Step-up challenges: how long, how many tries, what the person is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from arhan.kernel.money import format_money

if TYPE_CHECKING:
    from arhan.kernel.proofs import Act

LIFE = timedelta(minutes=5)
PROOF_LIFE = timedelta(minutes=5)
MAX_FAILURES = 5
OTP = "otp"
PASSKEY = "passkey"
TEXT = "text"
AUDIENCES = ("payment", "account")
"""Services that ask for confirmations."""


def methods(*, has_authenticator: bool, has_passkey: bool, phone_verified: bool) -> list[str]:
    """How this person can confirm: with their second factor, else with a code texted to a phone known as theirs."""
    found = [OTP] if has_authenticator else []
    found += [PASSKEY] if has_passkey else []
    return found or ([TEXT] if phone_verified else [])


def summary(act: Act) -> str:
    """What the person is asked to confirm, in words."""
    words = act.action.replace("_", " ")
    money = f" of {format_money(act.amount, act.currency)}" if act.amount else ""
    payee = f" to {act.payee}" if act.payee else ""
    return f"{words}{money}{payee}"
