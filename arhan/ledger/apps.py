"""The ledger service as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The journal and its seals."""

    name = "arhan.ledger"
    label = "ledger"
