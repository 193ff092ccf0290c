"""What pages ask the other five services: one function per question, one file per service.

A question knows whom to ask and what shape the answer has; service/asking.py puts it, with the
person's own token.
"""

from arhan.frontend.bank import (
    accounts,
    books,
    cards,
    closing,
    descriptions,
    kyc,
    lending,
    notices,
    oversight,
    parties,
    passkeys,
    payments,
    people,
    screening,
    standing_orders,
    statements,
    tickets,
)
from arhan.frontend.bank.question import Question

__all__ = [
    "Question",
    "accounts",
    "books",
    "cards",
    "closing",
    "descriptions",
    "kyc",
    "lending",
    "notices",
    "oversight",
    "parties",
    "passkeys",
    "payments",
    "people",
    "screening",
    "standing_orders",
    "statements",
    "tickets",
]
