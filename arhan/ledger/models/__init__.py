"""The ledger's tables."""

from __future__ import annotations

from arhan.ledger.models.journal import Account, DayTotal, JournalEntry, JournalLine
from arhan.ledger.models.seals import Seal, SealKey, Tile

__all__ = ["Account", "DayTotal", "JournalEntry", "JournalLine", "Seal", "SealKey", "Tile"]
