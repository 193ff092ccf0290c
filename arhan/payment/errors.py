"""Every way payment says no. What fraud or the books refuse is a declined order with their code."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

ACCOUNT_NOT_FOUND = Refusal("account_not_found", 404, "There is no such account, or it is not yours.")
ACCOUNT_ROLE_INSUFFICIENT = Refusal(
    "account_role_insufficient", 403, "Your part in this account does not include that."
)
OWN_LIMIT_EXCEEDED = Refusal(
    "own_limit_exceeded", 422, "That is more than you may pay or sign at once from this account."
)
NOT_AWAITING_APPROVAL = Refusal("not_awaiting_approval", 409, "This payment does not wait for a signature.")
SIGNATURES_NEEDED = Refusal(
    "signatures_needed", 409, "Several sign for this account; one alone cannot do this."
)
ALREADY_SIGNED = Refusal("already_signed", 409, "You have signed this payment; somebody else has to.")
PAYEE_NOT_FOUND = Refusal("payee_not_found", 404, "No account here has that number.")
PIN_REQUIRED = Refusal("pin_required", 422, "Enter the PIN of the account you pay from.")
WRONG_PIN = Refusal("wrong_pin", 422, "The PIN is wrong.")
PIN_BLOCKED = Refusal("pin_blocked", 422, "The PIN is blocked after three wrong tries.")
PIN_NOT_SET = Refusal("pin_not_set", 422, "This account has no PIN yet.")

AMOUNT_OUT_OF_RANGE = Refusal(
    "amount_out_of_range", 422, "The amount must be positive and within what the bank moves at once."
)
CURRENCY_MISMATCH = Refusal("currency_mismatch", 422, "Both accounts must be in the payment's currency.")
SAME_ACCOUNT = Refusal("same_account", 422, "Payer and payee are the same account.")

ENQUIRY_NOT_VALID = Refusal(
    "enquiry_not_valid", 422, "That name enquiry has expired, or was for another number."
)
ENQUIRY_LIMIT = Refusal("rate_limited", 429, "Too many name enquiries; try again later.", retryable=True)

TOO_MANY_BENEFICIARIES = Refusal(
    "too_many_beneficiaries", 422, "Two hundred beneficiaries are the most one person may keep."
)

NEW_DEVICE_LIMIT = Refusal(
    "new_device_limit", 422, "A device that is new may pay only little on its first day."
)

NOT_REFUNDABLE = Refusal("not_refundable", 422, "This payment cannot be refunded.")
REFUND_EXCEEDS_PAYMENT = Refusal(
    "refund_exceeds_payment", 422, "More than is left of the payment cannot be refunded."
)

NOT_AWAITING_CONFIRMATION = Refusal(
    "not_awaiting_confirmation", 409, "This payment does not wait for a confirmation."
)
PROOF_REQUIRED = Refusal(
    "proof_required", 422, "Confirm this payment, its amount and its payee, with your second factor."
)
STEP_UP_REQUIRED = Refusal("insufficient_user_authentication", 401, "Sign in again to confirm this payment.")

SECOND_TELLER_NEEDED = Refusal(
    "deposit_takes_two", 422, "Cash of this amount is proposed, and booked when a second person agrees."
)
NOT_LARGE = Refusal("deposit_not_large", 422, "Cash of this amount is booked by one person.")

CARD_NUMBER_INVALID = Refusal("card_number_invalid", 422, "That is not a card number.")
CARD_NOT_FOUND = Refusal("card_not_found", 422, "No card of ours has that number.")
NOT_AUTHORISED = Refusal("not_authorised", 409, "This payment holds no funds to capture or release.")
HOLD_ALREADY_CAPTURED = Refusal("hold_already_captured", 409, "The funds held were captured.")
HOLD_ALREADY_RELEASED = Refusal("hold_already_released", 409, "The funds held were released.")
HOLD_EXPIRED = Refusal("hold_expired", 409, "The time to capture is over.")
CAPTURE_EXCEEDS_HOLD = Refusal("capture_exceeds_hold", 422, "That is more than is held.")
INSUFFICIENT_FUNDS = Refusal(
    "insufficient_funds", 422, "The account has not what is captured above the hold.", retryable=True
)
CAPTURE_REFUSED = Refusal("capture_refused", 422, "The books refused it.")

SCHEDULE_NOT_VALID = Refusal(
    "schedule_not_valid", 422, "No payment would ever fall due: look at the dates, the day and the end."
)
TOO_MANY_STANDING_ORDERS = Refusal(
    "too_many_standing_orders", 422, "One hundred standing orders are the most one person may have."
)
STANDING_ORDER_UNFIT = Refusal(
    "standing_order_unfit", 409, "That is not possible with a standing order in this state."
)

PAYMENT_PENDING = Refusal(
    "payment_pending",
    503,
    "The payment is accepted and not finished yet; ask again with the same key.",
    retryable=True,
)
OVERLOADED = Refusal("overloaded", 503, "Too many payments at once; try again.", retryable=True)

RESOLUTION_REFUSALS: dict[str, Refusal] = {
    refusal.code: refusal
    for refusal in (
        ACCOUNT_NOT_FOUND,
        ACCOUNT_ROLE_INSUFFICIENT,
        PAYEE_NOT_FOUND,
        PIN_REQUIRED,
        WRONG_PIN,
        PIN_BLOCKED,
        PIN_NOT_SET,
    )
}
"""Codes with which account refuses to say who is behind a payment."""

ORDER_REFUSALS: tuple[Refusal, ...] = (
    *RESOLUTION_REFUSALS.values(),
    AMOUNT_OUT_OF_RANGE,
    CURRENCY_MISMATCH,
    SAME_ACCOUNT,
    OWN_LIMIT_EXCEEDED,
    ENQUIRY_NOT_VALID,
    NEW_DEVICE_LIMIT,
    PAYMENT_PENDING,
    OVERLOADED,
)
"""What any request for a payment may be refused with."""

CARD_REFUSALS: dict[str, Refusal] = {
    refusal.code: refusal for refusal in (CARD_NUMBER_INVALID, CARD_NOT_FOUND)
}
"""Codes with which account says that there is no such card; any other refusal of a card is an answer."""

PART_REFUSALS: dict[str, Refusal] = {
    refusal.code: refusal
    for refusal in (
        NOT_AUTHORISED,
        HOLD_ALREADY_CAPTURED,
        HOLD_ALREADY_RELEASED,
        HOLD_EXPIRED,
        CAPTURE_EXCEEDS_HOLD,
        INSUFFICIENT_FUNDS,
    )
}
"""What a capture or a release may be refused with."""
