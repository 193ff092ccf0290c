"""Whether something is what somebody looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.kernel.money import format_amount

if TYPE_CHECKING:
    from arhan.frontend.domain.activity import Line


def fits(query: str, *texts: str) -> bool:
    """Every word of the query is in one of the texts, whatever its case; nothing is in an empty query.

    Digits are compared without the spaces and commas people put between them.
    """
    words = query.casefold().split()
    heap = " ".join(texts).casefold()
    digits = query.replace(" ", "").replace(",", "")
    if digits.isdigit():
        return digits in heap.replace(" ", "").replace(",", "")
    return bool(words) and all(word in heap for word in words)


def is_in_line(query: str, line: Line) -> bool:
    """Whether a payment is meant: by name, number, words, reference or amount."""
    payment = line.payment
    amount = format_amount(payment.amount, payment.currency)
    return fits(
        query,
        line.counterparty,
        line.counterparty_number,
        payment.narration,
        payment.id,
        payment.kind,
        amount,
    )
