"""Who hears what: publisher -> subscriber -> event types. The relay and the feeds follow it."""

from __future__ import annotations

SUBSCRIPTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "account": {
        "ledger": ("account.movement.posted", "account.account.opened"),
        "identity": ("account.notice.raised", "account.account.status_changed"),
    },
    "payment": {
        "fraud": (
            "payment.order.completed",
            "payment.order.declined",
            "payment.order.review_required",
        ),
        "identity": (
            "payment.order.completed",
            "payment.order.declined",
            "payment.order.review_required",
            "payment.order.approval_required",
            "payment.order.approved",
            "payment.order.approval_lapsed",
            "payment.standing_order.missed",
        ),
    },
    "identity": {
        "account": ("identity.person.registered", "identity.person.changed"),
        "payment": ("identity.person.changed",),
    },
    "fraud": {
        "payment": ("fraud.case.resolved",),
    },
}


def publishers_heard_by(subscriber: str) -> tuple[str, ...]:
    """The publishers whose events this service hears."""
    return tuple(p for p, subscribers in SUBSCRIPTIONS.items() if subscriber in subscribers)
