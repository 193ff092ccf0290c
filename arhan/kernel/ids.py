"""Public identifiers: a prefix that names the kind, an underscore, a UUIDv7 in 26 characters.

The form is TypeID 0.3 (lower-case Crockford base 32 of a UUIDv7, RFC 9562), so ids sort by the
moment they were made and B-trees grow at one end. One form everywhere: database, API, events, logs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import uuid_utils

if TYPE_CHECKING:
    from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SUFFIX = r"[0-7][0-9a-hjkmnp-tv-z]{25}"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)
"""Two characters carry ten bits: half the steps, and every payment needs a handful of ids."""


def new_id(prefix: str) -> str:
    """A fresh id of this kind: `new_id("pay")` -> `pay_01hx…`."""
    number = uuid_utils.uuid7().int
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def id_pattern(*prefixes: str) -> str:
    """Regular expression that ids of these kinds match in full; for schemas and checks."""
    return f"^({'|'.join(prefixes)})_{_SUFFIX}$"


def is_id(text: str, *prefixes: str) -> bool:
    """Whether the text has the form of an id of one of these kinds."""
    return re.fullmatch(id_pattern(*prefixes), text) is not None


def first_id(prefix: str, moment: datetime) -> str:
    """The lowest id that can have been made at this moment; ids from then on are not below it.

    Before 1970 none was made.
    """
    number = max(0, int(moment.timestamp() * 1000)) << 80
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"
