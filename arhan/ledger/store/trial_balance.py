"""What a trial balance adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.ledger.domain.trial_balance import Turnover

if TYPE_CHECKING:
    from datetime import date

_TURNOVERS = """
    SELECT currency, ledger_account, sum(debits), sum(credits) FROM day_total
    WHERE (%(as_of)s::date IS NULL OR booking_date <= %(as_of)s)
      AND (%(currency)s = '' OR currency = %(currency)s)
    GROUP BY currency, ledger_account"""


def list_turnovers(cursor: Any, *, as_of: date | None, currency: str) -> list[Turnover]:
    """What was posted up to and including a booking date; all of it without one."""
    cursor.execute(_TURNOVERS, {"as_of": as_of, "currency": currency})
    return [Turnover(c, code, int(debits), int(credits_)) for c, code, debits, credits_ in cursor.fetchall()]
