"""Where a notice leads, and which picture stands beside it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The page a kind of notice leads to."""

    route: str
    icon: str
    has_subject: bool = True
    """Whether the page is about the very thing the notice names."""


PLACES: dict[str, Place] = {
    "money_received": Place("payment", "arrow-down-left"),
    "cash_deposited": Place("payment", "cash-banknote"),
    "refund_received": Place("payment", "arrow-back-up"),
    "money_sent": Place("payment", "arrow-up-right"),
    "refund_sent": Place("payment", "arrow-back-up"),
    "standing_order_paid": Place("payment", "calendar-repeat"),
    "payment_declined": Place("payment", "circle-x"),
    "payment_in_review": Place("payment", "clock-hour-4"),
    "card_used": Place("payment", "credit-card"),
    "card_declined": Place("payment", "credit-card"),
    "account_changed": Place("account", "wallet"),
    "new_device": Place("logins", "device-desktop", has_subject=False),
    "tier_granted": Place("kyc", "id", has_subject=False),
    "tier_refused": Place("kyc", "id", has_subject=False),
    "loan_offered": Place("loan", "cash"),
    "loan_rejected": Place("loan", "cash"),
    "loan_paid_out": Place("payment", "cash"),
    "loan_repaid": Place("loan", "circle-check"),
    "instalment_due": Place("loan", "calendar"),
    "instalment_paid": Place("payment", "cash"),
    "instalment_missed": Place("payment", "alert-triangle"),
    "ticket_answered": Place("ticket", "headset"),
    "ticket_resolved": Place("ticket", "headset"),
    "statement_ready": Place("statement-notice", "file-text"),
    "standing_order_failed": Place("standing-orders", "calendar-repeat", has_subject=False),
    "approval_wanted": Place("payment", "user-check"),
    "payment_approved": Place("payment", "user-check"),
    "payment_not_approved": Place("payment", "circle-x"),
    "account_invitation": Place("join", "users"),
}
HOME = Place("notifications", "bell", has_subject=False)
"""Where a kind leads that a newer service invented."""


def place_of(kind: str) -> Place:
    """Where this kind of notice leads."""
    return PLACES.get(kind, HOME)
