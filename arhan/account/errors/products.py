"""Every way the account office says no about products."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

PRODUCT_EXISTS = Refusal("product_exists", 409, "There is a product of this code.")
TERMS_UNFIT = Refusal("terms_unfit", 422, "These terms do not fit this kind of product.")
PRODUCT_TIER_TOO_LOW = Refusal(
    "product_tier_too_low", 422, "Verify more about yourself to open this account."
)
DEPOSIT_TERMS_MISSING = Refusal(
    "deposit_terms_missing", 422, "Say how much is to be placed, for how long, and from which account."
)
DEPOSIT_NOT_OFFERED = Refusal(
    "deposit_not_offered", 422, "The deposit is not offered for this amount and time."
)
POT_GOAL_MISSING = Refusal("pot_goal_missing", 422, "Say what you save for, and how much.")
FUNDING_ACCOUNT_UNFIT = Refusal(
    "funding_account_unfit", 422, "It takes an open account of yours in the same currency."
)
REMAINDER_UNFIT = Refusal(
    "remainder_unfit", 422, "What is left can move to an open account in the same currency."
)
OPENING_DEPOSIT_MISSING = Refusal(
    "opening_deposit_missing", 409, "The account does not hold its opening deposit yet."
)
