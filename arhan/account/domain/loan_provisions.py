"""What to set aside for loans that may not be repaid. Pure.

Percentages of the Central Bank of Nigeria's Regulatory and Supervisory Guidelines for Microfinance
Banks, whose classes are our buckets: performing, pass and watch, substandard, doubtful, lost.
"""

from __future__ import annotations

from arhan.account.loans import Bucket, Rounding
from arhan.account.loans.rounding import divide

PERCENT: dict[str, int] = {
    Bucket.CURRENT: 1,
    Bucket.UP_TO_30: 5,
    Bucket.UP_TO_60: 20,
    Bucket.UP_TO_90: 50,
    Bucket.OVER_90: 100,
}


def provision(*, bucket: str, owed: int) -> int:
    """What should be set aside for so much owed, in minor units; an exact half to the even unit."""
    return divide(owed * PERCENT[bucket], 100, Rounding.HALF_EVEN)
