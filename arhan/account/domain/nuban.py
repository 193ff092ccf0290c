"""Account numbers: NUBAN, the Nigeria Uniform Bank Account Number (CBN, revised standard of 2020).

A 6-digit bank code, a 9-digit serial and a check digit; people give serial and check digit.
"""

from __future__ import annotations

_WEIGHTS = (3, 7, 3) * 5
_CODE_DIGITS = 6
_SERIAL_DIGITS = 9


def bank_code(code: str) -> str:
    """The six digits of a bank's code: `011` -> `000011`; a 5-digit institution gets a leading 9."""
    if not (code.isascii() and code.isdigit() and len(code) in {3, 5, 6}):
        msg = f"{code!r} is not a bank code: 3, 5 or 6 digits"
        raise ValueError(msg)
    return f"9{code}" if len(code) == 5 else code.zfill(_CODE_DIGITS)  # noqa: PLR2004 - other financial institutions


def account_number(*, bank: str, serial: int) -> str:
    """The ten digits of a serial at this bank, leading zeros kept."""
    if not 0 < serial < 10**_SERIAL_DIGITS:
        msg = f"{serial} is not a serial of nine digits"
        raise ValueError(msg)
    digits = f"{serial:0{_SERIAL_DIGITS}d}"
    return digits + str(check_digit(bank_code(bank) + digits))


def check_digit(digits: str) -> int:
    """The check digit of bank code and serial."""
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return (10 - weighted % 10) % 10
