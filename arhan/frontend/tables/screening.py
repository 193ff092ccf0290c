"""Screening, closings and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.frontend.labels import (
    CASE_STATES,
    CLOSING_STATES,
    OUTCOMES,
    PAYMENT_KINDS,
    PRODUCT_KINDS,
    RULE_STATES,
    VERDICTS,
)
from arhan.frontend.tables.table import Column, Table, Word
from arhan.kernel.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Product
    from arhan.frontend.schemas.closing import Closing
    from arhan.frontend.schemas.screening import Case, Reason, Rule, StoppedPayment

WHY, KIND = Column("why", _("Why"), 30), Column("kind", _("Kind"))
AMOUNT, CURRENCY = Column("amount", _("Amount"), right=True), Column("currency", _("Currency"), 5)
PAYER, PAYMENT = Column("payer", _("Payer"), 16), Column("payment", _("Payment"), 16)
REFERENCE = Column("reference", _("Reference"), 16)
CASES = (Column("opened_at", _("Since"), 9), WHY, KIND, Column("status", _("State"), 8),
         Column("verdict", _("Decision"), 8), AMOUNT, CURRENCY, PAYER, PAYMENT, REFERENCE)  # fmt: skip
STOPPED = (Column("decided_at", _("When"), 9), Column("outcome", _("Outcome"), 8), WHY, KIND, AMOUNT, CURRENCY,
           PAYER, PAYMENT, Column("decided_by", _("Decided by"), 16))  # fmt: skip
RULES = (
    Column("rule", _("Rule"), 14),
    Column("version", _("Version"), 5, right=True),
    Column("says", _("What it says"), 24),
    Column("explanation", _("Explanation"), 36),
    Column("outcome", _("Outcome"), 8),
    Column("state", _("State"), 8),
)
CLOSINGS = (
    Column("date", _("Business date")),
    Column("state", _("State")),
    Column("started_at", _("Began")),
    Column("finished_at", _("Ended")),
    Column("started_by", _("Asked by"), 16),
    Column("failure", _("Failure"), 24),
)
PRODUCTS = (
    Column("code", _("Code")),
    Column("name", _("Product"), 16),
    KIND,
    CURRENCY,
    Column("interest_rate", _("Interest a year"), 8, right=True),
    Column("version", _("Version"), 6, right=True),
)


def cases(found: Iterable[Case]) -> Table:
    """Payments that wait, or waited, for a person."""
    rows = (
        (
            case.opened_at,
            _messages(case.reasons),
            Word.of(PAYMENT_KINDS, case.kind),
            Word.state(CASE_STATES, case.status),
            Word.of(VERDICTS, case.verdict),
            Money(case.amount, case.currency),
            case.currency,
            case.payer_customer,
            case.payment,
            case.id,
        )
        for case in found
    )
    return Table("reviews", _("Reviews"), CASES, rows)


def stopped(found: Iterable[StoppedPayment]) -> Table:
    """What the screening did not let go."""
    rows = (
        (
            stop.decided_at,
            Word.of(OUTCOMES, stop.outcome),
            _messages(stop.reasons),
            Word.of(PAYMENT_KINDS, stop.kind),
            Money(stop.amount, stop.currency),
            stop.currency,
            stop.payer_customer,
            stop.payment,
            stop.decided_by,
        )
        for stop in found
    )
    return Table("stopped-payments", _("Stopped payments"), STOPPED, rows)


def rules(found: Iterable[Rule]) -> Table:
    """What the screening looks at."""
    rows = [
        (
            rule.rule,
            rule.version,
            rule.message,
            rule.explanation,
            Word.of(OUTCOMES, rule.outcome),
            Word.state(RULE_STATES, rule.state),
        )
        for rule in found
    ]
    return Table("rules", _("Rules"), RULES, rows)


def closings(found: Iterable[Closing]) -> Table:
    """Closings, the latest day first."""
    rows = (
        (
            run.date,
            Word.state(CLOSING_STATES, run.state),
            run.started_at,
            run.finished_at,
            run.started_by,
            run.failure,
        )
        for run in found
    )
    return Table("closings", _("Closings"), CLOSINGS, rows)


def products(found: Iterable[Product]) -> Table:
    """What the bank offers."""
    rows = [
        (
            product.code,
            product.name,
            Word.of(PRODUCT_KINDS, product.kind),
            product.currency,
            str(product.interest_rate),
            product.version,
        )
        for product in found
    ]
    return Table("products", _("Products"), PRODUCTS, rows)


def _messages(reasons: Iterable[Reason]) -> str:
    return "; ".join(reason.message for reason in reasons)
