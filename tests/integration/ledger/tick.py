"""Sends the ledger's catch-up task once, as the bank's clock does: python -m tests.integration.ledger.tick."""

from __future__ import annotations

import os

from arhan.kernel import broker

if __name__ == "__main__":
    app = broker.make_app("beat", os.environ["CELERY_BROKER_URL"])
    app.send_task(broker.catch_up_task("ledger"), queue="arhan.ledger")
