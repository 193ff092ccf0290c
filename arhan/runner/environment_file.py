"""What `arhan provision` wrote for a process: NAME='value' lines, in its container or on its host.

The file is systemd's EnvironmentFile as well as ours; what the environment says already, and not as an empty word, stays.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "ARHAN_ENVIRONMENT_FILE"


def write(settings: Mapping[str, str]) -> str:
    """The file's text."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))


def read(text: str) -> dict[str, str]:
    """The file's settings."""
    pairs = (word.partition("=") for word in shlex.split(text, comments=True))
    return {name: value for name, _, value in pairs}


def load() -> None:
    """Take the settings of the file ARHAN_ENVIRONMENT_FILE names over into this process, if it does."""
    named = os.environ.get(VARIABLE)
    if not named:
        return
    try:
        found = read(Path(named).read_text())
    except OSError as error:
        msg = f"{VARIABLE} names {named}, which cannot be read: {error.strerror}."
        raise CannotRun(msg) from None
    os.environ.update({name: value for name, value in found.items() if not os.environ.get(name)})
