"""What somebody must have shown for each tier (CBN three-tiered KYC, 2013; AML/CFT rules 2022)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

HIGHEST = 3
ADULT = 18
REVIEWED_FROM = 3
"""Tiers below are decided by the registry alone; from here on a person looks at the documents."""
IDENTITY_DOCUMENTS = frozenset({"passport", "national_id", "drivers_licence", "voters_card"})
ADDRESS_DOCUMENTS = frozenset({"utility_bill", "bank_statement", "tenancy_agreement"})
DOCUMENT_KINDS = IDENTITY_DOCUMENTS | ADDRESS_DOCUMENTS


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody has shown so far."""

    email_verified: bool
    phone_verified: bool
    has_profile: bool
    numbers: frozenset[str]
    documents: frozenset[str]


def missing_for(tier: int, evidence: Evidence) -> list[str]:
    """What is still to be shown for this tier, by the names the API uses; empty when nothing is."""
    wanted = {
        "phone_verification": evidence.phone_verified,
        "profile": evidence.has_profile,
        "identity_number": bool(evidence.numbers),
    }
    if tier >= REVIEWED_FROM:
        wanted |= {
            "email_verification": evidence.email_verified,
            "identity_document": bool(evidence.documents & IDENTITY_DOCUMENTS),
            "address_document": bool(evidence.documents & ADDRESS_DOCUMENTS),
        }
    return [name for name, shown in wanted.items() if not shown]


def age_on(day: date, *, born: date) -> int:
    """Full years."""
    had_birthday = (day.month, day.day) >= (born.month, born.day)
    return day.year - born.year - (0 if had_birthday else 1)
