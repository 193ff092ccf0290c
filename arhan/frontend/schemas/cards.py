"""Answers of account about cards, as far as pages read them. Amounts in minor units."""

from __future__ import annotations

import msgspec


class CardLimit(msgspec.Struct, frozen=True):
    """No more than this much, or this often, in a window."""

    window: str
    amount: int | None = None
    count: int | None = None


class CardRules(msgspec.Struct, frozen=True):
    """What a card may do, as its owner or the bank has set it."""

    online: bool = True
    limits: list[CardLimit] = msgspec.field(default_factory=list)
    countries_allowed: list[str] | None = None

    def amount(self, window: str) -> int | None:
        """The limit of a window, if there is one."""
        return next((limit.amount for limit in self.limits if limit.window == window), None)


class CardSpent(msgspec.Struct, frozen=True):
    """What was authorised in a window and not given back."""

    window: str
    amount: int
    count: int


class Card(msgspec.Struct, frozen=True):
    """A card; its number is not among what pages know."""

    id: str
    account: str
    currency: str
    type: str
    variant: str
    bin: str
    last4: str
    expiry: str
    name: str
    status: str
    reason: str
    pin_status: str
    controls: CardRules
    bank_controls: CardRules
    spent: list[CardSpent]
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is closed for good."""
        return self.status == "closed"


class RevealedCard(msgspec.Struct, frozen=True):
    """What is printed on a card; shown once, kept nowhere."""

    number: str
    expiry: str
    cvv: str
    name: str

    def __repr__(self) -> str:
        """Nothing of it belongs into a log."""
        return "RevealedCard(...)"

    @property
    def in_fours(self) -> str:
        """As people read it out."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))
