"""Every way a card is refused: its number, its holder's proof, its state, its controls; and the office."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

# the number
CARD_NUMBER_INVALID = Refusal("card_number_invalid", 422, "That is not a card number.")
CARD_NOT_FOUND = Refusal("card_not_found", 422, "No card of ours has that number.")
# the card
CARD_NOT_ACTIVE = Refusal("card_not_active", 422, "The card has not been activated.")
CARD_FROZEN = Refusal("card_frozen", 422, "The card is frozen.", retryable=True)
CARD_LOST = Refusal("card_lost", 422, "The card was reported lost.")
CARD_STOLEN = Refusal("card_stolen", 422, "The card was reported stolen.")
CARD_CLOSED = Refusal("card_closed", 422, "The card is closed.")
# the proof
CVV_REQUIRED = Refusal("cvv_required", 422, "Online payments need the code on the back of the card.")
WRONG_CVV = Refusal("wrong_cvv", 422, "That is not the code on the back of the card.")
CVV_BLOCKED = Refusal("cvv_blocked", 422, "Too many wrong codes; the card's owner must unblock it.")
WRONG_EXPIRY = Refusal("wrong_expiry", 422, "That is not the card's expiry.")
CARD_EXPIRED = Refusal("card_expired", 422, "The card has expired.")
# the controls
CARD_USED_UP = Refusal("card_used_up", 422, "The card was good for one payment.")
ONLINE_PAYMENTS_OFF = Refusal("online_payments_off", 422, "Online payments are switched off for this card.")
CHANNEL_NOT_ALLOWED = Refusal("channel_not_allowed", 422, "The card does not pay this way.")
COUNTRY_NOT_ALLOWED = Refusal("country_not_allowed", 422, "The card does not pay in this country.")
MCC_NOT_ALLOWED = Refusal("mcc_not_allowed", 422, "The card does not pay this kind of merchant.")
MERCHANT_NOT_ALLOWED = Refusal("merchant_not_allowed", 422, "The card does not pay this merchant.")
CARD_AMOUNT_LIMIT = Refusal("card_amount_limit", 422, "That is over a limit of the card.")
CARD_COUNT_LIMIT = Refusal("card_count_limit", 422, "The card was used as often as it may be.")

ON_USE: tuple[Refusal, ...] = (
    CARD_NOT_FOUND,
    CARD_LOST,
    CARD_STOLEN,
    CARD_CLOSED,
    CARD_FROZEN,
    CARD_NOT_ACTIVE,
    CARD_EXPIRED,
    CARD_USED_UP,
    ONLINE_PAYMENTS_OFF,
    CHANNEL_NOT_ALLOWED,
    COUNTRY_NOT_ALLOWED,
    MCC_NOT_ALLOWED,
    MERCHANT_NOT_ALLOWED,
    CARD_AMOUNT_LIMIT,
    CARD_COUNT_LIMIT,
)
"""What the posting engine may say about a card, in the order in which it looks."""

# the office
TOO_MANY_CARDS = Refusal("too_many_cards", 422, "An account has twenty cards at most.")
CARD_IS_CLOSED = Refusal("card_is_closed", 409, "The card is closed for good; have it replaced.")
CARD_NOT_ACTIVATED = Refusal("card_not_activated", 409, "Activate the card first.")
CARD_FROZEN_BY_BANK = Refusal(
    "card_frozen_by_bank", 409, "The bank froze this card; only the bank can lift that."
)
CARD_ACCOUNT_UNFIT = Refusal("card_account_unfit", 422, "A card needs an active account of yours.")
ALREADY_REPLACED = Refusal("already_replaced", 409, "The card was replaced before.")
PROOF_USED = Refusal("proof_used", 422, "That confirmation was used before; confirm once more.")
