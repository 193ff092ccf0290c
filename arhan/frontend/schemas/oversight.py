"""What every office answers to those who oversee the bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class AuditEntry(msgspec.Struct, frozen=True):
    """Who did what, or was not let."""

    position: int
    at: datetime
    actor: str
    role: str
    action: str
    subject: str
    outcome: str
    code: str = ""
    address: str = ""
    request_id: str = ""
    details: dict[str, Any] = msgspec.field(default_factory=dict)


class Proposal(msgspec.Struct, frozen=True):
    """An action that one person proposed and another decides on."""

    id: str
    action: str
    title: str
    body: dict[str, Any]
    subject: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    lapses_at: datetime
    status: str
    decided_by: str = ""
    decided_at: datetime | None = None
    decision_reason: str = ""
