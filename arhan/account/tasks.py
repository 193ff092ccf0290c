"""Celery entry points of the account service."""

from __future__ import annotations

import os

import django

from arhan.account.errors.cob import CLOSING_ELSEWHERE
from arhan.kernel import broker, settings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused
from arhan.kernel.events import hear

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.account.settings"
django.setup()

from arhan.account.service import (  # noqa: E402 - models must be loaded first
    cob,
    holds,
    lending,
    limits,
    loan_days,
    loan_payments,
    standing,
    standing_orders,
    statement_files,
)
from arhan.account.service.cob_steps import STEPS  # noqa: E402 - models must be loaded first
from arhan.account.service.posting import Writer  # noqa: E402 - models must be loaded first

app = broker.worker_app("account")
inbox = hear(app, service="account", begin=django_transaction, apply=standing.apply_people)

CLOSING_SLICE_S = 10.0
"""How long one tick closes before it lets the worker's other tasks have their turn."""
STATEMENTS_SLICE_S = 4.0
"""Likewise for statements."""


@broker.entry_point(app, "account.expire_holds", expires=60)
def expire_holds() -> None:
    """Give back what expired holds reserve."""
    with Writer(settings.load("account").database_url) as writer:
        holds.expire_holds(writer)


@broker.entry_point(app, "account.raise_limits", expires=30)
def raise_limits() -> None:
    """Let raised limits that have cooled off come into force."""
    limits.raise_cooled_off()


@broker.entry_point(app, "account.follow_up_loans", expires=10)
def follow_up_loans() -> None:
    """Ask again for payments of loans that stayed open."""
    loan_payments.follow_up()


@broker.entry_point(app, "account.collect_instalments", expires=60)
def collect_instalments() -> None:
    """Collect what is due of loans today."""
    loan_days.collect_due(lending.today(), longest_s=loan_days.LONGEST_RUN_S)


@broker.entry_point(app, "account.pay_standing_orders", expires=60)
def pay_standing_orders() -> None:
    """Have paid what standing orders have due today."""
    standing_orders.pay_for(lending.today(), longest_s=loan_days.LONGEST_RUN_S)


@broker.entry_point(app, "account.close_business", expires=10)
def close_business() -> None:
    """Close the days that are over, and those staff asked for; the next tick goes on."""
    try:
        cob.close_due(steps=STEPS, longest_s=CLOSING_SLICE_S)
    except Refused as refused:
        if refused.refusal is not CLOSING_ELSEWHERE:
            raise


@broker.entry_point(app, "account.prepare_statements", expires=5)
def prepare_statements() -> None:
    """Make statements that were asked for and are long; the next tick goes on."""
    statement_files.prepare(longest_s=STATEMENTS_SLICE_S)
