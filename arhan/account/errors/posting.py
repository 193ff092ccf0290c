"""Every way the posting engine says no, in the order in which it looks.

The first that applies is the answer, so the same command on the same books is always refused for
the same reason. A refused command leaves nothing behind: it may be sent again under the same id.
"""

from __future__ import annotations

from arhan.account.errors import cards
from arhan.kernel.errors import Refusal

# the command itself, whatever the books say
KIND_UNKNOWN = Refusal("kind_unknown", 422, "The bank knows no such kind of movement.")
AMOUNT_OUT_OF_RANGE = Refusal("amount_out_of_range", 422, "An amount is not positive, or too large.")
UNBALANCED_MOVEMENT = Refusal("unbalanced_movement", 422, "Debits and credits differ.")
SAME_ACCOUNT = Refusal("same_account", 422, "An account is debited and credited at once.")
HOLD_TERM_OUT_OF_RANGE = Refusal("hold_term_out_of_range", 422, "A hold lasts a second to 31 days.")
# what happened before
ID_USED_FOR_OTHER_MOVEMENT = Refusal(
    "id_used_for_other_movement", 422, "This id names something else that was posted."
)
COMMAND_EXPIRED = Refusal("command_expired", 422, "The command came after the time it was valid for.")
MOVEMENT_NOT_FOUND = Refusal("movement_not_found", 404, "There is no such movement to reverse.")
ALREADY_REVERSED = Refusal("already_reversed", 409, "The movement was reversed before.")
REVERSAL_DIFFERS = Refusal("reversal_differs", 422, "A reversal is the exact mirror image of the original.")
HOLD_NOT_FOUND = Refusal("hold_not_found", 404, "There is no such hold.")
# the accounts
ACCOUNT_NOT_FOUND = Refusal("account_not_found", 404, "There is no such account.")
CURRENCY_MISMATCH = Refusal("currency_mismatch", 422, "An account is kept in another currency.")
ACCOUNT_CLOSED = Refusal("account_closed", 422, "An account is closed.")
ACCOUNT_FROZEN = Refusal("account_frozen", 422, "An account is frozen.", retryable=True)
PIN_CHANGED = Refusal("pin_changed", 422, "The PIN was changed or blocked since it was proved.")
# the hold
HOLD_ALREADY_CAPTURED = Refusal("hold_already_captured", 409, "The hold was captured.")
HOLD_ALREADY_RELEASED = Refusal("hold_already_released", 409, "The hold was released.")
HOLD_EXPIRED = Refusal("hold_expired", 409, "The hold has expired.")
HOLD_NOT_EXPIRED = Refusal("hold_not_expired", 409, "The hold has time left.", retryable=True)
NOT_THE_HELD_ACCOUNT = Refusal(
    "not_the_held_account", 422, "A capture debits the account that is held, and no other."
)
CAPTURE_EXCEEDS_HOLD = Refusal("capture_exceeds_hold", 422, "The capture is larger than what is held.")
# the limits
LIMIT_PAYMENT = Refusal("limit_payment", 422, "The payment is above the limit for one payment.")
LIMIT_DAY = Refusal("limit_day", 422, "The payment is above what may still be paid today.", retryable=True)
LIMIT_MONTH = Refusal(
    "limit_month", 422, "The payment is above what may still be paid this month.", retryable=True
)
LIMIT_DEPOSIT = Refusal("limit_deposit", 422, "The account takes less than that at once.")
LIMIT_BALANCE = Refusal("limit_balance", 422, "The account would hold more than it may.", retryable=True)
# the money
INSUFFICIENT_FUNDS = Refusal(
    "insufficient_funds", 422, "The account has less than that available.", retryable=True
)
BALANCE_OUT_OF_RANGE = Refusal("balance_out_of_range", 422, "The balance would become too large to keep.")
# the database, which checks the same rules once more
REFUSED_BY_DATABASE = Refusal(
    "refused_by_database", 422, "The database refused what the rules allowed; nothing moved."
)

PRECEDENCE: tuple[Refusal, ...] = (
    KIND_UNKNOWN,
    AMOUNT_OUT_OF_RANGE,
    UNBALANCED_MOVEMENT,
    SAME_ACCOUNT,
    HOLD_TERM_OUT_OF_RANGE,
    ID_USED_FOR_OTHER_MOVEMENT,
    COMMAND_EXPIRED,
    MOVEMENT_NOT_FOUND,
    ALREADY_REVERSED,
    REVERSAL_DIFFERS,
    HOLD_NOT_FOUND,
    ACCOUNT_NOT_FOUND,
    CURRENCY_MISMATCH,
    ACCOUNT_CLOSED,
    ACCOUNT_FROZEN,
    PIN_CHANGED,
    *cards.ON_USE,
    HOLD_ALREADY_CAPTURED,
    HOLD_ALREADY_RELEASED,
    HOLD_EXPIRED,
    HOLD_NOT_EXPIRED,
    NOT_THE_HELD_ACCOUNT,
    CAPTURE_EXCEEDS_HOLD,
    LIMIT_PAYMENT,
    LIMIT_DAY,
    LIMIT_MONTH,
    LIMIT_DEPOSIT,
    LIMIT_BALANCE,
    INSUFFICIENT_FUNDS,
    BALANCE_OUT_OF_RANGE,
    REFUSED_BY_DATABASE,
)
"""The closed list; what comes first is found first."""
