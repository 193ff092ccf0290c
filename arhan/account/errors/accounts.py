"""Every way the account office says no about accounts."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

PRODUCT_NOT_FOUND = Refusal("product_not_found", 422, "The bank has no such product.")
TOO_MANY_ACCOUNTS = Refusal("too_many_accounts", 422, "A customer has twenty accounts at most.")
ACCOUNT_IS_CLOSED = Refusal("account_is_closed", 409, "The account is closed.")
FROZEN_BY_BANK = Refusal("frozen_by_bank", 409, "The bank froze this account; only the bank can lift that.")
ACCOUNT_NOT_EMPTY = Refusal("account_not_empty", 409, "There is money on the account; move it first.")
HOLDS_OPEN = Refusal("holds_open", 409, "Payments on this account are still open.")
LOAN_UNDER_WAY = Refusal("loan_under_way", 409, "A loan is repaid from this account; repay it first.")
ACCOUNT_STATUS_UNFIT = Refusal("account_status_unfit", 409, "The account is not where this can happen to it.")
ACCOUNT_OVERDRAWN = Refusal("account_overdrawn", 409, "The account is overdrawn; pay that back first.")
DEPOSIT_PAYS_HERE = Refusal(
    "deposit_pays_here", 409, "A fixed-term deposit pays into this account; end that first."
)
STANDING_ORDERS_OPEN = Refusal(
    "standing_orders_open", 409, "Standing orders pay from this account; cancel them first."
)
CARDS_OPEN = Refusal("cards_open", 409, "There are cards of this account; close them first.")
