"""The bank's clock: which Celery task runs when. One beat process reads it.

Each entry names a task and the service whose worker runs it; every task is idempotent, so a tick
too many does nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from arhan.contracts.subscriptions import SUBSCRIPTIONS

CATCH_UP_EVERY_S = 5.0
SEAL_EVERY_S = 10.0
"""A receipt needs a seal: nobody waits for one longer than this."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A task that runs at an interval."""

    task: str
    service: str
    every_s: float


_SUBSCRIBERS = sorted({name for heard in SUBSCRIPTIONS.values() for name in heard})

TIMETABLE: tuple[Appointment, ...] = (
    *(Appointment(f"{name}.catch_up", name, CATCH_UP_EVERY_S) for name in _SUBSCRIBERS),
    Appointment("account.expire_holds", "account", 30.0),
    Appointment("account.raise_limits", "account", 30.0),
    Appointment("account.follow_up_loans", "account", 10.0),
    Appointment("account.collect_instalments", "account", 60.0),
    Appointment("account.pay_standing_orders", "account", 60.0),
    Appointment("account.close_business", "account", 10.0),
    Appointment("account.prepare_statements", "account", 5.0),
    Appointment("identity.deliver_letters", "identity", 3.0),
    Appointment("identity.sweep", "identity", 3600.0),
    Appointment("ledger.seal", "ledger", SEAL_EVERY_S),
)
