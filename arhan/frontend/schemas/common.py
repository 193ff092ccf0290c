"""What all answers have in common; unknown members are let pass."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class Listed(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[T]
    next: str | None = None
