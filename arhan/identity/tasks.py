"""Celery entry points of the identity service."""

from __future__ import annotations

import os

import django

from arhan.kernel import broker

os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.identity.settings"
django.setup()

app = broker.worker_app("identity")
