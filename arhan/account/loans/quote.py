"""A quote: the schedule, what it costs, and the rates that must be disclosed with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arhan.account.loans.rates import apr_percent, effective_rate_percent
from arhan.account.loans.schedule import schedule

if TYPE_CHECKING:
    from decimal import Decimal

    from arhan.account.loans.schedule import Schedule
    from arhan.account.loans.terms import LoanTerms


@dataclass(frozen=True, slots=True)
class Quote:
    """What a loan on these terms would come to."""

    schedule: Schedule
    apr_percent: Decimal
    """Actuarial, a year (Regulation Z)."""

    effective_rate_percent: Decimal
    """Compounded, a year (Directive 2008/48/EC)."""

    def answer(self) -> dict[str, Any]:
        """The quote as the API and the command line give it. Amounts are minor units."""
        return {
            "instalment": self.schedule.instalment,
            "total_interest": self.schedule.total_interest,
            "apr_percent": float(self.apr_percent),
            "effective_rate_percent": float(self.effective_rate_percent),
            "rows": [row._asdict() | {"due_on": row.due_on.isoformat()} for row in self.schedule.rows],
        }


def quote(terms: LoanTerms) -> Quote:
    """Work out what a loan on these terms would come to."""
    planned = schedule(terms)
    return Quote(planned, apr_percent(planned), effective_rate_percent(planned))
