"""How well a loan would be carried: a score with its reasons, for the person who decides. Pure.

It recommends; it never decides. Every point that was given or taken is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Recommendation = Literal["approve", "look", "reject"]

BASE = 500
APPROVE_FROM = 600
REJECT_BELOW = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the bank knows of the customer. Amounts are minor units of the loan's currency."""

    months_with_bank: int
    monthly_credits: int
    """Average of the last three months, without what the bank itself lent."""
    balance: int
    loans_repaid: int
    loans_under_way: int
    worst_days_late: int
    """Of any loan, now."""
    loans_written_off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the customer says of a month, in minor units."""

    income: int
    outgoings: int
    other_instalments: int


class Reason(NamedTuple):
    """One thing that speaks for the loan or against it."""

    code: str
    points: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is recommended, and why."""

    score: int
    recommendation: Recommendation
    reasons: tuple[Reason, ...]


def assess(*, instalment: int, amount: int, answers: Answers, history: History) -> Assessment:
    """Weigh the instalment against what is left in a month, and the customer's past with the bank."""
    reasons = (
        _burden(instalment, answers),
        _credits(instalment, answers, history),
        _acquaintance(history),
        _reserve(amount, history),
        _past(history),
        _present(history),
    )
    found = tuple(reason for reason in reasons if reason is not None)
    score = max(0, min(1000, BASE + sum(reason.points for reason in found)))
    return Assessment(score, _recommendation(score, found), found)


def _recommendation(score: int, reasons: tuple[Reason, ...]) -> Recommendation:
    if score < REJECT_BELOW or any(r.code in {"written_off_before", "cannot_be_afforded"} for r in reasons):
        return "reject"
    return "approve" if score >= APPROVE_FROM else "look"


def _burden(instalment: int, answers: Answers) -> Reason:
    """The instalment as a share of what is left of the income."""
    left = answers.income - answers.outgoings - answers.other_instalments
    if instalment > left:
        return Reason("cannot_be_afforded", -300, "The instalment is more than what is left in a month.")
    if 3 * instalment <= left:
        return Reason(
            "easily_afforded", 150, "The instalment is a third of what is left in a month, or less."
        )
    return Reason("afforded", 50, "The instalment fits into what is left in a month.")


def _credits(instalment: int, answers: Answers, history: History) -> Reason:
    """Whether money really comes in as it was said."""
    if 2 * history.monthly_credits >= answers.income:
        return Reason("income_seen", 100, "At least half of the stated income is seen on the accounts.")
    if history.monthly_credits >= instalment:
        return Reason("credits_cover", 0, "What comes in covers the instalment, not the stated income.")
    return Reason("income_not_seen", -100, "Little of the stated income is seen on the accounts.")


def _acquaintance(history: History) -> Reason:
    if history.months_with_bank >= 12:  # noqa: PLR2004 - a year
        return Reason("long_with_bank", 75, "A customer for a year or longer.")
    if history.months_with_bank >= 3:  # noqa: PLR2004 - a quarter
        return Reason("known_to_bank", 25, "A customer for three months or longer.")
    return Reason("new_to_bank", -50, "A customer for less than three months.")


def _reserve(amount: int, history: History) -> Reason | None:
    if 2 * history.balance >= amount:
        return Reason("reserve", 50, "The accounts hold half of the loan or more.")
    return None


def _past(history: History) -> Reason | None:
    if history.loans_written_off:
        return Reason("written_off_before", -400, "A loan had to be written off.")
    if history.loans_repaid:
        return Reason("repaid_before", 100, "A loan was repaid.")
    return None


def _present(history: History) -> Reason | None:
    if history.worst_days_late:
        days = history.worst_days_late
        return Reason("late_now", -200, f"A loan is {days} day{'s' if days > 1 else ''} late.")
    if history.loans_under_way:
        return Reason("other_loan", -50, "Another loan is under way.")
    return None
