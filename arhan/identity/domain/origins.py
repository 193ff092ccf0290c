"""Where a request came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Address, program and device of a request, as far as anybody can tell."""

    address: str
    user_agent: str
    device_token: str = ""
    """What a device was given at its first login to be known again by."""
