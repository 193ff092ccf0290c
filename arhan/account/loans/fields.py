"""Reading members of a JSON object, gathering what is wrong with each instead of stopping at the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn, TypeVar

from arhan.account.loans import refusals
from arhan.kernel.errors import FieldError, Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MAX_DECIMALS = 10
MAX_DIGITS = 30


@dataclass(eq=False)
class Violation(Exception):  # noqa: N818 - becomes part of a refusal
    """One member that cannot be read, and why."""

    refusal: Refusal
    pointer: str
    message: str


class Violations:
    """What is wrong with a request, in the order it was found."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.found: list[Violation] = []

    def add(self, refusal: Refusal, pointer: str, message: str) -> None:
        """One more."""
        self.found.append(Violation(refusal, pointer, message))

    def refuse(self) -> NoReturn:
        """Answer the request with all of them, under the code of the first."""
        first = self.found[0]
        errors = tuple(FieldError(v.pointer, v.message) for v in self.found)
        raise Refused(first.refusal, f"{first.pointer or '/'} {first.message}", errors)


class Fields:
    """The members of one JSON object."""

    def __init__(self, given: object, pointer: str, violations: Violations) -> None:
        """Members that are null count as not given."""
        self.pointer = pointer
        self.violations = violations
        self._known: set[str] = set()
        self._is_object = isinstance(given, dict)
        self._given: Mapping[str, object] = {}
        if isinstance(given, dict):
            self._given = {name: value for name, value in given.items() if value is not None}
        else:
            violations.add(refusals.FIELD_MALFORMED, pointer, "must be an object")

    def at(self, name: str) -> str:
        """RFC 6901 pointer to a member."""
        return f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"

    def given(self, name: str) -> bool:
        """Whether the member is there."""
        return name in self._given

    def take(self, name: str, read: Callable[[object], Value], default: Value | None = None) -> Value | None:
        """The member as `read` understands it; None, and one more violation, where it does not."""
        self._known.add(name)
        if name not in self._given:
            if default is None and self._is_object:
                self.violations.add(refusals.FIELD_MISSING, self.at(name), "is needed")
            return default
        return self._read(name, read)

    def take_if_given(self, name: str, read: Callable[[object], Value]) -> Value | None:
        """The member, where it is given."""
        self._known.add(name)
        return self._read(name, read) if name in self._given else None

    def take_list(self, name: str, at_most: int) -> list[Fields]:
        """The objects of a list; none where it is not given."""
        self._known.add(name)
        listed = self._given.get(name, [])
        if not isinstance(listed, list):
            self.violations.add(refusals.FIELD_MALFORMED, self.at(name), "must be a list")
            return []
        if len(listed) > at_most:
            self.violations.add(refusals.COUNT_OUT_OF_BOUNDS, self.at(name), f"must be {at_most} or fewer")
            return []
        return [
            Fields(item, f"{self.at(name)}/{index}", self.violations) for index, item in enumerate(listed)
        ]

    def take_object(self, name: str, *, needed: bool = False) -> Fields:
        """The object in a member; an empty one where it is not given."""
        self._known.add(name)
        if needed and name not in self._given:
            self.violations.add(refusals.FIELD_MISSING, self.at(name), "is needed")
        return Fields(self._given.get(name, {}), self.at(name), self.violations)

    def refuse_unknown(self) -> None:
        """A misspelt member must not pass for one that was left out."""
        for name in self._given:
            if name not in self._known:
                self.violations.add(refusals.FIELD_UNKNOWN, self.at(str(name)), "is not known")

    def _read(self, name: str, read: Callable[[object], Value]) -> Value | None:
        try:
            return read(self._given[name])
        except Violation as wrong:
            self.violations.add(wrong.refusal, self.at(name), wrong.message)
            return None


def malformed(message: str) -> Violation:
    """The member is not of the right form."""
    return Violation(refusals.FIELD_MALFORMED, "", message)


def whole_number(
    least: int, most: int, refusal: Refusal = refusals.COUNT_OUT_OF_BOUNDS
) -> Callable[[object], int]:
    """A reader of whole numbers within bounds."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            message = "must be a whole number"
            raise malformed(message)
        if not least <= value <= most:
            raise Violation(refusal, "", f"must be from {least} to {most}")
        return value

    return read


def decimal(least: int, most: int, *, below: bool = False) -> Callable[[object], Decimal]:
    """A reader of exact decimals within bounds, given as a number or as its digits in a string."""

    def read(value: object) -> Decimal:
        number = _decimal(value)
        if not least <= number <= most or (below and number == most):
            bounds = f"from {least} to {'less than ' if below else ''}{most}"
            raise Violation(refusals.RATE_OUT_OF_BOUNDS, "", f"must be {bounds}")
        exponent = number.as_tuple().exponent
        if (
            len(number.as_tuple().digits) > MAX_DIGITS
            or not isinstance(exponent, int)
            or -exponent > MAX_DECIMALS
        ):
            raise Violation(refusals.RATE_OUT_OF_BOUNDS, "", f"may have {MAX_DECIMALS} decimals at most")
        return number

    return read


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        message = "must be a number"
        raise malformed(message)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        message = "must be a number"
        raise malformed(message) from None
    if not number.is_finite():
        message = "must be a finite number"
        raise malformed(message)
    return number


def day(least: date, most: date) -> Callable[[object], date]:
    """A reader of ISO 8601 dates within bounds."""

    def read(value: object) -> date:
        if not isinstance(value, str) or not ISO_DATE.fullmatch(value):
            message = "must be a date, YYYY-MM-DD"
            raise malformed(message)
        try:
            found = date.fromisoformat(value)
        except ValueError:
            message = "is not in the calendar"
            raise malformed(message) from None
        if not least <= found <= most:
            raise Violation(refusals.DATE_OUT_OF_BOUNDS, "", f"must be from {least} to {most}")
        return found

    return read


def choice(choices: type[Choice]) -> Callable[[object], Choice]:
    """A reader of one of a few words."""

    def read(value: object) -> Choice:
        try:
            return choices(str(value))
        except ValueError:
            known = ", ".join(choices)
            raise Violation(refusals.CHOICE_UNKNOWN, "", f"must be one of {known}") from None

    return read
