"""Nigerian identity numbers: the Bank Verification Number and the National Identification Number."""

from __future__ import annotations

import re
from typing import Literal

NumberKind = Literal["bvn", "nin"]
_FORM = re.compile(r"^[0-9]{11}$")


def parse_number(kind: NumberKind, text: str) -> str:
    """Eleven digits; a BVN begins with 22 (NIBSS). Neither has a published check digit."""
    number = text.replace(" ", "")
    if not _FORM.match(number) or len(set(number)) == 1:
        msg = "eleven digits"
        raise ValueError(msg)
    if kind == "bvn" and not number.startswith("22"):
        msg = "a BVN begins with 22"
        raise ValueError(msg)
    return number
