"""Accounts in yen, dollars and dinars: none, two and three minor digits, from opening to statement."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg
import pytest
import yaml

from tests.account_house import another_database
from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MORNING = "2026-03-02T09:00"
WRITTEN = {
    "JPY": ("40000", "12345", "27655"),
    "USD": ("400.00", "123.45", "276.55"),
    "KWD": ("40.000", "12.345", "27.655"),
}
"""40,000 minor units paid in, 12,345 of them paid on, 27,655 left: as a statement writes them."""


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        opened.go_to(MORNING)
        yield opened


@pytest.mark.parametrize("currency", ["EUR", "GBP", "JPY", "KWD", "USD"])
def test_savings_and_current_accounts_are_sold_in_each_currency(office: AccountOffice, currency: str) -> None:
    ada = office.customer()
    products = {p["code"]: p for p in office.get("/v1/products", ada) if p["currency"] == currency}
    assert {code: p["kind"] for code, p in products.items()} == {
        f"current_{currency.lower()}": "current",
        f"savings_{currency.lower()}": "savings",
    }


@pytest.mark.parametrize("currency", sorted(WRITTEN))
def test_minor_units_are_never_kobo(office: AccountOffice, currency: str) -> None:
    paid_in, paid, left = WRITTEN[currency]
    ada, chidi = office.customer(), office.customer("Chidi Eze")
    payer, payee = (
        office.post("/v1/accounts", who, {"product": f"{kind}_{currency.lower()}", "pin": "0427"}, status=201)
        for who, kind in ((ada, "savings"), (chidi, "current"))
    )
    assert (payer["currency"], payer["balance"]) == (currency, 0), "the welcome is in naira"
    cash = f"bank_cash_{currency.lower()}"
    for sender, receiver, amount, kind in (
        (cash, payer["id"], 40_000, "deposit"),
        (payer["id"], payee["id"], 12_345, "transfer"),
    ):
        moved = office.move(kind=kind, payer=sender, payee=receiver, amount=amount, currency=currency)
        assert moved["status"] == "posted"
    path = f"/v1/accounts/{payer['id']}"
    assert office.get(path, ada)["balance"] == 27_655
    stated = office.ask("GET", f"{path}/statement?since=2026-03-01&until=2026-03-31&format=csv", ada)
    opening, first, second, closing = csv.DictReader(io.StringIO(stated.content.decode()))
    assert (first["credit"], second["debit"]) == (paid_in, paid)
    assert (closing["currency"], closing["balance"]) == (currency, left)
    assert float(opening["balance"]) == 0


@pytest.mark.parametrize("currency", sorted(WRITTEN))
def test_naira_and_another_currency_do_not_mix(office: AccountOffice, currency: str) -> None:
    ada = office.customer()
    naira = office.open_account(ada, money=10_000_00)
    other = office.post(
        "/v1/accounts", ada, {"product": f"current_{currency.lower()}", "pin": "0427"}, status=201
    )
    for said in ("NGN", currency):
        moved = office.move(kind="transfer", payer=naira, payee=other["id"], amount=1, currency=said)
        assert (moved["status"], moved["code"]) == ("refused", "currency_mismatch")
    assert office.get(f"/v1/accounts/{naira}", ada)["balance"] == 11_000_00, (
        "the welcome, and what was paid in"
    )


@pytest.mark.parametrize(
    ("currency", "most", "product"), [("JPY", 5_000, "current_jpy"), ("KWD", 10_000, "current_kwd")]
)
def test_the_law_of_the_first_tier_in_another_currency(
    office: AccountOffice, currency: str, most: int, product: str
) -> None:
    """NGN 50,000.00 a deposit is about JPY 5,000 and KWD 10.000, not 5,000,000 of anything."""
    newcomer = office.customer(tier=1)
    account = office.post("/v1/accounts", newcomer, {"product": product, "pin": "0427"}, status=201)["id"]
    cash = f"bank_cash_{currency.lower()}"
    moved = [
        office.move(kind="deposit", payer=cash, payee=account, amount=amount, currency=currency)
        for amount in (most + 1, most)
    ]
    assert [m.get("code", m["status"]) for m in moved] == ["limit_deposit", "posted"]
    shown = office.get(f"/v1/accounts/{account}/limits", newcomer)
    assert (shown["currency"], shown["single_deposit"], shown["day"]["limit"]) == (currency, most, most)


def test_the_welcome_comes_with_the_first_account_in_naira_once(office: AccountOffice) -> None:
    ada = office.customer()
    opened = [
        office.post("/v1/accounts", ada, {"product": product, "pin": "0427"}, status=201)["balance"]
        for product in ("current_usd", "savings", "current", "savings_jpy")
    ]
    assert opened == [0, 1_000_00, 0, 0]


OLD_BANK = """
import sys
from importlib import import_module
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
first = import_module("arhan.account.migrations.0012_first_versions")
first.SEED = Path(sys.argv[1])
call_command("migrate", "account", "0014", verbosity=0, skip_checks=True)
"""


def test_a_bank_that_was_there_before_gets_what_it_lacks(
    account_environment: dict[str, str], tmp_path: Path
) -> None:
    offered = [
        {"code": code, "kind": "savings", "name": name, "currency": currency, "ledger_account": "2010",
         "terms": {"tiers": [{"rate": 20_000}]}}
        for code, name, currency in (("savings", "Savings", "NGN"), ("savings_usd", "Our own dollars", "USD"))
    ]  # fmt: skip
    seed = tmp_path / "products.yaml"
    seed.write_text(yaml.safe_dump(offered))
    with another_database(
        account_environment, name="arhan_account_before", until=OLD_BANK, told=str(seed)
    ) as (environment):
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--skip-checks"]
        for _ in range(2):
            subprocess.run(migrate, env=environment, check=True)
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            found = connection.execute(
                "SELECT p.code, p.name, count(v), max(p.interest_rate)::float"
                " FROM product p JOIN product_version v ON v.product = p.code GROUP BY p.code ORDER BY p.code"
            ).fetchall()
    assert ("savings_usd", "Our own dollars", 1, 2.0) in found, "a code that is taken stays as it is"
    assert ("savings_kwd", "Savings", 1, 1.25) in found
    assert len([row for row in found if row[0].startswith(("savings_", "current_"))]) == 10
