"""Why loan terms are refused: the closed list."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

FIELD_MISSING = Refusal("field_missing", 422, "Something needed was not given.")
FIELD_UNKNOWN = Refusal("field_unknown", 422, "Something was given that means nothing here.")
FIELD_MALFORMED = Refusal("field_malformed", 422, "Something given has the wrong form.")
CHOICE_UNKNOWN = Refusal("choice_unknown", 422, "Something given is not one of the choices there are.")
CURRENCY_UNKNOWN = Refusal("currency_unknown", 422, "The bank does not lend in this currency.")
AMOUNT_OUT_OF_BOUNDS = Refusal("amount_out_of_bounds", 422, "The amount is too small or too large.")
RATE_OUT_OF_BOUNDS = Refusal("rate_out_of_bounds", 422, "The rate is not one the bank computes with.")
COUNT_OUT_OF_BOUNDS = Refusal("count_out_of_bounds", 422, "The number is too small or too large.")
DATE_OUT_OF_BOUNDS = Refusal("date_out_of_bounds", 422, "The date cannot be, given the others.")
TERM_TOO_LONG = Refusal("term_too_long", 422, "The loan would outlive everybody.")
GRACE_TOO_LONG = Refusal("grace_too_long", 422, "The grace leaves no instalment to repay the loan with.")
DISBURSEMENTS_MISMATCH = Refusal("disbursements_mismatch", 422, "The disbursements are not what is lent.")
EVENT_REPEATED = Refusal("event_repeated", 422, "The same day is given twice.")
NOT_FOR_METHOD = Refusal("not_for_method", 422, "This does not go with the method.")

REFUSALS = (
    FIELD_MISSING,
    FIELD_UNKNOWN,
    FIELD_MALFORMED,
    CHOICE_UNKNOWN,
    CURRENCY_UNKNOWN,
    AMOUNT_OUT_OF_BOUNDS,
    RATE_OUT_OF_BOUNDS,
    COUNT_OUT_OF_BOUNDS,
    DATE_OUT_OF_BOUNDS,
    TERM_TOO_LONG,
    GRACE_TOO_LONG,
    DISBURSEMENTS_MISMATCH,
    EVENT_REPEATED,
    NOT_FOR_METHOD,
)
