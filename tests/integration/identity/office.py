"""The identity office with a cheap password hash, and its command line and its ear within reach of tests.

What the bank's own hash costs, and that it costs the same for a name nobody has, is tested on an
office without this; here hundreds of logins and commands take seconds.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from typer.testing import CliRunner

from arhan.identity import hashing
from arhan.identity.commands import app
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

hashing.PasswordHasher.iterations = 1000
_encode = hashing.PasswordHasher.encode
_work = [0]


def _counted(self: hashing.PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
    """The bank's hash, and how much work it was: the same on a slow machine as on a fast one."""
    _work[0] += iterations or self.iterations
    return str(_encode(self, password, salt, iterations))


hashing.PasswordHasher.encode = _counted  # type: ignore[method-assign, assignment]

from arhan.identity.wsgi import application as office  # noqa: E402, I001 - after the line above
from arhan.identity.domain.origins import Origin  # noqa: E402 - models must be loaded first
from arhan.identity.service import notices, sessions  # noqa: E402 - models must be loaded first
from arhan.kernel.database import django_transaction  # noqa: E402 - as above
from arhan.kernel.inbox import Batch, Inbox, unpack  # noqa: E402 - as above

COMMAND_PATH = "/command"
WORK_PATH = "/work"
GUESS_PATH = "/guess"
EVENTS_PATH = "/events"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    """Answer like the office, run a command as `arhan` would, or say how much was hashed so far."""
    if environ["PATH_INFO"] == WORK_PATH:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(_work[0]).encode()]
    if environ["PATH_INFO"] == GUESS_PATH:
        answers = _guess(**json.loads(environ["wsgi.input"].read()))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answers).encode()]
    if environ["PATH_INFO"] == EVENTS_PATH:
        _hear(environ["wsgi.input"].read().decode())
        start_response("204 No Content", [])
        return []
    if environ["PATH_INFO"] != COMMAND_PATH:
        return office(environ, start_response)
    told = json.loads(environ["wsgi.input"].read())
    done = CliRunner().invoke(app, told["words"], env=told["environment"])
    start_response("200 OK" if done.exit_code == 0 else "422 Failed", [("Content-Type", "text/plain")])
    return [done.output.encode()]


def _hear(packed: str) -> None:
    """What the worker does with a batch the relay sent."""
    inbox = Inbox(begin=django_transaction, apply=notices.apply_events, feed=_no_feed)
    inbox.receive(unpack(packed))


def _no_feed(**_asked: object) -> Batch:
    msg = "a test sends every event there is"
    raise AssertionError(msg)


def _guess(*, username: str, addresses: list[str], count: int) -> Counter[str]:
    """Wrong passwords from these addresses, one after the other; how often each answer came."""
    answers: Counter[str] = Counter()
    for number in range(count):
        origin = Origin(addresses[number % len(addresses)], "guesser")
        try:
            sessions.sign_in(login=username, password=f"guess {number}", otp=None, origin=origin)
        except Refused as refused:
            answers[refused.refusal.code] += 1
    return answers
