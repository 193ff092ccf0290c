"""Card numbers, what is printed beside them, and how one is found without being stored. Pure.

Numbers as in ISO/IEC 7812-1: issuer number, account part, check digit (Luhn). The code on the back
is derived from number and expiry under a key, so that there is nothing to store or to steal.
"""

from __future__ import annotations

import calendar
import hmac
import re
from datetime import date

LENGTH = 16
YEARS_GOOD = 3
CVV_DIGITS = 3
CVV_TRIES = 10
"""Wrong codes that are answered before no more are looked at: one in a hundred finds it."""
EXPIRY = re.compile(r"^(0[1-9]|1[0-2])/?([0-9]{2})$")
NUMBER = re.compile(r"^[0-9]{12,19}$")


def luhn_digit(digits: str) -> int:
    """The check digit that belongs behind these digits (ISO/IEC 7812-1 annex B)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return -sum(value - 9 * (value > 9) for value in doubled) % 10  # noqa: PLR2004 - two digits count as their sum


def is_number(text: str) -> bool:
    """Whether this can be a card number at all: 12 to 19 digits and the right check digit."""
    return NUMBER.match(text) is not None and luhn_digit(text[:-1]) == int(text[-1])


def compose(*, issuer: str, account_part: int) -> str:
    """Sixteen digits: issuer, account part, check digit."""
    digits = f"{issuer}{account_part:0{LENGTH - 1 - len(issuer)}d}"
    return f"{digits}{luhn_digit(digits)}"


def account_parts(issuer: str) -> int:
    """How many numbers an issuer number has."""
    return int(10 ** (LENGTH - 1 - len(issuer)))


def expiry_of(issued_on: date) -> date:
    """Last day a card issued today is good: the end of the month three years on."""
    year = issued_on.year + YEARS_GOOD
    return date(year, issued_on.month, calendar.monthrange(year, issued_on.month)[1])


def printed_expiry(expires_on: date) -> str:
    """As on the card: MM/YY."""
    return f"{expires_on.month:02d}/{expires_on.year % 100:02d}"


def plain_expiry(text: str) -> str:
    """What somebody typed as it is printed; empty when it is no expiry."""
    found = EXPIRY.match(text.strip())
    return f"{found[1]}/{found[2]}" if found else ""


def cvv_of(*, key: bytes, number: str, expires: str) -> str:
    """The three digits on the back: HMAC-SHA-256 of number and printed expiry, decimalised.

    The first 64 bits modulo 1,000: no code is more likely than another by more than one in 10^16.
    """
    mark = hmac.digest(key, f"cvv\0{number}\0{expires}".encode(), "sha256")
    return f"{int.from_bytes(mark[:8]) % 10**CVV_DIGITS:0{CVV_DIGITS}d}"


def is_cvv(text: str, *, key: bytes, number: str, expires: str) -> bool:
    """Whether this is the code on the back, in a time that tells nothing about it."""
    return hmac.compare_digest(cvv_of(key=key, number=number, expires=expires).encode(), text.encode())


def index_of(*, key: bytes, number: str) -> bytes:
    """What a number is looked up by: worth nothing without the key."""
    return hmac.digest(key, f"number\0{number}".encode(), "sha256")


def bind(*, card: str, number: str) -> bytes:
    """What is encrypted: Fernet has no associated data, so the card's id goes inside."""
    return f"{card}\0{number}".encode()


def unbind(plaintext: bytes, *, card: str) -> str:
    """The number again; ValueError when it was encrypted for another card."""
    owner, _, number = plaintext.decode().partition("\0")
    if owner != card:
        msg = f"this number was not encrypted for {card}"
        raise ValueError(msg)
    return number
