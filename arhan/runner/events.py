"""`arhan events`: what became of events and other tasks on their way."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from arhan.kernel import broker, dead_letters, settings
from arhan.runner import environment
from arhan.runner.errors import CannotRun

app = typer.Typer(no_args_is_help=True, help="Look after events and other tasks on their way.")
MOST = 1_000


@app.callback()
def events() -> None:
    """Look after events and other tasks on their way."""


@app.command()
def dead(
    *,
    replay: Annotated[list[str] | None, typer.Option(help="Send the task with this id again.")] = None,
    replay_all: Annotated[bool, typer.Option("--replay-all", help="Send all of them again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False,
) -> None:
    """Show the tasks that failed or killed their worker too often, or send them again.

    RabbitMQ keeps them; with the embedded broker there are none, a failed task is done again by the
    next tick of the clock. Sending one twice does no harm.
    """
    environment.adopt("ledger")  # any service that has a worker knows where the broker is
    url = settings.require("CELERY_BROKER_URL")
    if not url.startswith("amqp"):
        msg = "This bank's broker is its PostgreSQL, which keeps no dead letters; RabbitMQ does."
        raise CannotRun(msg)
    celery = broker.make_app("events", url)
    try:
        if replay or replay_all:
            chosen = None if replay_all else frozenset(replay or ())
            found = dead_letters.replay(celery, ids=chosen, limit=MOST)
        else:
            found = dead_letters.read(celery, limit=MOST)
    except OSError as error:
        msg = f"The broker does not answer: {error}"
        raise CannotRun(msg) from error
    finally:
        celery.close()
    if as_json:
        typer.echo(json.dumps([letter.as_json() for letter in found], indent=1))
    else:
        _show(found, sent=bool(replay or replay_all))


def _show(found: list[dead_letters.DeadLetter], *, sent: bool) -> None:
    console = Console(highlight=False)
    if not found:
        console.print("Nothing was sent." if sent else "There are no dead letters.")
        return
    table = Table("Died", "Why", "Queue", "Task", "Bytes", "Id", box=None)
    for letter in found:
        table.add_row(letter.died_at, letter.reason, letter.queue, letter.task, str(letter.size), letter.id)
    console.print(table)
    console.print("Sent again." if sent else "`arhan events dead --replay ID` sends one again.")
