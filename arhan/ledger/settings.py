"""Django settings of the ledger service."""

from __future__ import annotations

from arhan.kernel.django_settings import django_settings

globals().update(django_settings("ledger"))
