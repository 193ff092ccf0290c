"""A receipt: every bit of it counts."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arhan.ledger.domain.journal import JournalEntry, Line
from arhan.ledger.domain.merkle import hash_leaf, hash_node
from arhan.ledger.domain.receipts import Receipt, ReceiptError, read, verify
from arhan.ledger.domain.seals import Key, Seal, SealError, open_seal, sign

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Key("arhan.example/ledger", PRIVATE.public_key().public_bytes_raw())
ENTRY = JournalEntry(
    number=2,
    id="je_01jd",
    movement="pay_01jd",
    kind="transfer",
    currency="NGN",
    narration='Ọjà "Balogun"\t\\ \u007f',
    booking_date="2026-11-20",
    value_date="2026-11-20",
    posted_at="2026-11-20T09:00:00.000001Z",
    reverses=None,
    hold=None,
    lines=[Line("acc_alice", "2010", "debit", 30_000), Line("acc_bob", "2010", "credit", 30_000)],
)
SIBLING = hash_leaf(b"the entry before")
SEAL = Seal(
    origin=KEY.name,
    size=2,
    root=hash_node(SIBLING, ENTRY.leaf()),
    sealed_at="2026-11-20T09:00:10.000000Z",
)
RECEIPT = Receipt(
    entry=ENTRY,
    path=[b64encode(SIBLING).decode()],
    seal=sign(SEAL, private=PRIVATE, key=KEY),
    key=str(KEY),
)


def test_a_receipt_that_holds_tells_its_seal() -> None:
    assert verify(RECEIPT) == SEAL
    assert verify(RECEIPT, trusted=KEY) == SEAL
    assert verify(read(msgspec.json.encode(RECEIPT))) == SEAL


def test_the_content_is_canonical_json_that_any_language_can_make() -> None:
    """RFC 8785: members sorted, no white space, characters as they are."""
    document = msgspec.to_builtins(ENTRY)
    assert (
        ENTRY.content()
        == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    )


def test_a_seal_reads_like_this() -> None:
    assert RECEIPT.seal.splitlines()[:5] == [
        "arhan.example/ledger",
        "2",
        b64encode(SEAL.root).decode(),
        "sealed 2026-11-20T09:00:10.000000Z",
        "",
    ]
    assert RECEIPT.seal.splitlines()[5].startswith("— arhan.example/ledger ")


CHANGES = {
    "number": 1,
    "id": "je_02jd",
    "movement": "pay_02jd",
    "kind": "fee",
    "currency": "USD",
    "narration": "",
    "booking_date": "2026-11-21",
    "value_date": "2026-11-21",
    "posted_at": "2026-11-20T09:00:00.000002Z",
    "reverses": "pay_00jd",
    "hold": "hold_00jd",
    "lines": [Line("acc_alice", "2010", "debit", 30_001), Line("acc_bob", "2010", "credit", 30_001)],
}


@pytest.mark.parametrize("member", JournalEntry.__struct_fields__)
def test_whatever_member_of_the_entry_is_changed_the_seal_no_longer_covers_it(member: str) -> None:
    changed = msgspec.structs.replace(ENTRY, **{member: CHANGES[member]})
    with pytest.raises(ReceiptError):
        verify(msgspec.structs.replace(RECEIPT, entry=changed))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"path": []}, "proof is not well formed"),
        ({"path": ["%"]}, "proof is not well formed"),
        ({"path": [b64encode(hash_leaf(b"other")).decode()]}, "does not cover"),
        ({"seal": RECEIPT.seal.replace("\n2\n", "\n3\n", 1)}, "signature is not genuine"),
        ({"seal": RECEIPT.seal.replace("sealed 2026", "sealed 2025")}, "signature is not genuine"),
        ({"seal": SEAL.text()}, "not well formed"),
        ({"seal": ""}, "not signed by"),
        ({"key": "arhan.example/ledger"}, "not an Ed25519 key"),
        ({"key": str(KEY).replace("+", "+0", 1)}, "not an Ed25519 key"),
        ({"key": "a+b+%"}, "not base64"),
    ],
)
def test_a_receipt_that_does_not_hold(changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ReceiptError, match=reason):
        verify(msgspec.structs.replace(RECEIPT, **changed))


def test_a_seal_of_somebody_elses_is_not_trusted() -> None:
    other = Ed25519PrivateKey.generate()
    key = Key(KEY.name, other.public_key().public_bytes_raw())
    forged = msgspec.structs.replace(RECEIPT, seal=sign(SEAL, private=other, key=key), key=str(key))
    verify(forged)
    with pytest.raises(ReceiptError, match="not signed by"):
        verify(forged, trusted=KEY)


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", msgspec.json.encode(msgspec.to_builtins(RECEIPT) | {"amount": 1_000_000})],
    ids=["nothing", "a list", "empty", "a member no proof covers"],
)
def test_what_is_not_a_receipt(document: bytes) -> None:
    with pytest.raises(ReceiptError, match="not a receipt"):
        read(document)


def test_a_genuine_signature_over_something_else_is_not_a_seal() -> None:
    class Word(Seal):
        def text(self) -> str:
            return "arhan.example/ledger\nhello\n"

    note = sign(Word("", 0, b"", ""), private=PRIVATE, key=KEY)
    with pytest.raises(SealError, match="not well formed"):
        open_seal(note, key=KEY)


def test_a_published_key_comes_back_the_same() -> None:
    assert Key.parse(str(KEY)) == KEY
    with pytest.raises(SealError):
        Key.parse(str(replace(KEY, name="another.example/ledger")).replace("another", "arhan"))
