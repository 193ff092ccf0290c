"""Receipts: one journal entry and the proof that a seal covers it; checked without the bank."""

from __future__ import annotations

from base64 import b64decode

import msgspec

from arhan.ledger.domain.journal import JournalEntry
from arhan.ledger.domain.merkle import root_of_inclusion
from arhan.ledger.domain.seals import Key, Seal, SealError, open_seal


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `GET /v1/receipts/{payment_id}` answers and `arhan books verify-receipt` reads.

    A member that is not listed here would be covered by no proof, so there may be none.
    """

    entry: JournalEntry
    path: list[str]
    """Hashes from the entry's leaf to the root, nearest first, base64 (RFC 9162 section 2.1.3)."""
    seal: str
    """The seal, a signed note."""
    key: str
    """The key it is signed with, as the bank publishes it."""


class ReceiptError(ValueError):
    """The receipt does not prove what it says."""


def read(document: bytes) -> Receipt:
    """A receipt from its JSON; ReceiptError when it is none."""
    try:
        return msgspec.json.decode(document, type=Receipt)
    except msgspec.DecodeError as error:
        msg = f"this is not a receipt: {error}"
        raise ReceiptError(msg) from error


def verify(receipt: Receipt, *, trusted: Key | None = None) -> Seal:
    """The seal that covers the receipt's entry; ReceiptError when it does not hold.

    Without a `trusted` key the receipt's own key is used: then it is for the reader to compare that
    key with the one the bank publishes.
    """
    try:
        key = trusted or Key.parse(receipt.key)
        seal = open_seal(receipt.seal, key=key)
        found = root_of_inclusion(
            leaf=receipt.entry.leaf(),
            index=receipt.entry.number - 1,
            size=seal.size,
            path=[b64decode(step, validate=True) for step in receipt.path],
        )
    except SealError as error:
        raise ReceiptError(str(error)) from error
    except ValueError as error:
        msg = f"the proof is not well formed: {error}"
        raise ReceiptError(msg) from error
    if found != seal.root:
        msg = "the seal does not cover this entry as it is written here"
        raise ReceiptError(msg)
    return seal
