"""How a process says that it is ready, or where to ask: it writes ARHAN_READY_FILE."""

from __future__ import annotations

import os
from pathlib import Path


def announce(ask: str = "") -> None:
    """Say that this process does its work now, or at which address it tells whether it does."""
    if path := os.environ.get("ARHAN_READY_FILE"):
        Path(path).write_text(ask)
