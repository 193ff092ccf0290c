"""The HTTP side of the ledger."""

from __future__ import annotations

from arhan.kernel.office import build_api
from arhan.ledger.api import journal, seals, tie_out

api = build_api(
    "ledger",
    title="Ledger",
    description="The books: journal entries for ever, trial balance, seals and receipts.",
    routes=[journal.routes, seals.routes, tie_out.routes],
)
