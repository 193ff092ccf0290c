"""Every way fraud says no to a request, besides those all services share (kernel/errors.py)."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

SECOND_PERSON_NEEDED = Refusal(
    "second_person_needed", 403, "This takes two people, and you are the first of them."
)
CASE_RESOLVED = Refusal("case_resolved", 409, "This case is resolved.")
RULE_STATE_CONFLICT = Refusal(
    "rule_state_conflict", 409, "A version of a rule goes from draft to shadow to active."
)
THRESHOLDS_INCOMPLETE = Refusal(
    "thresholds_incomplete", 422, "A rule needs an amount for every currency of the bank, and no other."
)

REFUSALS = (SECOND_PERSON_NEEDED, CASE_RESOLVED, RULE_STATE_CONFLICT, THRESHOLDS_INCOMPLETE)
