"""Where mail goes: ARHAN_EMAIL_URL names a server, otherwise it stays in the mailbox table.

ARHAN_EMAIL_URL=smtp://user:password@mail.example:587?tls=1
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from arhan.identity.mailbox import BACKEND
from arhan.kernel.settings import ConfigurationError

SENDER = "Arhan <no-reply@arhan.example>"


def mail_settings() -> dict[str, Any]:
    """Django's mail settings."""
    sender = {"DEFAULT_FROM_EMAIL": os.environ.get("ARHAN_EMAIL_FROM", SENDER)}
    url = os.environ.get("ARHAN_EMAIL_URL", "")
    if not url:
        return sender | {"EMAIL_BACKEND": BACKEND}
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        msg = "ARHAN_EMAIL_URL must read smtp://user:password@host:port?tls=1."
        raise ConfigurationError(msg)
    return sender | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls", ["1"])[0] != "0",
        "EMAIL_TIMEOUT": 10,
    }
