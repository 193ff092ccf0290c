"""Payment as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentConfig(AppConfig):
    """Orders, batches and name enquiries."""

    name = "arhan.payment"
    label = "payment"
    default_auto_field = "django.db.models.BigAutoField"
