"""What a screening must look like to be decided: each fault is named where it is."""

from __future__ import annotations

from typing import Any

import pytest

from arhan.fraud.schemas import MOST_SCREENINGS, check_screenings
from arhan.kernel.errors import Refused
from arhan.kernel.money import MAX_AMOUNT
from tests.fraud_payments import payment


def test_a_good_batch_passes() -> None:
    check_screenings([payment(), payment(amount=MAX_AMOUNT), payment(amount=1, payer_opened_at="")])


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("payment", ""),
        ("payment", "p" * 65),
        ("kind", ""),
        ("payer_account", ""),
        ("payee_account", "a" * 65),
        ("payer_customer", "c" * 257),
        ("address", "a" * 257),
        ("amount", 0),
        ("amount", -1),
        ("amount", MAX_AMOUNT + 1),
        ("amount", 2**70),
        ("currency", "XAU"),
        ("currency", "ngn"),
        ("created_at", "yesterday"),
        ("created_at", "2026-11-22T12:00:00"),
        ("payer_opened_at", "2026-13-22T12:00:00Z"),
    ],
)
def test_a_fault_is_named_where_it_is(member: str, value: Any) -> None:
    with pytest.raises(Refused, match="malformed_request") as refused:
        check_screenings([payment(), payment(**{member: value})])
    assert [error.pointer for error in refused.value.errors] == [f"/screenings/1/{member}"]


def test_a_batch_has_a_size() -> None:
    check_screenings([payment()] * MOST_SCREENINGS)
    with pytest.raises(Refused, match="malformed_request"):
        check_screenings([payment()] * (MOST_SCREENINGS + 1))
