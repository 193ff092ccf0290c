"""What happened on an account: searched, paged, and added up to a balance at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

CASH = "bank_cash_ngn"


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


@pytest.fixture(scope="module")
def ada(office: AccountOffice) -> Somebody:
    return office.customer()


@pytest.fixture(scope="module")
def account(office: AccountOffice, ada: Somebody) -> str:
    """Three days of history: 1,000.00 welcome, then 10.00 in and 1.00 to 5.00 out, day by day."""
    office.go_to("2026-03-02T09:00")
    opened = office.open_account(ada)
    for day, amounts in ((2, (1, 2)), (3, (3, 4)), (4, (5,))):
        office.go_to(f"2026-03-0{day}T10:00")
        office.move(kind="deposit", payer=CASH, payee=opened, amount=10_00)
        for amount in amounts:
            office.go_to(f"2026-03-0{day}T1{amount}:00")
            office.move(kind="transfer", payer=opened, payee=CASH, amount=amount * 100)
    return opened


def found(office: AccountOffice, who: Somebody, account: str, query: str) -> list[tuple[str, int]]:
    items = office.get(f"/v1/accounts/{account}/entries?{query}", who)["items"]
    return [(item["side"], item["amount"]) for item in items]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=deposit", [("credit", 10_00)] * 3),
        ("side=debit&least=200&most=400", [("debit", 4_00), ("debit", 3_00), ("debit", 2_00)]),
        ("since=2026-03-04", [("debit", 5_00), ("credit", 10_00)]),
        ("since=2026-03-03&until=2026-03-03", [("debit", 4_00), ("debit", 3_00), ("credit", 10_00)]),
        ("until=2026-03-01", []),
        ("text=lunch&side=debit&limit=1", [("debit", 5_00)]),
        ("text=100%25", []),
        ("text=_elcome", []),
        ("text=Welcome", [("credit", 1_000_00)]),
    ],
)
def test_entries_are_searched(
    office: AccountOffice, ada: Somebody, account: str, query: str, expected: list[Any]
) -> None:
    assert found(office, ada, account, query) == expected


def test_every_page_follows_the_one_before(office: AccountOffice, ada: Somebody, account: str) -> None:
    for query in ("limit=2", "limit=2&text=Lunch"):
        sequences: list[int] = []
        after: str | None = ""
        while after is not None:
            cursor = f"&after={after}" if after else ""
            page = office.get(f"/v1/accounts/{account}/entries?{query}{cursor}", ada)
            sequences += [item["seq"] for item in page["items"]]
            after = page["next"]
        assert sequences == list(range(9, 0 if query == "limit=2" else 1, -1))


def balance(office: AccountOffice, who: Somebody, account: str, at: str, by: str = "booking") -> int:
    found: int = office.get(f"/v1/accounts/{account}/balance?at={quote(at)}&by={by}", who)["balance"]
    return found


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-01", 0),
        ("2026-03-02", 1_007_00),
        ("2026-03-03", 1_010_00),
        ("2026-03-04", 1_015_00),
        ("2030-01-01", 1_015_00),
        ("2026-03-02T08:59:59Z", 0),
        ("2026-03-02T09:00:00Z", 1_000_00),
        ("2026-03-02T10:59:59+01:00", 1_000_00),
        ("2026-03-02T11:00:00+01:00", 1_010_00),
        ("2026-03-03T13:30:00Z", 1_014_00),
    ],
)
def test_a_balance_at_a_time(
    office: AccountOffice, ada: Somebody, account: str, at: str, expected: int
) -> None:
    assert balance(office, ada, account, at) == expected


def test_a_balance_by_value_date(office: AccountOffice) -> None:
    office.go_to("2026-03-05T09:00")
    chidi = office.customer("Chidi Eze")
    account = office.open_account(chidi)
    office.move(kind="refund", payer=CASH, payee=account, amount=5_00, value_date="2026-03-03")
    office.move(kind="refund", payer=CASH, payee=account, amount=7_00, value_date="2026-03-07")
    office.go_to("2026-03-08T09:00")
    by_day = {
        day: (
            balance(office, chidi, account, f"2026-03-0{day}"),
            balance(office, chidi, account, f"2026-03-0{day}", "value"),
        )
        for day in range(2, 9)
    }
    assert by_day == {
        2: (0, 0),
        3: (0, 5_00),
        4: (0, 5_00),
        5: (1_012_00, 1_005_00),
        6: (1_012_00, 1_005_00),
        7: (1_012_00, 1_012_00),
        8: (1_012_00, 1_012_00),
    }


def test_what_is_asked_wrongly_or_by_somebody_else(
    office: AccountOffice, ada: Somebody, account: str
) -> None:
    path = f"/v1/accounts/{account}/balance"
    for at in ("yesterday", "2026-13-01", "2026-03-02T09:00:00", "2026-03"):
        assert office.get(f"{path}?at={at}", ada, status=400)["errors"][0]["pointer"] == "/at"
    office.get(f"{path}?by=magic", ada, status=400)
    office.get(path, office.customer("Chidi Eze"), status=404)
    assert office.get(path, office.staff("auditor"))["balance"] == 1_015_00
    vault = office.get("/v1/accounts/bank_cash_ngn/balance?at=2030-01-01", office.staff("auditor"))
    assert vault["balance"] == office.get("/v1/accounts/bank_cash_ngn", office.staff("auditor"))["balance"]
