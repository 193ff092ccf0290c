"""Celery entry points of fraud: it hears what became of payments."""

from __future__ import annotations

from arhan.fraud.service.outcomes import record_outcomes
from arhan.fraud.store.connections import Office
from arhan.kernel import broker, events, settings

app = broker.worker_app("fraud")
office = Office(settings.load("fraud").database_url)
events.hear(app, service="fraud", begin=office.begin, apply=record_outcomes)
