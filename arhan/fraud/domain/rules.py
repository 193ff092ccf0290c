"""What a rule may look at, what it says when it is hit, and how a version of it comes into force.

A check is one question with thresholds; amounts are per currency, in minor units, and a check is hit
above its threshold, never at it. History is what was counted before this payment; each check adds the
payment itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from arhan.contracts.fraud import DecisionOutcome
from arhan.fraud.domain.history import MOST_PAYEES, WindowName, is_round, payee_fingerprint
from arhan.fraud.errors import RULE_STATE_CONFLICT, SECOND_PERSON_NEEDED, THRESHOLDS_INCOMPLETE
from arhan.kernel.errors import FieldError, Refused
from arhan.kernel.money import MAX_AMOUNT, MINOR_DIGITS, format_money

if TYPE_CHECKING:
    from arhan.contracts.fraud import Screening
    from arhan.fraud.domain.history import Bucket, PayerHistory

Amount = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Amounts = dict[str, Amount]
"""Minor units by currency; a rule has one for every currency of the bank."""
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
PayeeCount = Annotated[int, msgspec.Meta(ge=0, lt=MOST_PAYEES)]
Hours = Annotated[int, msgspec.Meta(ge=0, le=24 * 366)]

RuleState = Literal["draft", "shadow", "active", "retired"]

PROMOTIONS: tuple[tuple[RuleState, RuleState], ...] = (("draft", "shadow"), ("shadow", "active"))
"""How a version comes into force, each step by a second person; what it replaces is retired then."""

SEVERITY: dict[DecisionOutcome, int] = {"allow": 0, "step_up": 1, "review": 2, "decline": 3}

_HOUR_S = 3_600


@dataclass(slots=True)
class Facts:
    """All a check may look at: the payment, and what was known before it."""

    screening: Screening
    history: PayerHistory
    payee_paid_since: int | None
    """Unix seconds of the first payment from this payer to this payee that moved money."""
    account_opened_at: int | None
    """Unix seconds; None when payment could not tell."""
    at: int
    """Unix seconds."""
    card_history: PayerHistory | None = None
    """Attempts with the card that pays; None where none does."""
    _windows: dict[WindowName, Bucket] = field(default_factory=dict)
    _payees: int = 0

    def window(self, name: WindowName) -> Bucket:
        """What was counted in this window, added up once for all checks."""
        if (found := self._windows.get(name)) is None:
            found = self._windows[name] = self.history.within(name, at=self.at)
        return found

    def payees_in_hour(self) -> int:
        """Different payees of the last hour, this one with them."""
        if not self._payees:
            payee = payee_fingerprint(self.screening.payee_account)
            self._payees = self.history.payees_in_hour(payee, at=self.at)
        return self._payees


class Hit(msgspec.Struct, frozen=True):
    """What a check saw and what it allows, as people read it."""

    observed: str
    threshold: str


class AmountLimit(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="amount_limit",
):
    """One payment above this amount."""

    amounts: Amounts

    def hit(self, facts: Facts) -> Hit | None:
        """Compare this payment's amount."""
        return _above(facts, facts.screening.amount, self.amounts)


class VelocityCount(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="velocity_count",
):
    """More payments than this in a window; with `totalling`, only once they move more than that."""

    window: WindowName
    count: Count
    totalling: Amounts | None = None

    def hit(self, facts: Facts) -> Hit | None:
        """Count this payment with those of the window."""
        before = facts.window(self.window)
        observed = before.count + 1
        if observed <= self.count or _small(facts, before.total, self.totalling):
            return None
        return Hit(f"{observed} payments in {self.window}", f"{self.count} payments in {self.window}")


class VelocitySum(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="velocity_sum",
):
    """More money than this in a window."""

    window: WindowName
    amounts: Amounts

    def hit(self, facts: Facts) -> Hit | None:
        """Add this payment to those of the window."""
        before = facts.window(self.window)
        return _above(facts, before.total + facts.screening.amount, self.amounts, f" in {self.window}")


class NewPayee(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="new_payee"
):
    """More than this to somebody whose first payment from this payer is not that long ago."""

    amounts: Amounts
    new_for_h: Hours

    def hit(self, facts: Facts) -> Hit | None:
        """Compare the amount, unless the payee has been known long enough."""
        since = facts.payee_paid_since
        if since is not None and facts.at - since >= self.new_for_h * _HOUR_S:
            return None
        return _above(facts, facts.screening.amount, self.amounts, " to a new payee")


class YoungAccount(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="young_account",
):
    """More than this in a day from an account opened not that long ago."""

    amounts: Amounts
    young_for_h: Hours

    def hit(self, facts: Facts) -> Hit | None:
        """Compare the day's sum, unless the account is known to be old enough."""
        opened = facts.account_opened_at
        if opened is not None and facts.at - opened >= self.young_for_h * _HOUR_S:
            return None
        before = facts.window("24h")
        return _above(
            facts, before.total + facts.screening.amount, self.amounts, " in 24h from a new account"
        )


class RoundAmounts(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="round_amounts",
):
    """More round amounts than this in a window, and this payment is one of them."""

    window: WindowName
    count: Count

    def hit(self, facts: Facts) -> Hit | None:
        """Count this payment with the round ones of the window."""
        if not is_round(facts.screening.amount, facts.screening.currency):
            return None
        observed = facts.window(self.window).round_count + 1
        if observed <= self.count:
            return None
        what = f"round amounts in {self.window}"
        return Hit(f"{observed} {what}", f"{self.count} {what}")


class ManyPayees(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="many_payees"
):
    """More different payees than this in an hour; with `totalling`, only once they get more than that."""

    count: PayeeCount
    totalling: Amounts | None = None

    def hit(self, facts: Facts) -> Hit | None:
        """Count this payee with those of the last hour."""
        observed = facts.payees_in_hour()
        if observed <= self.count:
            return None
        if _small(facts, facts.window("1h").total, self.totalling):
            return None
        return Hit(f"{observed} payees in 1h", f"{self.count} payees in 1h")


class NewDevice(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="new_device"
):
    """More than this from a device that was first seen within the last day."""

    amounts: Amounts

    def hit(self, facts: Facts) -> Hit | None:
        """Compare the amount, if identity says that the device is new."""
        if not facts.screening.new_device:
            return None
        return _above(facts, facts.screening.amount, self.amounts, " from a new device")


class CardDeclined(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="card_declined",
):
    """More declined attempts than this with one card in a window: somebody tries numbers or codes."""

    window: WindowName
    count: Count

    def hit(self, facts: Facts) -> Hit | None:
        """Count what was declined before this attempt."""
        if facts.card_history is None:
            return None
        observed = facts.card_history.within(self.window, at=facts.at).declined
        what = f"declined with the card in {self.window}"
        return Hit(f"{observed} {what}", f"{self.count} {what}") if observed > self.count else None


class CardVelocity(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="type",
    tag="card_velocity",
):
    """More payments than this with one card in a window."""

    window: WindowName
    count: Count

    def hit(self, facts: Facts) -> Hit | None:
        """Count this payment with those of the window."""
        if facts.card_history is None:
            return None
        observed = facts.card_history.within(self.window, at=facts.at).count + 1
        what = f"payments with the card in {self.window}"
        return Hit(f"{observed} {what}", f"{self.count} {what}") if observed > self.count else None


Check = (
    AmountLimit
    | CardDeclined
    | CardVelocity
    | VelocityCount
    | VelocitySum
    | NewPayee
    | YoungAccount
    | RoundAmounts
    | ManyPayees
    | NewDevice
)


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a rule, as the live path needs it."""

    rule: str
    version: int
    outcome: DecisionOutcome
    """`allow` watches without consequence: the way to switch a rule off."""
    check: Check
    message: str
    """Safe to show to the customer."""


class RuleVersion(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a rule with its life so far, as staff see it."""

    id: str
    rule: str
    version: int
    state: RuleState
    outcome: DecisionOutcome
    check: Check
    message: str
    explanation: str
    """For analysts."""
    created_by: str
    created_at: datetime
    promoted_by: str
    promoted_at: datetime | None


def check_promotion(version: RuleVersion, to: RuleState, *, person: str) -> None:
    """Refused unless this person may take this version there now."""
    if (version.state, to) not in PROMOTIONS:
        raise Refused(RULE_STATE_CONFLICT, f"This version is {version.state} and cannot become {to} now.")
    if person == version.created_by:
        raise Refused(SECOND_PERSON_NEEDED, "You wrote this version; somebody else must promote it.")


def check_amounts(check: Check) -> None:
    """Refused unless every table of amounts covers the bank's currencies, each and no other."""
    errors = tuple(
        FieldError(f"/check/{name}", f"needs exactly {', '.join(MINOR_DIGITS)}")
        for name, amounts in amounts_of(check).items()
        if amounts.keys() != MINOR_DIGITS.keys()
    )
    if errors:
        raise Refused(THRESHOLDS_INCOMPLETE, errors=errors)


def _above(facts: Facts, observed: int, limits: Amounts, what: str = "") -> Hit | None:
    currency = facts.screening.currency
    limit = limits[currency]
    if observed <= limit:
        return None
    return Hit(format_money(observed, currency) + what, format_money(limit, currency) + what)


def _small(facts: Facts, before: int, floor: Amounts | None) -> bool:
    """Whether the payments counted, this one with them, move too little to matter."""
    if floor is None:
        return False
    return before + facts.screening.amount <= floor[facts.screening.currency]


def amounts_of(check: Check) -> dict[str, Amounts]:
    """The check's amounts by the member that holds them."""
    found = {name: getattr(check, name, None) for name in ("amounts", "totalling")}
    return {name: amounts for name, amounts in found.items() if amounts is not None}
