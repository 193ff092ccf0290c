"""A payment as one of its parties sees it: which way the money goes and who is on the other side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, tzinfo

    from arhan.frontend.schemas.payments import Payment

Direction = Literal["out", "in", "own"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the activity list."""

    payment: Payment
    direction: Direction
    counterparty: str
    counterparty_number: str

    @property
    def signed_amount(self) -> int:
        """Minor units, negative when money leaves."""
        return -self.payment.amount if self.direction == "out" else self.payment.amount

    @property
    def moved(self) -> bool:
        """Whether the money has really moved."""
        return self.payment.status == "completed"


def line(payment: Payment) -> Line:
    """The payment as the bank says this person sees it; a person may be on both sides."""
    if payment.payer_account and payment.payee_account and payment.kind == "transfer":
        return Line(payment, "own", payment.payee_name, payment.payee_number)
    if payment.direction == "in":
        return Line(payment, "in", payment.payer_name, payment.payer_number)
    return Line(payment, "out", payment.payee_name, payment.payee_number)


def by_day(lines: Iterable[Line], zone: tzinfo) -> list[tuple[date, list[Line]]]:
    """Rows gathered by day in the visitor's zone, in the order they come."""
    days: list[tuple[date, list[Line]]] = []
    for found in lines:
        when: datetime = found.payment.created_at
        at = when.astimezone(zone).date()
        if not days or days[-1][0] != at:
            days.append((at, []))
        days[-1][1].append(found)
    return days
