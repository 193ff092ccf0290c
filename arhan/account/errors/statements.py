"""Every way the bank does not hand out a statement."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

PERIOD_UNFIT = Refusal("period_unfit", 422, "A period begins before it ends, and lasts ten years at most.")
STATEMENT_TOO_LONG = Refusal(
    "statement_too_long", 422, "That is more than one document holds; ask for a shorter period."
)
STATEMENT_NOT_READY = Refusal(
    "statement_not_ready", 409, "The statement is still being prepared.", retryable=True
)
TOO_MANY_STATEMENTS = Refusal(
    "too_many_statements", 409, "So many statements are being prepared already; wait for one.", retryable=True
)
