"""The identity service as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """People, credentials, sessions and keys."""

    name = "arhan.identity"
    label = "identity"

    def ready(self) -> None:
        """Verify our own tokens with the keys in our own database."""
        from arhan.identity.service import keys  # noqa: PLC0415 - models must be loaded first
        from arhan.kernel import http  # noqa: PLC0415 - models must be loaded first

        http.use_own_keys("identity", keys.published)
