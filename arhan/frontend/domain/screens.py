"""Which screens there are, and who sees which."""

from __future__ import annotations

from dataclasses import dataclass

EVERYONE_ON_STAFF = frozenset({"teller", "support", "loan_officer", "risk", "auditor", "admin"})


@dataclass(frozen=True, slots=True)
class Screen:
    """An entry of the navigation."""

    name: str
    """Name of its route; its label is in labels.py."""
    icon: str
    roles: frozenset[str] = frozenset()
    on_phone: bool = True
    """Whether it has a place in the bar at the bottom of a phone."""


CUSTOMER: tuple[Screen, ...] = (
    Screen("dashboard", "home"),
    Screen("accounts", "wallet"),
    Screen("send", "send"),
    Screen("transactions", "arrows-exchange"),
    Screen("cards", "credit-card", on_phone=False),
    Screen("loans", "cash", on_phone=False),
    Screen("insights", "chart-bar", on_phone=False),
    Screen("notifications", "bell", on_phone=False),
    Screen("activity", "history", on_phone=False),
    Screen("tickets", "headset", on_phone=False),
    Screen("profile", "user-circle"),
)

STAFF: tuple[Screen, ...] = (
    Screen("staff", "layout-dashboard", EVERYONE_ON_STAFF),
    Screen("deposit", "cash-banknote", frozenset({"teller"})),
    Screen("people", "users", EVERYONE_ON_STAFF),
    Screen("staff-payments", "arrows-exchange", EVERYONE_ON_STAFF - {"loan_officer"}),
    Screen("staff-cards", "credit-card", EVERYONE_ON_STAFF - {"loan_officer"}, on_phone=False),
    Screen("staff-loans", "cash", frozenset({"loan_officer", "auditor", "admin"})),
    Screen("ticket-queue", "ticket", EVERYONE_ON_STAFF, on_phone=False),
    Screen("kyc-queue", "id", frozenset({"support", "risk"})),
    Screen("cases", "shield-check", frozenset({"risk", "auditor"})),
    Screen("stopped", "shield-lock", frozenset({"risk", "auditor"}), on_phone=False),
    Screen("rules", "adjustments-horizontal", frozenset({"risk", "auditor"}), on_phone=False),
    Screen("trial-balance", "scale", frozenset({"auditor", "admin"})),
    Screen("general-ledger", "books", frozenset({"auditor", "admin"}), on_phone=False),
    Screen("journal", "book-2", frozenset({"auditor", "admin"}), on_phone=False),
    Screen("products", "pig-money", EVERYONE_ON_STAFF, on_phone=False),
    Screen("businesses", "wallet", EVERYONE_ON_STAFF, on_phone=False),
    Screen("closing", "calendar", EVERYONE_ON_STAFF, on_phone=False),
    Screen("proposals", "user-check", EVERYONE_ON_STAFF, on_phone=False),
    Screen("audit", "fingerprint", frozenset({"auditor", "admin"}), on_phone=False),
    Screen("team", "user-plus", frozenset({"admin"}), on_phone=False),
    Screen("mailbox", "mail", EVERYONE_ON_STAFF, on_phone=False),
    Screen("health", "server", EVERYONE_ON_STAFF, on_phone=False),
    Screen("profile", "user-circle", EVERYONE_ON_STAFF),
)


PARENTS: dict[str, str] = {
    "account": "accounts",
    "account-people": "accounts",
    "invite-party": "accounts",
    "account-signatures": "accounts",
    "shared": "accounts",
    "apply-for-business": "accounts",
    "join": "accounts",
    "sign-payment": "transactions",
    "business": "businesses",
    "staff-account-people": "people",
    "open-account": "accounts",
    "confirm-transfer": "send",
    "transfer-result": "send",
    "beneficiaries": "send",
    "standing-orders": "send",
    "new-standing-order": "send",
    "standing-order": "send",
    "confirm-standing-order": "send",
    "freeze-account": "accounts",
    "statements": "accounts",
    "close-account": "accounts",
    "payment": "transactions",
    "confirm-payment": "transactions",
    "refund": "transactions",
    "change-pin": "accounts",
    "notification-preferences": "notifications",
    "logins": "profile",
    "password": "profile",
    "second-factor": "profile",
    "remove-second-factor": "profile",
    "limits": "accounts",
    "receipt": "transactions",
    "open-ticket": "tickets",
    "ticket": "tickets",
    "open-deposit": "accounts",
    "open-pot": "accounts",
    "product": "products",
    "request-card": "cards",
    "card": "cards",
    "reveal-card": "cards",
    "card-pin": "cards",
    "card-rules": "cards",
    "replace-card": "cards",
    "staff-card": "staff-cards",
    "loan": "loans",
    "loan-calculator": "loans",
    "apply-for-loan": "loans",
    "repay-loan": "loans",
    "staff-loan": "staff-loans",
    "kyc": "profile",
    "verify-phone": "profile",
    "register-customer": "people",
    "kyc-review": "kyc-queue",
    "person": "people",
    "staff-payment": "staff-payments",
    "staff-receipt": "staff-payments",
    "case": "cases",
    "proposal": "proposals",
    "journal-entry": "journal",
    "confirm-deposit": "deposit",
    "deposit-receipt": "deposit",
}
"""Routes without an entry of their own -> the entry that is lit while they are shown."""


def current_screen(route: str) -> str:
    """The entry of the navigation that a route belongs to."""
    return PARENTS.get(route, route)


def customer_screens() -> tuple[Screen, ...]:
    """What a customer's navigation shows."""
    return CUSTOMER


def staff_screens(role: str) -> tuple[Screen, ...]:
    """What the navigation of this role shows."""
    return tuple(screen for screen in STAFF if role in screen.roles)
