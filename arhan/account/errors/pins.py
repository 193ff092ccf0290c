"""Every way a PIN is not accepted."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

PIN_REQUIRED = Refusal("pin_required", 422, "Your PIN is needed for this.")
WRONG_PIN = Refusal("wrong_pin", 422, "That is not the PIN of this account.")
PIN_BLOCKED = Refusal(
    "pin_blocked", 422, "The PIN is blocked after three wrong tries; ask the bank for help."
)
PIN_NOT_SET = Refusal("pin_not_set", 422, "This account has no PIN.")
