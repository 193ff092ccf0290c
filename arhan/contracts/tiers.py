"""Limits by tier and by device, as dated configuration (tier_limits.toml); account and payment enforce them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FILE = Path(__file__).with_name("tier_limits.toml")
CURRENCY = "NGN"


@dataclass(frozen=True, slots=True)
class TierLimits:
    """What a tier allows, in minor units of NGN; None where there is no limit."""

    single_deposit: int | None = None
    balance: int | None = None
    daily_outflow: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What holds from one date on; amounts in minor units, by currency where they have one."""

    tiers: dict[int, TierLimits]
    new_device: dict[str, int]
    """What may leave through a device in the first day it is known."""
    confirm: dict[str, int]
    """From here on a payment takes its payer's confirmation."""
    confirm_new_payee: dict[str, int]
    """The same, where the payee was never paid before."""
    large_deposit: dict[str, int]
    """From here on cash paid in at the counter takes a second member of staff."""


NOTHING = TierLimits(single_deposit=0, balance=0, daily_outflow=0)
"""A tier the configuration does not know allows nothing."""


def limits_of(tier: int, *, on: date) -> TierLimits:
    """The limits of a tier on a day; of the first block for days before it."""
    return _block(on).tiers.get(tier, NOTHING)


def tiers_on(day: date) -> Mapping[int, TierLimits]:
    """What every tier allows on a day."""
    return _block(day).tiers


def new_device_cap(currency: str, *, on: date) -> int:
    """What may leave in this currency through a device in the first day it is known; else nothing."""
    return _block(on).new_device.get(currency, 0)


def confirmed_from(currency: str, *, known_payee: bool, on: date) -> int:
    """From which amount a payment takes its payer's confirmation; every one where nothing is said."""
    block = _block(on)
    return (block.confirm if known_payee else block.confirm_new_payee).get(currency, 0)


def large_deposit_from(currency: str, *, on: date) -> int:
    """From which amount cash paid in takes a second member of staff; every one where nothing is said."""
    return _block(on).large_deposit.get(currency, 0)


def _block(on: date) -> Block:
    blocks = _blocks(os.environ.get("ARHAN_TIER_LIMITS", "") or str(FILE))
    held = [block for begin, block in blocks if begin <= on] or [blocks[0][1]]
    return held[-1]


@lru_cache(maxsize=4)
def _blocks(path: str) -> tuple[tuple[date, Block], ...]:
    """Every block of the file, oldest first."""
    configured = tomllib.loads(Path(path).read_text())["from"]
    blocks = [(told["date"], _parse(told)) for told in configured]
    return tuple(sorted(blocks, key=lambda block: block[0]))


def _parse(told: dict[str, Any]) -> Block:
    return Block(
        tiers={int(tier): TierLimits(**limits) for tier, limits in told["tier"].items()},
        new_device=told.get("new_device", {}),
        confirm=told.get("confirm", {}),
        confirm_new_payee=told.get("confirm_new_payee", {}),
        large_deposit=told.get("large_deposit", {}),
    )
