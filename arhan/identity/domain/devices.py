"""When a device counts as new, and what people see of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

NEW_FOR = timedelta(hours=24)
"""A device seen for the first time may move less for a day (CBN, channel limits for new devices)."""
MAX_NAME = 60
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def trusted_from(*, is_first: bool, now: datetime) -> datetime:
    """The device somebody registered with is trusted at once; every other one has to wait."""
    return now if is_first else now + NEW_FOR


def name_of(user_agent: str) -> str:
    """A name people recognise (`Firefox on Linux`); the beginning of the user agent where nothing fits."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    first = re.match(r"[\w.-]+", user_agent)
    return browser or system or (first[0][:MAX_NAME] if first else "Unknown device")
