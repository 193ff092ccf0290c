"""RFC 9457 problem documents: the one shape in which the bank says no over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.kernel import logging, metrics

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arhan.kernel.errors import Refused

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://arhan.example/problems/"

SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "code", "retryable", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "retryable": {"type": "boolean"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
"""JSON schema of a problem, for the OpenAPI documents."""

STATUSES = {
    400: "Malformed",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Absent, or not yours",
    405: "Method not allowed",
    409: "Conflicts with the state of things",
    412: "Changed since you read it",
    413: "Too large",
    414: "The address is too long",
    422: "Understood and refused",
    423: "Locked for now",
    429: "Slow down",
    503: "A part of the bank does not answer",
}
"""Statuses any route may answer with a problem."""


def document(refused: Refused) -> dict[str, Any]:
    """The problem document of a refusal, bound to the request being answered."""
    refusal = refused.refusal
    metrics.refused(refusal.code)
    problem: dict[str, Any] = {
        "type": TYPE_BASE + refusal.code,
        "title": refusal.title,
        "status": refusal.status,
        "detail": refused.detail or refusal.title,
        "code": refusal.code,
        "retryable": refusal.retryable,
        "request_id": logging.request_id(),
    }
    if refused.errors:
        problem["errors"] = [{"pointer": e.pointer, "message": e.message} for e in refused.errors]
    return problem | refused.extra


def encode(refused: Refused) -> bytes:
    """The problem document as bytes."""
    return msgspec.json.encode(document(refused))


def headers(refused: Refused) -> dict[str, str]:
    """Headers that go with the problem: how to authenticate, when to try again."""
    found = dict(refused.headers)
    status = refused.refusal.status
    if status == 401:  # noqa: PLR2004 - RFC 9110 section 11.6.1
        found.setdefault("WWW-Authenticate", 'Bearer realm="arhan"')
    if status in {429, 503}:
        found.setdefault("Retry-After", "1")
    return found


def pointer(path: Sequence[int | str]) -> str:
    """RFC 6901 pointer of a place in a document: ("items", 3, "amount") -> `/items/3/amount`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def openapi_responses(*statuses: int) -> dict[str, Any]:
    """The `responses` part of an OpenAPI operation for these problem statuses."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": STATUSES[status], "content": content} for status in statuses}
