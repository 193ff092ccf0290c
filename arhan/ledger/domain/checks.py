"""What `arhan books check` looks for, and how it says what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Check = Literal[
    "nothing_missing",
    "entries_balanced",
    "zero_sum",
    "running_balances",
    "day_totals",
    "seals",
    "balances",
]
CHECKS: tuple[Check, ...] = get_args(Check)
MEANINGS: dict[Check, str] = {
    "nothing_missing": "journal entries are numbered without a gap and no line stands alone",
    "entries_balanced": "every journal entry has two lines or more, debits equal to credits",
    "zero_sum": "debits equal credits in each currency",
    "running_balances": "on every account each line follows from the one before it, in journal order",
    "day_totals": "the totals a trial balance adds up are those of the lines",
    "seals": "every entry is as it was sealed, and every seal is genuine",
    "balances": "every account stands in the account service as the books say",
}
MOST_NAMED = 1000
"""Differences of one check that are named; beyond that they are only counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be."""

    check: Check
    subject: str
    """What it is about: an entry, an account, a currency, a seal."""
    message: str

    def as_json(self) -> dict[str, str]:
        """For `--json`."""
        return {"check": self.check, "subject": self.subject, "message": self.message}


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many entries, lines, accounts and seals were looked at."""
    differences: list[Difference] = field(default_factory=list)
    found: dict[Check, int] = field(default_factory=lambda: dict.fromkeys(CHECKS, 0))

    @property
    def ok(self) -> bool:
        """Whether the books are right."""
        return not any(self.found.values())

    def add(self, differences: Iterable[Difference]) -> None:
        """Take in what one check found."""
        for difference in differences:
            self.found[difference.check] += 1
            if self.found[difference.check] <= MOST_NAMED:
                self.differences.append(difference)

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "ok": self.ok,
            "counts": self.counts,
            "checks": [
                {"name": name, "ok": not self.found[name], "differences": self.found[name], "means": meaning}
                for name, meaning in MEANINGS.items()
            ],
            "differences": [difference.as_json() for difference in self.differences],
        }
