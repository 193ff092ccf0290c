"""What a product's version charges: told to whoever makes a transfer, and due when a card is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from arhan.account.domain import product_terms
from arhan.account.service.resolutions import Resolver
from arhan.contracts.account import ResolutionRequest
from arhan.contracts.fees import TransferFee
from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

FEES = [
    {"event": "transfer", "name": "Transfer fee", "percent": 5_000, "least": 10_00, "most": 50_00},
    {"event": "transfer", "name": "Stamp duty", "flat": 50_00, "from_amount": 10_000_00, "goes_to": "tax"},
    {"event": "card", "name": "Card", "flat": 1_000_00},
    {"event": "card", "name": "Tax on the card", "flat": 75_00, "goes_to": "tax"},
]


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        opened.go_to("2026-03-02T09:00")
        opened.sql(
            "INSERT INTO product (code, kind, name, currency, interest_rate, ledger_account)"
            " VALUES ('costly', 'current', 'Costly', 'NGN', 0, '2020')"
        )
        opened.sql(
            "INSERT INTO product_version (product, number, since, terms, proposal)"
            " VALUES ('costly', 1, '2026-03-01', %s, '')",
            json.dumps({"fees": FEES}),
        )
        yield opened


@pytest.fixture
def ada(office: AccountOffice) -> Somebody:
    return office.customer()


def test_whoever_resolves_a_payer_is_told_what_a_transfer_costs(
    office: AccountOffice, account_environment: dict[str, str], ada: Somebody
) -> None:
    costly = office.open_account(ada, product="costly")
    free = office.open_account(ada, product="current")
    resolver = Resolver(account_environment["DATABASE_URL"], pin_key=b"a key")
    asked = [ResolutionRequest(payer_account=account, pin_needed=False) for account in (costly, free)]
    found = [resolution.payer for resolution in resolver.resolve(asked)]
    resolver.close()
    assert [payer and payer.transfer_fees for payer in found] == [
        [
            TransferFee(name="Transfer fee", percent=5_000, least=10_00, most=50_00),
            TransferFee(name="Stamp duty", flat=50_00, from_amount=10_000_00, goes_to="tax"),
        ],
        [],
    ]


def due(office: AccountOffice, account: str) -> list[list[object]]:
    query = "SELECT name, amount, goes_to, state FROM fee_charge WHERE account = %s ORDER BY id"
    return office.sql(query, account)


def test_a_card_costs_what_the_product_says_and_safety_costs_nothing(
    office: AccountOffice, ada: Somebody
) -> None:
    account = office.open_account(ada, product="costly")
    assert due(office, account) == []
    card = office.post("/v1/cards", ada, {"account": account, "type": "virtual", "pin": "0427"}, status=201)
    once = [["Card", 1_000_00, "bank", "due"], ["Tax on the card", 75_00, "tax", "due"]]
    assert due(office, account) == once
    path = f"/v1/cards/{card['id']}/replace"
    safe = office.post(path, ada, {"reason": "compromised", "pin": "0427"}, status=201)
    assert due(office, account) == once
    office.post(f"/v1/cards/{safe['id']}/replace", ada, {"reason": "lost", "pin": "0427"}, status=201)
    assert len(due(office, account)) == 4


def test_a_transfers_fee_does_not_hang_on_the_balance() -> None:
    fee = FEES[0] | {"free_from": 1}
    with pytest.raises(ValueError, match="does not hang on a balance"):
        product_terms.read({"fees": [fee]})
