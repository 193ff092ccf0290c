"""What the ledger answers siblings: whether accounts stand in the books as they say."""

from __future__ import annotations

from typing import Annotated

import msgspec

from arhan.contracts.account import BalanceLine


class TieOut(msgspec.Struct, frozen=True):
    """Body of `POST /internal/v1/tie-outs` at the ledger's office: where accounts stand."""

    lines: Annotated[list[BalanceLine], msgspec.Meta(max_length=1_000)]


class TieOutAnswer(msgspec.Struct, frozen=True):
    """Which of them stand otherwise in the books, and which lines the books lack so far."""

    missing: list[str]
    """Accounts whose newest line is not written yet."""
    differences: list[str]
    """A sentence for each account that stands otherwise."""
    entries: int
    """How many entries the journal has: while it grows, what is missing may come."""
