"""Recognising a command: the same id with the same body is a repeat, with another body a mistake.

Only what is booked counts. Who asks and how they proved who they are may differ between a first
attempt and the one that finishes the work after a crash.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.account import CaptureCommand, HoldCommand, MovementCommand, ReleaseCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.contracts.account import Command, Posting

_encode = msgspec.msgpack.Encoder().encode
_HALF = 16


def fingerprint_of(command: Command) -> bytes:
    """32 bytes: a half for currency and postings, a half for everything else that is booked."""
    if type(command) is MovementCommand:
        legs = legs_of(command.currency, command.postings)
        rest: tuple[object, ...] = (
            "movement",
            command.kind,
            command.narration,
            command.value_date,
            command.reverses,
        )
    elif type(command) is CaptureCommand:
        legs = legs_of(command.currency, command.postings)
        rest = ("capture", command.kind, command.narration, command.hold, command.final)
    elif type(command) is HoldCommand:
        legs = _digest(("hold", command.account, command.currency, command.amount))
        rest = ("hold", command.narration, command.expires_in_s)
    elif type(command) is ReleaseCommand:
        legs = _digest(("release", command.hold))
        rest = ("release", command.reason)
    return legs + _digest(rest)


def legs_of(currency: str, postings: Sequence[Posting]) -> bytes:
    """The half that says what moves between whom."""
    return _digest((currency, postings))


def has_legs(fingerprint: bytes, *, currency: str, postings: Sequence[Posting]) -> bool:
    """Whether this is the fingerprint of a movement with exactly these postings."""
    return fingerprint[:_HALF] == legs_of(currency, postings)


def _digest(parts: tuple[object, ...]) -> bytes:
    return blake2b(_encode(parts), digest_size=_HALF).digest()
