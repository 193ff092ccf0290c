"""What a transfer costs its payer, and how it leaves the account: with the amount, in one movement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest

from arhan.contracts.fees import Charge, TransferFee, charges_on
from arhan.kernel.ids import new_id
from arhan.payment.domain.intents import Parties, fees_of, place
from arhan.payment.domain.orders import movement_of
from tests.payment_fakes import holder
from tests.payment_house import transfer

if TYPE_CHECKING:
    from arhan.contracts.account import Party
    from arhan.contracts.payment import OrderKind

FLAT = TransferFee(name="Transfer fee", flat=10_75)
PERCENT = TransferFee(name="Transfer fee", percent=5_000)
CAPPED = TransferFee(name="Transfer fee", percent=5_000, least=10_00, most=50_00)
DUTY = TransferFee(name="Stamp duty", flat=50_00, from_amount=10_000_00, goes_to="tax")


@pytest.mark.parametrize(
    ("fee", "amount", "charged"),
    [
        (FLAT, 1, 10_75),
        (FLAT, 10**13, 10_75),
        (PERCENT, 100_00, 50),
        (PERCENT, 1_00, 1),  # half a minor unit is rounded up
        (PERCENT, 99, 0),
        (CAPPED, 100_00, 10_00),
        (CAPPED, 5_000_00, 25_00),
        (CAPPED, 1_000_000_00, 50_00),
        (DUTY, 9_999_99, 0),
        (DUTY, 10_000_00, 50_00),
        (TransferFee(name="Fee in fils", flat=150, percent=2_500), 12_345, 181),
    ],
)
def test_each_shape_of_fee(fee: TransferFee, amount: int, charged: int) -> None:
    expected = [Charge(name=fee.name, amount=charged, goes_to=fee.goes_to)] if charged else []
    assert charges_on([fee], amount) == expected


def party(name: str, *fees: TransferFee, currency: str = "NGN", customer: str = "") -> Party:
    found = msgspec.structs.replace(holder(name, currency=currency).party, transfer_fees=list(fees))
    return msgspec.structs.replace(found, customer=customer) if customer else found


def test_amount_and_fees_leave_in_one_movement_each_a_line_of_its_own() -> None:
    ada, bola = holder("ada"), holder("bola")
    parties = Parties(payer=party("ada", CAPPED, DUTY), payee=bola.party)
    order = place(
        transfer(ada, bola, 20_000_00), parties, order_id=new_id("pay"), at=datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert order.fee == 100_00
    assert [(p.account, p.side, p.amount) for p in movement_of(order).postings] == [
        ("acc_ada", "debit", 20_000_00),
        ("acc_bola", "credit", 20_000_00),
        ("acc_ada", "debit", 50_00),
        ("bank_fee_income_ngn", "credit", 50_00),
        ("acc_ada", "debit", 50_00),
        ("bank_tax_payable_ngn", "credit", 50_00),
    ]


@pytest.mark.parametrize(
    ("kind", "charged"),
    [("transfer", 10_75), ("standing_order", 10_75), ("refund", 0), ("card_payment", 0), ("deposit", 0)],
)
def test_only_transfers_cost_what_a_transfer_costs(kind: OrderKind, charged: int) -> None:
    found = fees_of(kind, party("ada", FLAT), party("bola"), amount=100_00)
    assert sum(charge.amount for charge in found) == charged


def test_between_a_customers_own_accounts_nothing_is_charged() -> None:
    payer, payee = party("ada", FLAT), party("savings", customer="usr_ada")
    assert fees_of("transfer", payer, payee, amount=100_00) == []
    assert len(fees_of("transfer", payer, None, amount=100_00)) == 1, "an unknown payee is somebody else"
