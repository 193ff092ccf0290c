"""How a process that does not listen says that it is ready: it touches ARHAN_READY_FILE."""

from __future__ import annotations

import os
from pathlib import Path


def announce() -> None:
    """Say that this process does its work now."""
    if path := os.environ.get("ARHAN_READY_FILE"):
        Path(path).touch()
