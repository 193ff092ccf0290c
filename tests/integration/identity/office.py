"""The identity office with a cheap password hash, and its command line within reach of tests.

What the bank's own hash costs, and that it costs the same for a name nobody has, is tested on an
office without this; here hundreds of logins and commands take seconds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from arhan.identity import hashing
from arhan.identity.commands import app

if TYPE_CHECKING:
    from collections.abc import Callable

hashing.PasswordHasher.iterations = 1000

from arhan.identity.wsgi import application as office  # noqa: E402 - after the line above

COMMAND_PATH = "/command"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer like the office, or run a command as `arhan` would."""
    if environ["PATH_INFO"] != COMMAND_PATH:
        return office(environ, start_response)
    told = json.loads(environ["wsgi.input"].read())
    done = CliRunner().invoke(app, told["words"], env=told["environment"])
    start_response("200 OK" if done.exit_code == 0 else "422 Failed", [("Content-Type", "text/plain")])
    return [done.output.encode()]
