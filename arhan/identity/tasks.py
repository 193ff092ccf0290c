"""Celery entry points of the identity service."""

from __future__ import annotations

import os

import django

from arhan.kernel import broker
from arhan.kernel.database import django_transaction
from arhan.kernel.events import hear

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.identity.settings"
django.setup()

from arhan.identity.service import letters, notices, sweeping  # noqa: E402 - models are loaded by then

app = broker.worker_app("identity")
inbox = hear(app, service="identity", begin=django_transaction, apply=notices.apply_events)


@broker.entry_point(app, "identity.deliver_letters")
def deliver_letters() -> None:
    """Send the letters whose time has come."""
    letters.deliver_due()


@broker.entry_point(app, "identity.sweep")
def sweep() -> None:
    """Throw away what has run out."""
    sweeping.sweep()
