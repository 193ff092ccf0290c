"""Every way the ledger says no, besides those every service shares."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

NOT_SEALED_YET = Refusal(
    "not_sealed_yet", 409, "The entry is in the journal; its seal is made within seconds.", retryable=True
)
