"""The registry of identity numbers, behind a port; here a simulator stands in for it.

A real one (NIBSS for BVN, NIMC for NIN) answers whether a number belongs to somebody of this name
and date of birth; it gives nothing else away, and nothing else is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date


class Match(Enum):
    """What the registry says."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody says they are."""

    kind: str
    number: str
    first_name: str
    last_name: str
    born: date


class Registry(Protocol):
    """Compares a claim with the register."""

    def compare(self, claim: Claim) -> Match:
        """May go over the network: never call it inside a transaction."""


class SimulatedRegistry:
    """Knows every number; what it says depends on the last digit, so that each answer can be had."""

    def compare(self, claim: Claim) -> Match:
        """9: another person's; 0: unknown; any other: theirs."""
        last = claim.number[-1]
        return {"9": Match.MISMATCH, "0": Match.UNKNOWN}.get(last, Match.MATCH)


registry: Registry = SimulatedRegistry()
