"""URLs of the ledger service."""

from __future__ import annotations

from django.urls import path

from arhan.ledger.api import api

urlpatterns = [path("", api.urls)]
