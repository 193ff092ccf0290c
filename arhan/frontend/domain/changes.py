"""What a proposal changes: a document as it is beside the document as it would be, member by member. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Change:
    """One member: how it is and how it would be; empty where it is not."""

    name: str
    before: str
    after: str

    @property
    def is_one(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every member of either document, in the order of the later one; nested ones by their path."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    names = [*new, *(name for name in old if name not in new)]
    return [Change(name, old.get(name, ""), new.get(name, "")) for name in names]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Only what differs."""
    return [change for change in compare(before, after) if change.is_one]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple) and value:
        for number, member in enumerate(value, start=1):
            yield from _leaves(member, f"{path} {number}".strip())
    elif path:
        yield path, _written(value)


def _written(value: Any) -> str:
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
