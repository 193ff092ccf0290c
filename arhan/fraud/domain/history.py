"""What a payer did lately, in counters whose size does not grow with the number of payments.

Every window (15 minutes to 30 days) is cut into buckets of a fixed width; a payment is added to the
bucket it falls into, in each window. The bucket into which a window's beginning falls counts whole,
so a window reaches back at least its span and at most one bucket further: never too short, hence
never too mild. Attempts that were declined, by us or later by the books, are counted apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from zlib import crc32

import msgspec

WindowName = Literal["15m", "1h", "24h", "7d", "30d"]

MOST_PAYEES = 128
"""Distinct payees remembered for the last hour; beyond it the count stays here, over every limit."""

ROUND_UNIT: dict[str, int] = {
    "NGN": 1_000_000,
    "USD": 50_000,
    "EUR": 50_000,
    "GBP": 50_000,
    "JPY": 50_000,
    "KWD": 100_000,
}
"""An amount is round when it is a multiple of this, in minor units: NGN 10,000.00, USD 500.00."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that ends now, and the width of the buckets it is counted in; in seconds."""

    span_s: int
    bucket_s: int

    def oldest_bucket(self, at: int) -> int:
        """Number of the oldest bucket that counts at this moment (Unix seconds)."""
        return (at - self.span_s) // self.bucket_s


WINDOWS: dict[WindowName, Window] = {
    "15m": Window(900, 60),
    "1h": Window(3_600, 300),
    "24h": Window(86_400, 3_600),
    "7d": Window(604_800, 21_600),
    "30d": Window(2_592_000, 86_400),
}


class Bucket(msgspec.Struct, array_like=True, gc=False):
    """What one payer tried to pay in one bucket of time, in one currency."""

    number: int
    count: int = 0
    total: int = 0
    """Minor units."""
    round_count: int = 0
    declined: int = 0


def is_round(amount: int, currency: str) -> bool:
    """Whether this is the kind of amount people choose, not one that a bill asks for."""
    return amount % ROUND_UNIT[currency] == 0


class PayerHistory(msgspec.Struct, omit_defaults=True):
    """One customer's attempts to pay in one currency, as far back as the longest window."""

    counters: dict[WindowName, list[Bucket]] = msgspec.field(default_factory=dict)
    payees: dict[int, int] = msgspec.field(default_factory=dict)
    """Whom they paid lately: 32-bit fingerprint of the account -> newest bucket of the 1h window."""
    first_at: int = 0
    """Unix seconds of the first attempt that was not declined; 0 when there was none."""

    def within(self, window: WindowName, *, at: int) -> Bucket:
        """Everything counted in this window, as one bucket."""
        oldest = WINDOWS[window].oldest_bucket(at)
        found = Bucket(oldest)
        for bucket in self.counters.get(window, ()):
            if bucket.number >= oldest:
                found.count += bucket.count
                found.total += bucket.total
                found.round_count += bucket.round_count
                found.declined += bucket.declined
        return found

    def payees_in_hour(self, payee: int, *, at: int) -> int:
        """Different accounts paid in the last hour, this one with them."""
        oldest = WINDOWS["1h"].oldest_bucket(at)
        others = [number >= oldest for known, number in self.payees.items() if known != payee]
        return 1 + sum(others)

    def add_payment(self, *, at: int, amount: int, currency: str, payee: str) -> None:
        """Count an attempt that may move money."""
        self.first_at = self.first_at or at
        self._count(at, 1, amount, int(is_round(amount, currency)), 0)
        self._add_payee(at, payee_fingerprint(payee))

    def add_declined(self, *, at: int) -> None:
        """Count an attempt that was declined at once."""
        self._count(at, 0, 0, 0, 1)

    def take_back(self, *, at: int, amount: int, currency: str) -> None:
        """Count an attempt made then no longer among those that may move money."""
        self._uncount(at, amount=amount, currency=currency, declined=0)

    def turn_declined(self, *, at: int, amount: int, currency: str) -> None:
        """Count an attempt made then, which was let pass and moved nothing, among the declined."""
        self._uncount(at, amount=amount, currency=currency, declined=1)

    def _count(self, at: int, count: int, total: int, round_count: int, declined: int) -> None:
        for name, window in WINDOWS.items():
            number = at // window.bucket_s
            buckets = self.counters.setdefault(name, [])
            if not buckets or buckets[-1].number < number:
                oldest = window.oldest_bucket(at)
                buckets[:] = [bucket for bucket in buckets if bucket.number >= oldest]
                buckets.append(Bucket(number))
            newest = buckets[-1]  # a clock that went back counts here too
            newest.count += count
            newest.total += total
            newest.round_count += round_count
            newest.declined += declined

    def _uncount(self, at: int, *, amount: int, currency: str, declined: int) -> None:
        for name, window in WINDOWS.items():
            number = at // window.bucket_s
            for bucket in self.counters.get(name, ()):
                if bucket.number == number and bucket.count and bucket.total >= amount:
                    bucket.count -= 1
                    bucket.total -= amount
                    bucket.round_count -= int(is_round(amount, currency) and bucket.round_count > 0)
                    bucket.declined += declined

    def _add_payee(self, at: int, payee: int) -> None:
        window = WINDOWS["1h"]
        if payee not in self.payees:
            oldest = window.oldest_bucket(at)
            self.payees = {known: number for known, number in self.payees.items() if number >= oldest}
            if len(self.payees) >= MOST_PAYEES:
                return
        self.payees[payee] = at // window.bucket_s


def payee_fingerprint(account: str) -> int:
    """32 bits that stand for an account; two of one payer's payees collide once in 500,000 payers."""
    return crc32(account.encode())
