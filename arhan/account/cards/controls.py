"""What a card's owner and the bank allow it to do. Pure.

Two sets of rules stand side by side, the owner's and the bank's; a use must be allowed by both, so
neither can loosen what the other one tightened.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from arhan.account.cards.spending import Spending, Window
from arhan.account.errors import cards as errors
from arhan.contracts.account import Channel
from arhan.kernel.money import MAX_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arhan.contracts.account import CardUse
    from arhan.kernel.errors import Refusal

Amount = Annotated[int, msgspec.Meta(ge=0, le=MAX_AMOUNT)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
LimitWindow = Literal["use", "day", "week", "month", "ever"]


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """No more than this much, or this often, in a window; `use` is one payment."""

    window: LimitWindow
    amount: Amount | None = None
    """Minor units of the account's currency."""
    count: Count | None = None


class Controls(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One set of rules. An `allowed` list that is there allows nothing else; `blocked` wins over it."""

    online: bool = True
    """Whether the card pays on the internet."""
    limits: tuple[Limit, ...] = ()
    channels_allowed: tuple[Channel, ...] | None = None
    countries_allowed: tuple[str, ...] | None = None
    countries_blocked: tuple[str, ...] = ()
    mccs_allowed: tuple[str, ...] | None = None
    mccs_blocked: tuple[str, ...] = ()
    merchants_allowed: tuple[str, ...] | None = None
    merchants_blocked: tuple[str, ...] = ()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Controls).decode


def as_text(controls: Controls) -> str:
    """As they are kept."""
    return _encode(controls).decode()


@lru_cache(maxsize=10_000)
def from_text(text: str) -> Controls:
    """Controls as they are kept; most cards have the same few."""
    return _decode(text)


def against_use(controls: Controls, use: CardUse) -> Iterator[Refusal]:
    """What speaks against this channel, country, category and merchant."""
    if use.channel == "ecommerce" and not controls.online:
        yield errors.ONLINE_PAYMENTS_OFF
    if controls.channels_allowed is not None and use.channel not in controls.channels_allowed:
        yield errors.CHANNEL_NOT_ALLOWED
    if not _allowed(use.country, controls.countries_allowed, controls.countries_blocked):
        yield errors.COUNTRY_NOT_ALLOWED
    if not _allowed(use.mcc, controls.mccs_allowed, controls.mccs_blocked):
        yield errors.MCC_NOT_ALLOWED
    if not _allowed(use.merchant, controls.merchants_allowed, controls.merchants_blocked):
        yield errors.MERCHANT_NOT_ALLOWED


def _allowed(value: str, allowed: tuple[str, ...] | None, blocked: tuple[str, ...]) -> bool:
    return value not in blocked and (allowed is None or value in allowed)


def against_limits(controls: Controls, spending: Spending, *, amount: int, today: date) -> Iterator[Refusal]:
    """Which limits this use would pass, counted with what was authorised before."""
    for limit in controls.limits:
        before = _before(spending, limit.window, today)
        if limit.amount is not None and before.amount + amount > limit.amount:
            yield errors.CARD_AMOUNT_LIMIT
        if limit.count is not None and before.count + 1 > limit.count:
            yield errors.CARD_COUNT_LIMIT


def _before(spending: Spending, window: LimitWindow, today: date) -> Window:
    return Window(0, 0) if window == "use" else spending.within(window, today=today)
