"""Locks of this database, in one place, so that nobody takes them in another order.

All are advisory and end with the transaction. A payer's lock guards the payer's history: whoever
reads it in order to write it holds the lock from before the read until the commit, so payments of one
payer are judged one after another whatever process they arrive in, and none sees too short a history.
Two names that hash to one number wait for each other, nothing worse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arhan.fraud.domain.screening import PayerKey

TAKE = """
SELECT pg_advisory_xact_lock(number) FROM (
    SELECT DISTINCT hashtextextended(name, 0) AS number FROM unnest(%b::text[]) AS name ORDER BY 1
) AS in_one_order_for_everybody
"""
"""A statement of its own: at READ COMMITTED the next one sees what was committed while this one
waited; the statement that waits does not."""


def history_lock(key: PayerKey) -> str:
    """Name of the lock that guards a payer's history."""
    return f"{key.customer} {key.currency}"
