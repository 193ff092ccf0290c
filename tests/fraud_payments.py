"""Payments to screen, in the words of a test: who pays whom how much."""

from __future__ import annotations

from typing import Any

import msgspec

from arhan.contracts.fraud import Screening
from arhan.kernel.ids import new_id

LONG_AGO = "2020-01-05T09:00:00Z"
NAIRA = 100
"""Minor units."""


def payment(payer: str = "ada", payee: str = "bola", naira: float = 100, **changes: Any) -> Screening:
    """`payment("ada", "bola", 100)`: Ada's account pays Bola's NGN 100.00."""
    told: dict[str, Any] = {
        "payment": new_id("pay"),
        "kind": "transfer",
        "payer_account": f"acc_{payer}",
        "payer_customer": f"usr_{payer}",
        "payee_account": f"acc_{payee}",
        "payee_customer": f"usr_{payee}",
        "amount": round(naira * NAIRA),
        "currency": "NGN",
        "created_at": "2026-11-22T12:00:00Z",
        "payer_opened_at": LONG_AGO,
        "tier": 3,
    }
    return Screening(**told | changes)


def as_json(screening: Screening) -> dict[str, Any]:
    """As payment sends it."""
    found: dict[str, Any] = msgspec.to_builtins(screening)
    return found


def somebody(name: str) -> str:
    """A name nobody else in this run has, so that tests share no history."""
    return f"{name}_{new_id('x')[-12:]}"
