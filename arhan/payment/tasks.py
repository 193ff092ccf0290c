"""Celery entry points of the payment service: it hears what staff decided about payments in review."""

from __future__ import annotations

import os

import django

from arhan.kernel import broker
from arhan.kernel.database import django_transaction
from arhan.kernel.events import hear

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.payment.settings"
django.setup()

from arhan.payment.service.decisions import apply_case_resolutions  # noqa: E402 - Django must be set up

app = broker.worker_app("payment")
inbox = hear(app, service="payment", begin=django_transaction, apply=apply_case_resolutions)
