"""A question to a sibling: the call, and the shape of its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from arhan.kernel.http import Call

T = TypeVar("T")

PAYING_DEADLINE_S = 20.0
"""A payment is worth waiting for; after this the page says that it is being found out."""
HASHING_DEADLINE_S = 15.0
"""Passwords and PINs are hashed slowly on purpose."""
WRITING_DEADLINE_S = 8.0


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A call and the shape of its answer."""

    call: Call
    shape: type[T]


def get(callee: str, path: str, **params: str | int) -> Call:
    """A query; empty parameters are left out."""
    return Call(callee=callee, path=path, params={n: value for n, value in params.items() if value != ""})


def post(
    callee: str, path: str, body: object = None, *, key: str = "", deadline_s: float = WRITING_DEADLINE_S
) -> Call:
    """A command; `key` is its idempotency key."""
    return Call(
        callee=callee, path=path, method="POST", body=body, idempotency_key=key, deadline_s=deadline_s
    )


def put(callee: str, path: str, body: object) -> Call:
    """A resource as it is to be."""
    return Call(callee=callee, path=path, method="PUT", body=body, deadline_s=WRITING_DEADLINE_S)


def patch(callee: str, path: str, body: object) -> Call:
    """A part of a resource as it is to be."""
    return Call(callee=callee, path=path, method="PATCH", body=body, deadline_s=WRITING_DEADLINE_S)


def delete(callee: str, path: str) -> Call:
    """The end of a resource."""
    return Call(callee=callee, path=path, method="DELETE", deadline_s=WRITING_DEADLINE_S)
