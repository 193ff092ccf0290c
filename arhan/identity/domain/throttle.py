"""Slowing guessers down: free tries first, then pauses that double, never a lock that stays.

Counted are guesses from one address, guesses at one login name from one address, and guesses at one
name by strangers from everywhere. Names that nobody has are counted like any other, so that a pause
tells nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

_MANY = 30
"""Doublings after which every pause has reached its longest."""


@dataclass(frozen=True, slots=True)
class ThrottleRule:
    """How many tries are free, and how the pauses grow after them."""

    free: int
    first_pause: timedelta
    longest_pause: timedelta
    forgotten_after: timedelta


NAME_FROM_ADDRESS = ThrottleRule(
    free=5,
    first_pause=timedelta(seconds=30),
    longest_pause=timedelta(minutes=15),
    forgotten_after=timedelta(hours=1),
)
NAME_FROM_STRANGERS = ThrottleRule(
    free=30,
    first_pause=timedelta(seconds=30),
    longest_pause=timedelta(minutes=5),
    forgotten_after=timedelta(hours=1),
)
ADDRESS = ThrottleRule(
    free=50,
    first_pause=timedelta(seconds=10),
    longest_pause=timedelta(minutes=5),
    forgotten_after=timedelta(minutes=15),
)
RESETS_OF_NAME = ThrottleRule(
    free=3,
    first_pause=timedelta(minutes=15),
    longest_pause=timedelta(hours=4),
    forgotten_after=timedelta(hours=4),
)
RESETS_FROM_ADDRESS = ThrottleRule(
    free=20,
    first_pause=timedelta(minutes=1),
    longest_pause=timedelta(hours=1),
    forgotten_after=timedelta(hours=1),
)
TEXTS_TO_PERSON = ThrottleRule(
    free=5,
    first_pause=timedelta(minutes=5),
    longest_pause=timedelta(hours=1),
    forgotten_after=timedelta(hours=4),
)
REGISTRY_QUESTIONS = ThrottleRule(
    free=5,
    first_pause=timedelta(hours=1),
    longest_pause=timedelta(days=1),
    forgotten_after=timedelta(days=1),
)


@dataclass(frozen=True, slots=True)
class Throttle:
    """One counter that a try goes by."""

    key: str
    rule: ThrottleRule
    cleared_by_success: bool
    """False for what a guesser could clear by signing in to an account of their own."""


def login_throttles(*, login: str, address: str, stranger: bool) -> list[Throttle]:
    """What a try to sign in is counted under.

    Guesses at one name from many addresses are counted together, but hold up only strangers: a
    device the person has signed in with before is never kept waiting by others.
    """
    place, name = network(address), login.strip().lower()
    throttles = [
        Throttle(_key("name", name, place), NAME_FROM_ADDRESS, cleared_by_success=True),
        Throttle(_key("address", place), ADDRESS, cleared_by_success=False),
    ]
    if stranger:
        throttles.append(Throttle(_key("strangers", name), NAME_FROM_STRANGERS, cleared_by_success=False))
    return throttles


def own_password_throttle(person_id: str) -> Throttle:
    """What somebody who is signed in and says their password once more is counted under."""
    return Throttle(_key("person", person_id), NAME_FROM_ADDRESS, cleared_by_success=True)


def own_code_throttle(person_id: str) -> Throttle:
    """What somebody who is signed in and shows a code of their second factor is counted under."""
    return Throttle(_key("code", person_id), NAME_FROM_ADDRESS, cleared_by_success=True)


def reset_throttles(*, login: str, address: str) -> tuple[Throttle, Throttle]:
    """What asking for a new password is counted under: by name, and by address."""
    name = Throttle(_key("reset", login.strip().lower()), RESETS_OF_NAME, cleared_by_success=False)
    place = Throttle(_key("resets", network(address)), RESETS_FROM_ADDRESS, cleared_by_success=False)
    return name, place


def texts_throttle(person_id: str) -> Throttle:
    """What sending somebody texts is counted under: they cost money and patience."""
    return Throttle(_key("texts", person_id), TEXTS_TO_PERSON, cleared_by_success=False)


def registry_throttle(person_id: str) -> Throttle:
    """What asking the registry about identity numbers is counted under: it answers guesses too."""
    return Throttle(_key("registry", person_id), REGISTRY_QUESTIONS, cleared_by_success=False)


def network(address: str) -> str:
    """What one subscriber controls: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)


def _key(kind: str, *parts: str) -> str:
    """Hashed, because people sometimes type their password where the name goes."""
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"{kind}:{digest}"


def pause_after(rule: ThrottleRule, failures: int) -> timedelta:
    """How long the next try must wait after this many failures in a row."""
    beyond = failures - rule.free
    if beyond < 0:
        return timedelta(0)
    doublings: int = 2 ** min(beyond, _MANY)
    return min(rule.longest_pause, rule.first_pause * doublings)


def remembered_failures(rule: ThrottleRule, *, failures: int, last_at: datetime, now: datetime) -> int:
    """Failures that still count: none once nobody has tried for a while."""
    return failures if now - last_at < rule.forgotten_after else 0
