"""The Django settings every service shares; a service's settings.py adds its few lines."""

from __future__ import annotations

from typing import Any

from arhan.kernel import logging, settings, tracing
from arhan.kernel.database import django_database


def django_settings(service: str, **overrides: Any) -> dict[str, Any]:
    """Settings of one service: its database, its app, and nothing a service does not need."""
    configuration = settings.load(service)
    logging.configure(service)
    tracing.configure(service)
    common: dict[str, Any] = {
        "SECRET_KEY": configuration.secret_key,
        "DEBUG": configuration.debug,
        "ALLOWED_HOSTS": list(configuration.allowed_hosts),
        "INSTALLED_APPS": ["arhan.kernel", f"arhan.{service}"],
        "MIDDLEWARE": ["arhan.kernel.office.RequestMiddleware"],
        "ROOT_URLCONF": f"arhan.{service}.urls",
        "DATABASES": {
            "default": django_database(configuration.database_url, application=f"{service}-office")
        },
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        "USE_I18N": False,
        "APPEND_SLASH": False,
        "LOGGING_CONFIG": None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 16 * 1024 * 1024,
        "SILENCED_SYSTEM_CHECKS": [],
    }
    return common | overrides
