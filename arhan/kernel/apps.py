"""The kernel as a Django app: the tables every service has."""

from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Outbox, inbox and idempotency keys."""

    name = "arhan.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
