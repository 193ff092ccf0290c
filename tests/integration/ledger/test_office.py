"""The journal and the trial balance as auditors read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ledger_house import House


@pytest.fixture
def house(house: House) -> House:
    """Two days: cash comes in, Alice pays Bob and a fee the day after."""
    books = house.books
    house.hear(
        books.open("alice", customer="usr_alice"),
        books.open("bob", customer="usr_bob"),
        books.open("cash", ledger_account="1010"),
        books.open("fees", ledger_account="4020"),
        books.transfer("cash", "alice", 100_000, kind="deposit", booking_date="2026-11-19"),
        books.transfer("alice", "bob", 30_000, booking_date="2026-11-20"),
        books.transfer("alice", "fees", 50, kind="fee", booking_date="2026-11-20"),
    )
    return house


def test_the_journal_newest_first_and_page_by_page(house: House) -> None:
    first = house.get("/v1/journal-entries", limit=2).json()
    assert [entry["number"] for entry in first["items"]] == [3, 2]
    second = house.get("/v1/journal-entries", limit=2, after=first["next"]).json()
    assert ([entry["number"] for entry in second["items"]], second["next"]) == ([1], None)
    assert first["items"][1]["lines"] == [
        {
            "account": "acc_alice",
            "ledger_account": "2010",
            "side": "debit",
            "amount": 30_000,
            "sequence": 2,
            "balance_after": 70_000,
        },
        {
            "account": "acc_bob",
            "ledger_account": "2010",
            "side": "credit",
            "amount": 30_000,
            "sequence": 1,
            "balance_after": 30_000,
        },
    ]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"account": "acc_bob"}, [2]),
        ({"ledger_account": "2010"}, [3, 2, 1]),
        ({"ledger_account": "4020"}, [3]),
        ({"kind": "deposit"}, [1]),
        ({"currency": "USD"}, []),
        ({"booked_from": "2026-11-20"}, [3, 2]),
        ({"booked_until": "2026-11-19"}, [1]),
        ({"kind": "fee", "account": "acc_alice"}, [3]),
        ({"movement": "pay_none"}, []),
    ],
)
def test_the_journal_can_be_searched(house: House, wanted: dict[str, str], numbers: list[int]) -> None:
    found = house.get("/v1/journal-entries", **wanted).json()
    assert [entry["number"] for entry in found["items"]] == numbers


def test_the_trial_balance_of_each_day(house: House) -> None:
    (sheet,) = house.get("/v1/trial-balance").json()["currencies"]
    assert [
        (row["code"], row["name"], row["debit"], row["credit"], row["balance"]) for row in sheet["accounts"]
    ] == [
        ("1010", "Cash in vaults", 100_000, 0, 100_000),
        ("2010", "Customers' savings accounts", 0, 99_950, 99_950),
        ("4020", "Fee income", 0, 50, 50),
    ]
    assert (sheet["total_debit"], sheet["total_credit"], sheet["balanced"]) == (100_000, 100_000, True)
    (before,) = house.get("/v1/trial-balance", as_of="2026-11-19").json()["currencies"]
    assert [(row["code"], row["debit"], row["credit"]) for row in before["accounts"]] == [
        ("1010", 100_000, 0),
        ("2010", 0, 100_000),
    ]
    assert house.get("/v1/trial-balance", as_of="2026-11-18").json() == {
        "as_of": "2026-11-18",
        "currencies": [],
        "balanced": True,
    }


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/journal-entries", {"limit": "0"}),
        ("/v1/journal-entries", {"after": "x"}),
        ("/v1/journal-entries", {"after": "9223372036854775808"}),
        ("/v1/journal-entries", {"booked_from": "2026-02-30"}),
        ("/v1/trial-balance", {"as_of": "yesterday"}),
        ("/v1/trial-balance", {"currency": "naira"}),
    ],
)
def test_a_question_that_is_not_well_formed_is_refused(
    house: House, path: str, query: dict[str, str]
) -> None:
    answer = house.get(path, **query)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("role", "status"),
    [("auditor", 200), ("admin", 200), ("customer", 403), ("teller", 403), ("support", 403), ("risk", 403)],
)
def test_only_auditors_read_the_books(house: House, role: str, status: int) -> None:
    assert house.get("/v1/journal-entries", role=role).status_code == status
    assert house.get("/v1/trial-balance", role=role).status_code == status
