"""Refusals: requests the bank understood and says no to, with a code a program can act on.

Each service closes its list in its own errors.py; here are the ones every service shares.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refusal:
    """One way the bank says no."""

    code: str
    status: int
    title: str
    retryable: bool = False
    """Whether the very same request may succeed later without the caller changing anything."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One offending member of the request: RFC 6901 pointer and a sentence."""

    pointer: str
    message: str


@dataclass(eq=False)
class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Raised to answer a request with a refusal; whatever the transaction did is undone."""

    refusal: Refusal
    detail: str = ""
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Code and detail, for logs."""
        return f"{self.refusal.code}: {self.detail or self.refusal.title}"


MALFORMED = Refusal("malformed_request", 400, "The request is not well formed.")
IDEMPOTENCY_KEY_MISSING = Refusal(
    "idempotency_key_missing", 400, "This request needs an Idempotency-Key header."
)
UNAUTHENTICATED = Refusal("not_authenticated", 401, "Sign in to do this.")
NOT_PERMITTED = Refusal("not_permitted", 403, "You may not do this.")
SECOND_FACTOR_REQUIRED = Refusal(
    "second_factor_required", 403, "Staff sign in with a second factor before they do anything."
)
NOT_FOUND = Refusal("not_found", 404, "There is no such thing, or it is not yours.")
METHOD_NOT_ALLOWED = Refusal("method_not_allowed", 405, "This path does not answer that method.")
IDEMPOTENCY_IN_PROGRESS = Refusal(
    "idempotency_in_progress", 409, "The first request with this key still runs.", retryable=True
)
STALE = Refusal("precondition_failed", 412, "Somebody changed it since you read it.")
PAYLOAD_TOO_LARGE = Refusal("payload_too_large", 413, "The request body is too large.")
IDEMPOTENCY_KEY_REUSED = Refusal(
    "idempotency_key_reused", 422, "This key was used with another request body."
)
RATE_LIMITED = Refusal("rate_limited", 429, "Too many requests; slow down.", retryable=True)
INTERNAL = Refusal("internal_error", 500, "Something broke on our side; nothing was lost.", retryable=True)
UNAVAILABLE = Refusal(
    "service_unavailable", 503, "A part of the bank does not answer just now.", retryable=True
)
NO_ANSWER = Refusal(
    "no_answer", 504, "The answer did not come in time; what you asked for may still happen.", retryable=True
)


def not_found(what: str) -> Refused:
    """Absent or somebody else's: the caller cannot tell which."""
    return Refused(NOT_FOUND, f"There is no such {what}.")


def malformed(pointer: str, message: str) -> Refused:
    """One member of the request has the wrong form."""
    return Refused(MALFORMED, message, errors=(FieldError(pointer, message),))
