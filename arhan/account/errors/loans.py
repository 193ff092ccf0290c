"""Every way the account office says no about loans."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

LOAN_PRODUCT_NOT_FOUND = Refusal("loan_product_not_found", 422, "The bank has no such loan.")
LOAN_AMOUNT_NOT_OFFERED = Refusal("loan_amount_not_offered", 422, "The loan is not offered for this amount.")
LOAN_TERM_NOT_OFFERED = Refusal("loan_term_not_offered", 422, "The loan is not offered for this long.")
LOAN_PURPOSE_NOT_OFFERED = Refusal("loan_purpose_not_offered", 422, "The loan is not for this purpose.")
LOAN_TIER_TOO_LOW = Refusal("loan_tier_too_low", 422, "Verify more about yourself to have this loan.")
LOAN_ACCOUNT_UNFIT = Refusal(
    "loan_account_unfit", 422, "The loan needs an open account of yours in its currency."
)
TOO_MANY_APPLICATIONS = Refusal(
    "too_many_applications", 422, "A customer has three applications and loans under way at most."
)
LOAN_NOT_IN_STATE = Refusal("loan_not_in_state", 409, "The loan is not where this can happen to it.")
OFFER_LAPSED = Refusal("offer_lapsed", 409, "The offer has lapsed; please apply again.")
LOAN_PAYMENT_UNDER_WAY = Refusal(
    "loan_payment_under_way", 409, "A payment of this loan is under way.", retryable=True
)
REPAYMENT_TOO_SMALL = Refusal(
    "repayment_too_small", 422, "An early repayment must be more than what is due and the interest so far."
)
REPAYMENT_TOO_LARGE = Refusal("repayment_too_large", 422, "That is more than closes the loan.")
PAYOFF_DATE_UNFIT = Refusal("payoff_date_unfit", 422, "A payoff is quoted from today to a year ahead.")
SCHEDULE_UNFIT = Refusal("schedule_unfit", 422, "The loan cannot be repaid on this schedule.")
