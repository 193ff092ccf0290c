"""Limits by tier and by device, as dated configuration (tier_limits.toml); account and payment enforce them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

FILE = Path(__file__).with_name("tier_limits.toml")
CURRENCY = "NGN"
"""In which the law speaks; amounts that stand under a tier by themselves are this currency's."""


@dataclass(frozen=True, slots=True)
class TierLimits:
    """What a tier allows in one currency, in its minor units; None where there is no limit."""

    single_deposit: int | None = None
    balance: int | None = None
    daily_outflow: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What holds from one date on; amounts in minor units, by currency where they have one."""

    tiers: dict[tuple[int, str], TierLimits]
    """By tier and currency."""
    new_device: dict[str, int]
    """What may leave through a device in the first day it is known."""
    confirm: dict[str, int]
    """From here on a payment takes its payer's confirmation."""
    confirm_new_payee: dict[str, int]
    """The same, where the payee was never paid before."""
    large_deposit: dict[str, int]
    """From here on cash paid in at the counter takes a second member of staff."""


NOTHING = TierLimits(single_deposit=0, balance=0, daily_outflow=0)
"""A tier the configuration does not know, or says nothing about in a currency, allows nothing."""


def limits_of(tier: int, *, on: date, currency: str = CURRENCY) -> TierLimits:
    """The limits of a tier in a currency on a day; of the first block for days before it."""
    return _block(on).tiers.get((tier, currency), NOTHING)


def tiers_on(day: date) -> Mapping[tuple[int, str], TierLimits]:
    """What every tier allows on a day, by tier and currency."""
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


def check() -> None:
    """Read the table as it is configured; ValueError, KeyError or TypeError where it cannot be understood."""
    _blocks(_path())


def _path() -> str:
    return os.environ.get("ARHAN_TIER_LIMITS", "") or str(FILE)


def _block(on: date) -> Block:
    blocks = _blocks(_path())
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
        tiers={
            (int(tier), currency): limits
            for tier, said in told["tier"].items()
            for currency, limits in _parse_tier(said)
        },
        new_device=told.get("new_device", {}),
        confirm=told.get("confirm", {}),
        confirm_new_payee=told.get("confirm_new_payee", {}),
        large_deposit=told.get("large_deposit", {}),
    )


def _parse_tier(said: dict[str, Any]) -> Iterator[tuple[str, TierLimits]]:
    """A tier's limits in each currency: naira by themselves, the others in tables."""
    tables = {name: said[name] for name in said if isinstance(said[name], dict)}
    yield CURRENCY, TierLimits(**{name: said[name] for name in said if name not in tables})
    for currency, limits in tables.items():
        yield currency, TierLimits(**limits)
