"""Celery entry points of the account service."""

from __future__ import annotations

import os

import django

from arhan.kernel import broker, settings

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.account.settings"
django.setup()

from arhan.account.service import holds  # noqa: E402 - models must be loaded first
from arhan.account.service.posting import Writer  # noqa: E402 - models must be loaded first

app = broker.worker_app("account")


@broker.entry_point(app, "account.expire_holds", expires=60)
def expire_holds() -> None:
    """Give back what expired holds reserve."""
    with Writer(settings.load("account").database_url) as writer:
        holds.expire_holds(writer)
