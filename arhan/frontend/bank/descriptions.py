"""What each service says of itself."""

from __future__ import annotations

from typing import Any

from arhan.frontend.bank.question import Question, get


def openapi(service: str) -> Question[dict[str, Any]]:
    """The service's own OpenAPI document."""
    return Question(get(service, "/openapi.json"), dict[str, Any])
