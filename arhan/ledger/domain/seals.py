"""Seals: a signed statement of the journal's size and Merkle root at a moment.

A seal is a checkpoint in the form of C2SP tlog-checkpoint, signed as a C2SP signed note with
Ed25519 (RFC 8032): text that a person can read, a program of another maker can verify, and that fits
in an email.

    arhan.example/ledger
    18
    2bW4…=
    sealed 2026-11-22T12:00:00.000000Z

    — arhan.example/ledger x8f3…
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
"""Algorithm byte of a signed note's key."""
_SEALED = "sealed "
_SIGNED_BY = "\u2014 "


class SealError(ValueError):
    """A seal that is not well formed, or not signed by the key it must be signed by."""


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of a key that seals the books."""

    name: str
    """Whose books: host and path, no spaces, no plus sign."""
    public: bytes

    @property
    def hash(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """As it is published: `name+hash+key`."""
        return f"{self.name}+{self.hash.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """A published key; SealError when it is not one."""
        name, _, rest = text.strip().partition("+")
        hash_, _, encoded = rest.partition("+")
        try:
            raw = b64decode(encoded, validate=True)
        except ValueError as error:
            msg = "the key is not base64"
            raise SealError(msg) from error
        key = cls(name, raw[1:])
        if raw[:1] != ED25519 or len(key.public) != 32 or key.hash.hex() != hash_:  # noqa: PLR2004 - RFC 8032
            msg = "this is not an Ed25519 key of a signed note"
            raise SealError(msg)
        return key


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal says."""

    origin: str
    size: int
    root: bytes
    sealed_at: str

    def text(self) -> str:
        """What is signed."""
        root = b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\n{_SEALED}{self.sealed_at}\n"


def sign(seal: Seal, *, private: Ed25519PrivateKey, key: Key) -> str:
    """The seal as a signed note."""
    signature = b64encode(key.hash + private.sign(seal.text().encode())).decode()
    return f"{seal.text()}\n{_SIGNED_BY}{key.name} {signature}\n"


def open_seal(note: str, *, key: Key) -> Seal:
    """What a signed note says, once its signature by `key` is verified; SealError otherwise."""
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix(_SIGNED_BY).partition(" ")
        signature = _decode(encoded)
        if name != key.name or signature[:4] != key.hash:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], text.encode())
        except InvalidSignature as error:
            msg = "the seal's signature is not genuine"
            raise SealError(msg) from error
        return _parse(text)
    msg = f"the seal is not signed by {key}"
    raise SealError(msg)


def _parse(text: str) -> Seal:
    lines = text.splitlines()
    if len(lines) < 4 or not lines[1].isdecimal() or not lines[3].startswith(_SEALED):  # noqa: PLR2004 - as above
        msg = "the seal is not well formed"
        raise SealError(msg)
    return Seal(lines[0], int(lines[1]), _decode(lines[2]), lines[3].removeprefix(_SEALED))


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        msg = "the seal is not well formed"
        raise SealError(msg) from error
