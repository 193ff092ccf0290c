"""Statements of any length: asked for, made in the background, killed, gone on with, handed out."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import pytest

from tests.account_office import AccountOffice
from tests.unit.account.statement_readers import READERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.account_office import Somebody

CASH = "bank_cash_ngn"
MANY, SOME = 25_500, 2_300
OPENING = 1_000_00
PIECE = 2_000
WORK = """
import django; django.setup()
from arhan.account.service import statement_files
statement_files.prepare(longest_s=120)
"""
YEAR: dict[str, Any] = {"since": "2027-01-01", "until": "2027-12-31"}


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


@pytest.fixture(scope="module")
def ada(office: AccountOffice) -> Somebody:
    return office.customer()


@pytest.fixture(scope="module")
def long(office: AccountOffice, ada: Somebody) -> str:
    """An account on which so much happened, some of it on the ninth of March."""
    office.go_to("2027-03-09T09:00")
    account = office.open_account(ada)
    office.move_often(payer=CASH, payee=account, amounts=amounts()[:SOME])
    office.go_to("2027-03-10T09:00")
    office.move_often(payer=CASH, payee=account, amounts=amounts()[SOME:])
    office.go_to("2027-06-10T09:00")
    return account


@pytest.fixture(scope="module")
def short(office: AccountOffice, ada: Somebody) -> str:
    office.go_to("2027-03-10T09:00")
    account = office.open_account(ada, money=5_00)
    office.go_to("2027-06-10T09:00")
    return account


def amounts() -> list[int]:
    return [1 + number % 97 for number in range(MANY)]


def ask(office: AccountOffice, who: Somebody, account: str, *, status: int = 202, **wanted: Any) -> Any:
    return office.post(f"/v1/accounts/{account}/statement-files", who, wanted, status=status)


def work(environment: dict[str, str], **told: str) -> int:
    """A worker's turn; how it ended."""
    done = subprocess.run([sys.executable, "-c", WORK], env=environment | told, timeout=300, check=False)
    return done.returncode


def taken(office: AccountOffice, who: Somebody, file: Any) -> bytes:
    answer = office.ask("GET", f"/v1/accounts/{file['account']}/statement-files/{file['id']}/content", who)
    assert answer.status == 200, answer.content
    assert int(answer.headers["Content-Length"]) == len(answer.content) == file["size"]
    return answer.content


def look(office: AccountOffice, who: Somebody, file: Any) -> Any:
    return office.get(f"/v1/accounts/{file['account']}/statement-files/{file['id']}", who)


def test_a_long_one_is_made_once_though_its_worker_is_killed_again_and_again(
    office: AccountOffice, ada: Somebody, long: str, account_environment: dict[str, str], tmp_path: Path
) -> None:
    told = account_environment | {"ARHAN_HOME": str(tmp_path)}
    at_once = office.ask("GET", f"/v1/accounts/{long}/statement?since=2027-01-01&until=2027-12-31", ada)
    assert (at_once.status, at_once.json()["code"]) == (422, "statement_too_long")
    file = ask(office, ada, long, format="csv", **YEAR)
    assert (file["state"], file["progress"], file["lines"], file["size"]) == ("preparing", 0, MANY + 1, None)
    early = office.ask("GET", f"/v1/accounts/{long}/statement-files/{file['id']}/content", ada)
    assert (early.status, early.json()["code"]) == (409, "statement_not_ready")
    assert work(told, ARHAN_FAILPOINT="account.statement_piece_kept") == -signal.SIGKILL
    assert look(office, ada, file)["lines_done"] == PIECE
    assert work(told, ARHAN_FAILPOINT="account.statement_piece_made") == -signal.SIGKILL
    assert look(office, ada, file)["lines_done"] == PIECE, "what was not committed is not there"
    with subprocess.Popen([sys.executable, "-c", WORK], env=told) as worker:
        while look(office, ada, file)["progress"] < 40 and worker.poll() is None:
            time.sleep(0.01)
        worker.kill()
    half = look(office, ada, file)
    assert 40 <= half["progress"] < 100
    assert half["lines_done"] % PIECE == 0
    assert work(told) == 0
    ready = look(office, ada, file)
    assert (ready["state"], ready["progress"], ready["lines_done"]) == ("ready", 100, MANY + 1)
    found = READERS["csv"](taken(office, ada, ready))
    assert found.numbers == list(range(1, MANY + 2))
    changes = [OPENING, *amounts()]
    assert found.changes == [Decimal(change).scaleb(-2) for change in changes]
    assert found.balances == [Decimal(balance).scaleb(-2) for balance in accumulate(changes)]
    assert found.texts[-1] == f"Ọjà no. {MANY - SOME - 1}"
    assert (found.opening, found.closing) == (Decimal(0), Decimal(sum(changes)).scaleb(-2))


def test_every_format_of_several_pieces(
    office: AccountOffice, ada: Somebody, long: str, account_environment: dict[str, str]
) -> None:
    files = [
        ask(office, ada, long, format=form, since="2027-01-01", until="2027-03-09")
        for form in ("pdf", "ofx", "camt053", "mt940")
    ]
    assert work(account_environment) == 0
    for file in files:
        ready = look(office, ada, file)
        assert (ready["state"], ready["lines"]) == ("ready", SOME + 1)
        found = READERS[file["format"]](taken(office, ada, ready))
        assert found.numbers == list(range(1, SOME + 2))
        assert found.changes == [Decimal(change).scaleb(-2) for change in (OPENING, *amounts()[:SOME])]
        assert found.closing == Decimal(OPENING + sum(amounts()[:SOME])).scaleb(-2)


def test_a_short_one_is_ready_at_once_and_says_what_the_immediate_one_says(
    office: AccountOffice, ada: Somebody, short: str
) -> None:
    file = ask(office, ada, short, format="csv", **YEAR)
    assert (file["state"], file["progress"], file["lines"]) == ("ready", 100, 1)
    assert file["name"].endswith("-20270101-20271231.csv")
    at_once = office.ask("GET", f"/v1/accounts/{short}/statement?since=2027-01-01&until=2027-12-31", ada)
    assert taken(office, ada, file) == at_once.content


def test_the_same_is_made_once_until_something_happened(
    office: AccountOffice, ada: Somebody, short: str
) -> None:
    first = ask(office, ada, short, format="ofx", **YEAR)
    assert ask(office, ada, short, format="ofx", **YEAR)["id"] == first["id"]
    assert ask(office, ada, short, format="mt940", **YEAR)["id"] != first["id"]
    office.move(kind="refund", payer=CASH, payee=short, amount=1)
    again = ask(office, ada, short, format="ofx", **YEAR)
    assert (again["id"] == first["id"], again["lines"]) == (False, first["lines"] + 1)
    assert READERS["ofx"](taken(office, ada, first)).closing == 5
    assert READERS["ofx"](taken(office, ada, again)).closing == Decimal("5.01")


def test_asked_for_at_once_by_many_it_is_made_once(
    office: AccountOffice, ada: Somebody, long: str, account_environment: dict[str, str]
) -> None:
    code = f"""
import django; django.setup()
from arhan.account.service import statement_files
from arhan.kernel.auth import Principal
from datetime import date
made = statement_files.ask_period(Principal(subject={ada.id!r}, role="customer", tier=3), {long!r},
    since=date(2026, 1, 1), until=date(2027, 4, 30), form="csv")
print(made.id)
"""
    crowd = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=account_environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = {process.communicate(timeout=120)[0].strip() for process in crowd}
    assert [process.returncode for process in crowd] == [0, 0, 0]
    assert len(told) == 1
    workers = [subprocess.Popen([sys.executable, "-c", WORK], env=account_environment) for _ in range(2)]
    assert [worker.wait(timeout=300) for worker in workers] == [0, 0]
    file = office.get(f"/v1/accounts/{long}/statement-files/{told.pop()}", ada)
    assert file["state"] == "ready"
    assert READERS["csv"](taken(office, ada, file)).numbers == list(range(1, MANY + 2))


def test_a_numbered_statement_keeps_its_number(office: AccountOffice, ada: Somebody) -> None:
    office.go_to("2027-07-10T09:00")
    account = office.open_account(ada)
    office.go_to("2027-07-31T22:55")
    office.state_month("2027-07-31")
    file = ask(office, ada, account, format="camt053", number=1)
    assert (file["number"], file["since"], file["until"]) == (1, "2027-07-10", "2027-07-31")
    assert b"<LglSeqNb>1</LglSeqNb>" in taken(office, ada, file)
    assert ask(office, ada, account, number=1, format="camt053")["id"] == file["id"]
    assert ask(office, ada, account, status=404, number=2)["code"] == "not_found"


def test_few_are_kept_and_for_a_week(
    office: AccountOffice, ada: Somebody, account_environment: dict[str, str]
) -> None:
    office.go_to("2027-06-20T09:00")
    account = office.open_account(ada)
    made = [ask(office, ada, account, since=f"2027-05-{day:02d}", until="2027-06-20") for day in range(1, 24)]
    kept = office.get(f"/v1/accounts/{account}/statement-files", ada)["items"]
    assert [file["id"] for file in kept] == [file["id"] for file in made[:2:-1]]
    office.go_to("2027-06-27T09:00:01")
    assert office.run("statement_files.forget_expired") >= 20
    assert office.get(f"/v1/accounts/{account}/statement-files", ada)["items"] == []
    assert office.sql("SELECT count(*) FROM statement_part WHERE file = %s", made[-1]["id"]) == [[0]]


def test_files_are_the_owners(office: AccountOffice, ada: Somebody, short: str) -> None:
    other = office.customer("Chidi Eze")
    file = ask(office, ada, short, format="csv", **YEAR)
    path = f"/v1/accounts/{short}/statement-files"
    for what in (path, f"{path}/{file['id']}", f"{path}/{file['id']}/content"):
        office.get(what, other, status=404)
    ask(office, other, short, status=404, **YEAR)
    mine = office.open_account(other)
    office.get(f"/v1/accounts/{mine}/statement-files/{file['id']}/content", other, status=404)
    assert look(office, office.staff("support"), file)["id"] == file["id"]
    known = f"/v1/statement-files/{file['id']}"
    assert office.get(known, ada)["account"] == short, "a notification names only the file"
    office.get(known, other, status=404)
    office.get("/v1/statement-files/stf_absent", ada, status=404)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({}, 400),
        ({"since": "2027-01-01"}, 400),
        ({"number": 1, **YEAR}, 400),
        ({"number": 1, "since": "2027-01-01"}, 400),
        ({"since": "2027-02-01", "until": "2027-01-01"}, 422),
        ({"since": "2000-01-01", "until": "2027-01-01"}, 422),
        ({"format": "docx", **YEAR}, 400),
    ],
)
def test_what_is_asked_wrongly(
    office: AccountOffice, ada: Somebody, short: str, wanted: dict[str, Any], status: int
) -> None:
    ask(office, ada, short, status=status, **wanted)


def test_what_does_not_add_up_is_never_handed_out(
    office: AccountOffice, ada: Somebody, short: str, account_environment: dict[str, str]
) -> None:
    """A defect somewhere: what was settled and what is read are not the same."""
    file = ask(office, ada, short, format="csv", since="2027-03-01", until="2027-12-31")
    office.sql(
        "UPDATE statement_file SET state = 'preparing', done = 0, parts = 1, next_entry = 1, balance = 1 WHERE id = %s",
        file["id"],
    )
    assert work(account_environment) == 0
    assert look(office, ada, file)["state"] == "failed"
    office.get(f"/v1/accounts/{short}/statement-files/{file['id']}/content", ada, status=409)
    again = ask(office, ada, short, format="csv", since="2027-03-01", until="2027-12-31")
    assert (again["state"], again["id"] == file["id"]) == ("ready", False)
