"""The identity service as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """People, credentials, sessions and keys."""

    name = "arhan.identity"
    label = "identity"

    def ready(self) -> None:
        """Verify our own tokens with the keys and revocations in our own database."""
        from arhan.identity.service import keys, revocations  # noqa: PLC0415 - models must be loaded first
        from arhan.kernel import http  # noqa: PLC0415 - models must be loaded first

        http.use_own_source("identity", http.TrustSource(keys.published, revocations.list_news))
