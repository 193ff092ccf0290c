"""Celery entry points of the ledger: hear what account posted, seal the journal."""

from __future__ import annotations

import os

import django

from arhan.kernel import broker, events, logging
from arhan.kernel.database import django_transaction

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.ledger.settings"
django.setup()

from arhan.ledger.service import journal, seals  # noqa: E402 - models can be used from here on

log = logging.get_logger(__name__)

app = broker.worker_app("ledger")
inbox = events.hear(app, service="ledger", begin=django_transaction, apply=journal.write_down)


@broker.entry_point(app, "ledger.seal")
def seal() -> None:
    """Seal what is new in the journal."""
    size = seals.seal_journal()
    if size is not None:
        log.info("journal_sealed", size=size)
