"""Django settings with every service's models at once: for the type checker, never for a process."""

from __future__ import annotations

from pathlib import Path

from arhan import topology

PACKAGE = Path(__file__).parents[1] / "arhan"

SECRET_KEY = "for the type checker"
INSTALLED_APPS = [
    "arhan.kernel",
    *(s.package for s in topology.SERVICES if (PACKAGE / s.name / "apps.py").exists()),
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

# what the portal adds to Django's own (arhan/frontend/settings.py)
ON_TLS = False
SESSION_COOKIE = "arhan-session"
DEVICE_COOKIE = "arhan-device"
