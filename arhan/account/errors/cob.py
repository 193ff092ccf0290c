"""Every way the account office says no about close of business."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

CLOSED_TOO_EARLY = Refusal("closed_too_early", 422, "A day that has not begun cannot be closed.")
CLOSING_ELSEWHERE = Refusal("closing_elsewhere", 409, "Another process is closing the day.", retryable=True)
