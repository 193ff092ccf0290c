"""The account service as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountConfig(AppConfig):
    """Accounts, balances, movements, holds and PINs."""

    name = "arhan.account"
    label = "account"
