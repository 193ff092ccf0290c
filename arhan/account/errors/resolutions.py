"""Every way a resolution says no, besides the PIN's."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

PAYEE_NOT_FOUND = Refusal("payee_not_found", 404, "No account has this number.")
