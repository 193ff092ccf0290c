"""From fraud's decision to what happens to the order, and what to do when fraud does not answer.

Fails closed: without an answer nothing is cleared. A known payee and a small amount ask the payer
to confirm; everything else waits for a person (reference: Stripe Radar's and Marble's fallbacks
let payments through here; ours does not).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

from arhan.payment.domain.orders import Order, happen

if TYPE_CHECKING:
    from arhan.contracts.fraud import Decision, DecisionOutcome
    from arhan.payment.domain.states import Happening

PATIENCE = timedelta(seconds=2)
"""How long a payer is kept waiting for fraud's answer before the local policy decides."""
CONFIRMATION_TIME = timedelta(minutes=15)
"""How long an order waits for its payer to confirm."""
UNATTENDED_CONFIRMATION_TIME = timedelta(days=1)
"""The same where nobody sits and waits: a standing order's payer reads of it later."""
SMALL_AMOUNT = {"NGN": 500_000, "USD": 325, "EUR": 300, "GBP": 250, "JPY": 500, "KWD": 1_000}
"""Up to here, in minor units, a payment to a known payee needs only its payer's confirmation; in a currency
that is not named none does. About NGN 5,000 at the round rates of tier_limits.toml."""

ATTENDED_KINDS = frozenset({"transfer", "deposit", "refund", "card_payment"})
"""Kinds somebody waits for; the others stay as they are until fraud answers."""

SILENCE = "We could not check this payment just now."
LARGE = "A payment as large as this is confirmed by its payer."

_HAPPENING: dict[DecisionOutcome, Happening] = {
    "allow": "cleared",
    "step_up": "challenged",
    "review": "referred",
    "decline": "rejected",
}
_CODE: dict[DecisionOutcome, str] = {
    "allow": "",
    "step_up": "confirmation_required",
    "review": "under_review",
    "decline": "declined_by_screening",
}


def screened(order: Order, decision: Decision, *, at: datetime) -> Order:
    """The order after fraud's decision."""
    reasons = [reason.message for reason in decision.reasons]
    outcome = decision.outcome
    if outcome == "allow" and order.circumstances.to_confirm:
        outcome, reasons = "step_up", [LARGE]
    if outcome == "step_up" and order.is_signed:  # who signed it last confirmed exactly this payment
        outcome, reasons = "allow", []
    decided = _apply(order, outcome, at=at, reasons=reasons)
    return msgspec.structs.replace(decided, decision=decision.id, outcome=decision.outcome)


def screened_locally(order: Order, *, known_payee: bool, at: datetime) -> Order:
    """The order when fraud did not answer in time: never cleared."""
    outcome: Literal["step_up", "review"] = "review"
    if order.kind == "transfer" and known_payee and order.amount <= SMALL_AMOUNT.get(order.currency, 0):
        outcome = "step_up"
    decided = _apply(order, outcome, at=at, reasons=[SILENCE])
    return msgspec.structs.replace(decided, outcome=outcome)


def _apply(order: Order, outcome: DecisionOutcome, *, at: datetime, reasons: list[str]) -> Order:
    return happen(
        order,
        _HAPPENING[outcome],
        at=at,
        code=_CODE[outcome],
        reasons=reasons,
        due_at=at + confirmation_time(order) if outcome == "step_up" else None,
    )


def confirmation_time(order: Order) -> timedelta:
    """How long this order would wait for its payer."""
    return CONFIRMATION_TIME if order.kind in ATTENDED_KINDS else UNATTENDED_CONFIRMATION_TIME
