"""Decisions that stopped a payment, read back; most payments are allowed and are not among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.fraud import Reason
from arhan.fraud.domain.cases import StoppedPayment

if TYPE_CHECKING:
    from psycopg import Cursor

_COLUMNS = (
    "id, payment, outcome, payer_customer, payer_account, payee_customer, payee_account, amount, currency,"
    " kind, reasons::text, decided_at, decided_by"
)
_REASONS_AT = StoppedPayment.__struct_fields__.index("reasons")

_decode_reasons = msgspec.json.Decoder(list[Reason]).decode


def list_stopped(
    cursor: Cursor[Any], *, customer: str, outcome: str, after: str, limit: int
) -> list[StoppedPayment]:
    """Newest first; of one payer and one outcome, or of any. Reads only the partial indexes."""
    conditions = {"payer_customer = %(customer)s": customer, "outcome = %(outcome)s": outcome}
    conditions |= {"id < %(after)s": after}
    chosen = "".join(f" AND {condition}" for condition, value in conditions.items() if value)
    cursor.execute(
        f"SELECT {_COLUMNS} FROM decision WHERE NOT outcome = 'allow'{chosen}"  # noqa: S608 - our own words
        " ORDER BY id DESC LIMIT %(limit)s",
        {"customer": customer, "outcome": outcome, "after": after, "limit": limit},
    )
    return [_stopped(row) for row in cursor.fetchall()]


def _stopped(row: tuple[Any, ...]) -> StoppedPayment:
    found = dict(zip(StoppedPayment.__struct_fields__, row, strict=True))
    return StoppedPayment(**found | {"reasons": _decode_reasons(row[_REASONS_AT])})
