"""URLs of the payment service."""

from __future__ import annotations

from django.urls import path

from arhan.payment.api import api

urlpatterns = [path("", api.urls)]
