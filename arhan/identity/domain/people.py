"""What a person's particulars must look like. Each parser returns the value as the bank keeps it."""

from __future__ import annotations

import re

USERNAME = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{1,30})[A-Za-z0-9]$"
_EMAIL = re.compile(
    r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$"
)
MAX_EMAIL = 254
MAX_NAME = 80
_PHONE_MARKS = str.maketrans("", "", " -().")
_PHONE = re.compile(r"^\+[1-9][0-9]{6,14}$")
COUNTRY_CODE = "+234"
SEXES = {"f": "female", "female": "female", "m": "male", "male": "male", "other": "other"}
FIRST_TIER = 1
"""What somebody may do who has told us who they are, but not proved it yet."""


def parse_username(text: str) -> str:
    """3 to 32 letters, digits, `.`, `_` or `-`; never an `@`, so that it cannot be an email address."""
    if not re.match(USERNAME, text):
        msg = "3 to 32 letters, digits, dots, underscores or hyphens, beginning and ending with a letter or digit"
        raise ValueError(msg)
    return text


def parse_email(text: str) -> str:
    """An address of the form RFC 5321 allows without quoting."""
    address = text.strip()
    if len(address) > MAX_EMAIL or not _EMAIL.match(address) or ".." in address:
        msg = "not an email address"
        raise ValueError(msg)
    return address


def parse_name(text: str) -> str:
    """A part of somebody's name: anything printable, inner white space made single."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        msg = f"1 to {MAX_NAME} printable characters"
        raise ValueError(msg)
    return name


def parse_phone(text: str) -> str:
    """E.164; a number in national form (`0803 …`) is Nigerian."""
    digits = text.translate(_PHONE_MARKS)
    if digits.startswith("0") and not digits.startswith("00"):
        digits = COUNTRY_CODE + digits[1:]
    if not _PHONE.match(digits):
        msg = "not a phone number: write it as +234 803 000 0000"
        raise ValueError(msg)
    return digits


def parse_sex(text: str) -> str:
    """`female`, `male` or `other`, also by first letter."""
    try:
        return SEXES[text.strip().lower()]
    except KeyError:
        msg = "female, male or other"
        raise ValueError(msg) from None


def full_name(first_name: str, last_name: str) -> str:
    """As printed on statements and shown to payers."""
    return f"{first_name} {last_name}"
