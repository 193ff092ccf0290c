"""Limits by tier, as dated configuration (tier_limits.toml); account and payment enforce them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

FILE = Path(__file__).with_name("tier_limits.toml")
CURRENCY = "NGN"


@dataclass(frozen=True, slots=True)
class TierLimits:
    """What a tier allows, in minor units of NGN; None where there is no limit."""

    single_deposit: int | None = None
    balance: int | None = None
    daily_outflow: int | None = None


NOTHING = TierLimits(single_deposit=0, balance=0, daily_outflow=0)
"""A tier the configuration does not know allows nothing."""


def limits_of(tier: int, *, on: date) -> TierLimits:
    """The limits of a tier on a day; of the first block for days before it."""
    blocks = _blocks(os.environ.get("ARHAN_TIER_LIMITS", "") or str(FILE))
    held = [limits for begin, limits in blocks if begin <= on] or [blocks[0][1]]
    return held[-1].get(tier, NOTHING)


@lru_cache(maxsize=4)
def _blocks(path: str) -> tuple[tuple[date, dict[int, TierLimits]], ...]:
    """Every block of the file, oldest first."""
    configured = tomllib.loads(Path(path).read_text())["from"]
    blocks = [
        (block["date"], {int(tier): TierLimits(**limits) for tier, limits in block["tier"].items()})
        for block in configured
    ]
    return tuple(sorted(blocks, key=lambda block: block[0]))
