"""Fraud as a Django app, for its migrations."""

from __future__ import annotations

from django.apps import AppConfig


class FraudConfig(AppConfig):
    """Rules, decisions, histories, cases."""

    name = "arhan.fraud"
    label = "fraud"
    default_auto_field = "django.db.models.BigAutoField"
