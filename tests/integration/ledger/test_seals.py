"""Seals and receipts, as the office answers them and as the command line verifies them offline."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arhan.ledger.domain.merkle import Growing
from arhan.ledger.domain.seals import Key

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from arhan.contracts.account import MovementPosted
    from tests.ledger_house import House


@pytest.fixture
def rent(house: House) -> MovementPosted:
    """Alice paid Bob; it is written down."""
    house.hear(house.books.open("alice", customer="usr_alice"), house.books.open("bob", customer="usr_bob"))
    paid = house.books.transfer("alice", "bob", 30_000)
    house.hear(paid)
    return paid


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_payer_payee_and_auditor_get_the_receipt_and_nobody_else(house: House, rent: MovementPosted) -> None:
    house.seal()
    path = f"/v1/receipts/{rent.id}"
    answers = [house.get(path, role="customer", subject=who) for who in ("usr_alice", "usr_bob", "usr_carol")]
    assert [a.status_code for a in answers] == [200, 200, 404]
    assert house.get(path).json() == answers[0].json() == answers[1].json()
    assert house.get("/v1/receipts/pay_none").status_code == 404
    assert house.get(path, role="teller").status_code == 403
    assert answers[0].json()["entry"]["lines"] == [
        {"account": "acc_alice", "ledger_account": "2010", "side": "debit", "amount": 30_000},
        {"account": "acc_bob", "ledger_account": "2010", "side": "credit", "amount": 30_000},
    ]


def test_a_receipt_waits_for_its_seal_and_then_never_changes(house: House, rent: MovementPosted) -> None:
    early = house.get(f"/v1/receipts/{rent.id}")
    assert code(early) == (409, "not_sealed_yet")
    assert early.json()["retryable"] is True
    house.seal()
    first = house.get(f"/v1/receipts/{rent.id}").json()
    house.hear(house.books.transfer("alice", "bob", 1))
    house.seal()
    assert house.get(f"/v1/receipts/{rent.id}").json() == first


def test_nothing_new_is_not_sealed_again(house: House, rent: MovementPosted) -> None:
    house.seal()
    house.seal()
    assert house.ask("SELECT size FROM seal") == [(1,)]


def test_the_latest_seal_is_there_for_auditors(house: House, rent: MovementPosted) -> None:
    assert code(house.get("/v1/seals/latest")) == (404, "not_found")
    house.seal()
    found = house.get("/v1/seals/latest").json()
    assert found["size"] == 1
    assert found["seal"].startswith(f"arhan.example/ledger\n1\n{found['root']}\nsealed 20")
    assert house.office is not None
    assert house.office.get("/v1/seal-keys").json() == {"keys": [found["key"]]}
    assert house.get("/v1/seals/latest", role="customer").status_code == 403


def verify(house: House, receipt: Any, at: Path, *options: str) -> tuple[int, str]:
    file = at / "receipt.json"
    file.write_bytes(msgspec.json.encode(receipt))
    done = house.run("books", "verify-receipt", str(file), *options, DATABASE_URL="")
    return done.returncode, done.stdout


def test_a_receipt_is_verified_without_the_bank(house: House, rent: MovementPosted, tmp_path: Path) -> None:
    house.seal()
    receipt = house.get(f"/v1/receipts/{rent.id}").json()
    status, said = verify(house, receipt, tmp_path)
    assert (status, said.splitlines()[0]) == (
        0,
        f"GENUINE: transfer {rent.id}, entry 1 of the journal of arhan.example/ledger,",
    )
    assert verify(house, receipt, tmp_path, "--key", receipt["key"])[0] == 0


def test_a_receipt_that_was_touched_is_not_genuine(
    house: House, rent: MovementPosted, tmp_path: Path
) -> None:
    house.seal()
    receipt = house.get(f"/v1/receipts/{rent.id}").json()
    receipt["entry"]["lines"][0]["amount"] = receipt["entry"]["lines"][1]["amount"] = 3_000_000
    status, said = verify(house, receipt, tmp_path)
    assert (status, said) == (1, "NOT GENUINE: the seal does not cover this entry as it is written here.\n")


def test_a_receipt_under_somebody_elses_key_is_not_genuine(
    house: House, rent: MovementPosted, tmp_path: Path
) -> None:
    house.seal()
    receipt = house.get(f"/v1/receipts/{rent.id}").json()
    other = str(key_of(Ed25519PrivateKey.generate()))
    status, said = verify(house, receipt, tmp_path, "--key", other)
    assert (status, said) == (1, f"NOT GENUINE: the seal is not signed by {other}.\n")


def key_of(private: Ed25519PrivateKey) -> Key:
    return Key("arhan.example/ledger", private.public_key().public_bytes_raw())


def test_the_seal_key_is_kept_encrypted_and_may_come_from_outside(house: House, rent: MovementPosted) -> None:
    house.seal()
    ((private,),) = house.ask("SELECT private FROM seal_key")
    assert bytes(private).startswith(b"gAAAAA")
    given = Ed25519PrivateKey.generate()
    house.hear(house.books.transfer("alice", "bob", 1))
    house.seal(ARHAN_SEAL_KEY=b64encode(given.private_bytes_raw()).decode())
    assert house.get("/v1/seals/latest").json()["key"] == str(key_of(given))
    assert house.check()[0] == 0


def test_a_long_journal_is_sealed_through_its_tiles(house: House, tmp_path: Path) -> None:
    """600 entries: two full tiles and 88 entries more; every receipt across the borders holds."""
    house.hear(
        house.books.open("alice", customer="usr_alice"),
        house.books.open("bob", customer="usr_bob"),
        *(house.books.transfer("alice", "bob", 1) for _ in range(255)),
    )
    house.seal()
    house.hear(*(house.books.transfer("alice", "bob", 1) for _ in range(345)))
    house.seal()
    assert house.ask("SELECT size FROM seal ORDER BY size") == [(255,), (600,)]
    assert house.ask('SELECT level, "index" FROM tile') == [(1, 0), (1, 1)]
    tree = Growing()
    for (leaf,) in house.ask("SELECT leaf FROM journal_entry ORDER BY number"):
        tree.add(bytes(leaf))
    assert house.ask("SELECT root FROM seal WHERE size = 600") == [(tree.root(),)]
    for number in (1, 255, 256, 257, 512, 513, 600):
        ((movement,),) = house.ask("SELECT movement FROM journal_entry WHERE number = %s", number)
        receipt = house.get(f"/v1/receipts/{movement}").json()
        assert verify(house, receipt, tmp_path)[0] == 0, number
    assert house.check()[0] == 0
