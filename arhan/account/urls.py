"""URLs of the account service."""

from __future__ import annotations

from django.urls import path

from arhan.account.api import api

urlpatterns = [path("", api.urls)]
