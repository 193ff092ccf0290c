"""URLs of the identity service."""

from __future__ import annotations

from django.urls import path

from arhan.identity.api import api

urlpatterns = [path("", api.urls)]
