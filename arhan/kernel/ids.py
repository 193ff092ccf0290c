"""Public identifiers: a prefix that names the kind, an underscore, a UUIDv7 in 26 characters.

The form is TypeID 0.3 (lower-case Crockford base 32 of a UUIDv7, RFC 9562), so ids sort by the
moment they were made and B-trees grow at one end. One form everywhere: database, API, events, logs.
"""

from __future__ import annotations

import re

import uuid_utils

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SUFFIX = r"[0-7][0-9a-hjkmnp-tv-z]{25}"
_LENGTH = 26


def new_id(prefix: str) -> str:
    """A fresh id of this kind: `new_id("pay")` -> `pay_01hx…`."""
    number = uuid_utils.uuid7().int
    suffix = bytearray(_LENGTH)
    for place in range(_LENGTH - 1, -1, -1):
        suffix[place] = ord(_ALPHABET[number & 31])
        number >>= 5
    return f"{prefix}_{suffix.decode()}"


def id_pattern(*prefixes: str) -> str:
    """Regular expression that ids of these kinds match in full; for schemas and checks."""
    return f"^({'|'.join(prefixes)})_{_SUFFIX}$"


def is_id(text: str, *prefixes: str) -> bool:
    """Whether the text has the form of an id of one of these kinds."""
    return re.fullmatch(id_pattern(*prefixes), text) is not None
