"""Second factors: time-based codes (RFC 6238) and recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from pyotp import TOTP

if TYPE_CHECKING:
    from datetime import datetime

STEP_S = 30
DIGITS = 6
DRIFT_STEPS = 1
"""Clocks may differ by one step either way."""
ISSUER = "Arhan"
RECOVERY_CODES = 10
_CODE_MARKS = str.maketrans("", "", " -")
PASSWORD = "pwd"  # noqa: S105 - RFC 8176's name of a method
OTP = "otp"
HARDWARE_KEY = "hwk"
USER_VERIFIED = "user"
MFA = "mfa"


def matching_step(*, secret: str, code: str, now: datetime, after_step: int) -> int | None:
    """The time step this code belongs to, if it is near and later than the last one taken.

    Every candidate is compared, in constant time, so that nothing shows how near a guess was.
    """
    given = code.translate(_CODE_MARKS)
    present = int(now.timestamp()) // STEP_S
    totp = TOTP(secret, digits=DIGITS, interval=STEP_S)
    steps = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    matches = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), given)]
    fresh = [step for step in matches if step > after_step]
    return fresh[0] if fresh else None


def provisioning_uri(*, secret: str, username: str) -> str:
    """What an authenticator app reads from the QR code (Key URI format)."""
    label = quote(f"{ISSUER}:{username}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&digits={DIGITS}&period={STEP_S}"


def is_totp_secret(text: str) -> bool:
    """Base 32 without padding, at least 160 bits (RFC 4226 section 4)."""
    return re.fullmatch(r"[A-Z2-7]{32,128}", text) is not None


def hash_recovery_code(code: str) -> bytes:
    """What is kept of a recovery code; hyphens, blanks and case do not matter."""
    return hashlib.sha256(code.translate(_CODE_MARKS).lower().encode()).digest()


def looks_like_totp(code: str) -> bool:
    """Whether this is meant as a code of an authenticator, not a recovery code."""
    return re.fullmatch(rf"\d{{{DIGITS}}}", code.translate(_CODE_MARKS)) is not None


def assurance(methods: list[str]) -> str:
    """The `acr` of a session: `mfa` once a second factor was proved, else `pwd`."""
    return MFA if MFA in methods else PASSWORD
