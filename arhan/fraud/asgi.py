"""What the server loads."""

from __future__ import annotations

from arhan.fraud.api.application import build

application = build()
