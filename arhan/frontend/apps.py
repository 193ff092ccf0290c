"""The frontend as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """Browser sessions and drafts of payments."""

    name = "arhan.frontend"
    label = "frontend"
    default_auto_field = "django.db.models.BigAutoField"
