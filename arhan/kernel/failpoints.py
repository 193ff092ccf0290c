"""Places where a test kills the process: the borders between a commit and the next side effect.

`ARHAN_FAILPOINT=name` makes the process kill itself with SIGKILL the first time it passes the
failpoint of that name, leaving a marker file behind so that the restarted process survives and
the test can assert that the point was really hit. Unset, a failpoint is one dictionary look-up.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_armed = os.environ.get("ARHAN_FAILPOINT", "")


def marker(name: str) -> Path:
    """The file that says this failpoint was hit."""
    return Path(os.environ.get("ARHAN_HOME", "/tmp")) / "run" / f"failpoint-{name}"  # noqa: S108 - a test's marker


def failpoint(name: str) -> None:
    """Die here, once, if a test asked for it."""
    if _armed != name:
        return
    path = marker(name)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.kill(os.getpid(), signal.SIGKILL)
