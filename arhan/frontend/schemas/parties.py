"""Who has a part in an account, and businesses, as far as pages read them."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Party(msgspec.Struct, frozen=True):
    """Somebody's part in an account; `account_*` where it is one's own."""

    id: str
    account: str
    person: str
    name: str
    role: str
    state: str
    invited_at: datetime
    payment_limit: int | None = None
    account_number: str = ""
    account_name: str = ""
    currency: str = ""


class Owner(msgspec.Struct, frozen=True):
    """Who owns an account."""

    id: str
    name: str
    business: bool = False


class Parties(msgspec.Struct, frozen=True):
    """Everybody who has a part in an account, what the person who asks may do, and how many sign."""

    owner: Owner
    items: list[Party]
    permitted: list[str]
    role: str | None = None
    signatures: int = 1
    signatures_from: int = 0


class Business(msgspec.Struct, frozen=True):
    """A business and its application."""

    id: str
    registered_name: str
    registration_number: str
    product: str
    signatures: int
    state: str
    applied_by: str
    applied_at: datetime
    account: str | None = None
    reason: str = ""


class Approval(msgspec.Struct, frozen=True):
    """What one of those who sign said of a payment."""

    person: str
    name: str
    approved: bool
    decided_at: datetime
