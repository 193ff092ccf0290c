"""Statements over a real database: numbered month by month, any period on demand, tied to the books."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import mt940
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
    """Opened in January with 1,000.00; a deposit of 10.00 and a payment of 1.00 in each month to March."""
    office.go_to("2027-01-10T09:00")
    opened = office.open_account(ada)
    for month in (1, 2, 3):
        office.go_to(f"2027-0{month}-20T09:00")
        office.move(kind="deposit", payer=CASH, payee=opened, amount=10_00)
        office.move(kind="transfer", payer=opened, payee=CASH, amount=1_00)
    for last in ("2027-01-31", "2027-02-28", "2027-03-31"):
        office.go_to(f"{last}T22:55")
        office.state_month(last)
    return opened


def test_months_are_numbered_without_a_gap_and_follow_each_other(
    office: AccountOffice, ada: Somebody, account: str
) -> None:
    found = office.get(f"/v1/accounts/{account}/statements", ada)["items"]
    assert [(s["number"], s["since"], s["until"], s["opening"], s["closing"]) for s in found] == [
        (3, "2027-03-01", "2027-03-31", 1_018_00, 1_027_00),
        (2, "2027-02-01", "2027-02-28", 1_009_00, 1_018_00),
        (1, "2027-01-10", "2027-01-31", 0, 1_009_00),
    ]
    page = office.get(f"/v1/accounts/{account}/statements?limit=2", ada)
    assert page["next"] == "2"
    assert len(office.get(f"/v1/accounts/{account}/statements?after=2", ada)["items"]) == 1


def test_a_month_is_numbered_once_and_only_at_its_end(office: AccountOffice, account: str) -> None:
    assert office.state_month("2027-03-31") == 0
    assert office.state_month("2027-04-15") == 0
    with pytest.raises(AssertionError, match="append-only"):
        office.sql("UPDATE statement SET closing = 0 WHERE account = %s", account)


def test_the_closing_balance_is_what_the_books_say(
    office: AccountOffice, ada: Somebody, account: str
) -> None:
    for statement in office.get(f"/v1/accounts/{account}/statements", ada)["items"]:
        booked = office.get(f"/v1/accounts/{account}/balance?at={statement['until']}", ada)["balance"]
        assert statement["closing"] == booked


@pytest.mark.parametrize("form", ["csv", "pdf", "ofx", "camt053", "mt940"])
def test_every_format_of_a_numbered_statement_and_of_an_extract(
    office: AccountOffice, ada: Somebody, account: str, form: str
) -> None:
    for path in (
        f"/v1/accounts/{account}/statements/2?format={form}",
        f"/v1/accounts/{account}/statement?since=2027-02-01&until=2027-02-28&format={form}",
    ):
        answer = office.ask("GET", path, ada)
        assert answer.status == 200, answer.content
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="statement-')
        assert len(answer.content) > 200


def test_an_extract_of_any_period(office: AccountOffice, ada: Somebody, account: str) -> None:
    path = f"/v1/accounts/{account}/statement"
    answer = office.ask("GET", f"{path}?since=2027-01-15&until=2027-02-20", ada)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["balance"] for row in rows] == [
        "1000.00",
        "1010.00",
        "1009.00",
        "1019.00",
        "1018.00",
        "1018.00",
    ]
    found = mt940.parse(
        office.ask("GET", f"{path}?since=2026-01-01&until=2026-12-31&format=mt940", ada).content.decode()
    )
    assert (len(found.transactions), found.data["final_closing_balance"].amount.amount) == (0, 0)


def test_statements_are_the_owners(office: AccountOffice, ada: Somebody, account: str) -> None:
    other = office.customer("Chidi Eze")
    office.get(f"/v1/accounts/{account}/statements", other, status=404)
    office.get(f"/v1/accounts/{account}/statements/1", other, status=404)
    office.get(f"/v1/accounts/{account}/statements/99", ada, status=404)
    office.get(f"/v1/accounts/{account}/statement?since=2027-01-01&until=2027-02-01", other, status=404)
    wrong = office.get(f"/v1/accounts/{account}/statement?since=2027-02-01&until=2027-01-01", ada, status=422)
    assert wrong["code"] == "period_unfit"
    office.get(f"/v1/accounts/{account}/statement?since=yesterday&until=2027-01-01", ada, status=400)
    assert office.ask("GET", f"/v1/accounts/{account}/statements/1", office.staff("teller")).status == 200


def test_what_was_booked_on_the_day_before_the_account_was_opened_is_on_its_first_statement(
    office: AccountOffice,
) -> None:
    """After midnight, before the closing's cut-off, the calendar is a day ahead of the books."""
    office.go_to("2027-09-30T23:30")
    chidi = office.customer("Chidi Eze")
    office.sql("INSERT INTO business_day (id, date, asked_by) VALUES (1, '2027-09-30', '')")
    try:
        account = office.open_account(chidi)
    finally:
        office.sql("DELETE FROM business_day")
    office.go_to("2027-10-31T22:55")
    office.state_month("2027-10-31")
    (found,) = office.get(f"/v1/accounts/{account}/statements", chidi)["items"]
    assert (found["since"], found["until"]) == ("2027-09-30", "2027-10-31")
    assert (found["opening"], found["closing"]) == (0, 1_000_00)
    answer = office.ask("GET", f"/v1/accounts/{account}/statements/1?format=csv", chidi)
    assert [row["balance"] for row in csv.DictReader(io.StringIO(answer.content.decode()))] == [
        "0.00",
        "1000.00",
        "1000.00",
    ]


def test_the_last_month_of_an_account_that_closes_is_stated_and_none_after_it(office: AccountOffice) -> None:
    """Also of one that was closed after the month's cut-off, when the calendar was still in the month before."""
    chidi = office.customer("Chidi Eze")
    office.go_to("2028-01-20T09:00")
    account = office.open_account(chidi)
    office.go_to("2028-01-31T20:00")
    office.state_month("2028-01-31")
    office.sql("INSERT INTO business_day (id, date, asked_by) VALUES (1, '2028-02-01', '')")
    try:
        office.move(kind="transfer", payer=account, payee=CASH, amount=1_000_00)
        office.sql(
            "UPDATE account SET status = 'closed', status_changed_at = '2028-01-31T20:00Z' WHERE id = %s",
            account,
        )
    finally:
        office.sql("DELETE FROM business_day")
    for last in ("2028-02-29", "2028-03-31"):
        office.go_to(f"{last}T22:55")
        office.state_month(last)
    found = office.get(f"/v1/accounts/{account}/statements", chidi)["items"]
    assert [(s["number"], s["until"], s["opening"], s["closing"]) for s in found] == [
        (2, "2028-02-29", 1_000_00, 0),
        (1, "2028-01-31", 0, 1_000_00),
    ]
