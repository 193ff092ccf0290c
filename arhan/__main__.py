"""The command line: `arhan`, also `python -m arhan`.

The runner's own commands are here; those of a service live in its `commands.py` (a typer
application called `app`) and are imported only when they are asked for.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from arhan.runner.errors import CannotRun

PACKAGE = Path(__file__).parent
SERVICE_COMMANDS: dict[str, tuple[str, str]] = {
    "staff": ("identity", "The bank's own people: create them, list them."),
    "keys": ("identity", "Rotate the keys that sign access tokens."),
    "mailbox": ("identity", "Letters of a bank without a mail server."),
    "books": ("ledger", "Check the books; verify a receipt offline."),
    "loans": ("account", "Quote a loan."),
    "cob": ("account", "Run the close of business."),
    "fraud": ("fraud", "Evaluate a payment; backtest the rules."),
}
"""Command -> the service whose commands.py has it, and its line in `arhan --help`."""
BENCH_HELP = "Run a named workload and print its figures."


class Deferred(TyperGroup):
    """A service's command: imported when it is used, not when it is listed."""

    def __init__(self, *, name: str, module: str, service: str, help: str) -> None:  # noqa: A002 - typer's word
        """Nothing is imported yet."""
        super().__init__(name=name, help=help)
        self._module = module
        self._service = service

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Become the real command."""
        return self._load().make_context(info_name, args, parent=parent, **extra)

    def _load(self) -> Any:
        from arhan.runner import environment  # noqa: PLC0415 - only for a command that needs it

        if self._service:
            environment.adopt(self._service)
        found = typer.main.get_group(import_module(self._module).app)
        inner = found.commands.get(self.name or "")
        return inner or found


class Commands(TyperGroup):
    """The runner's commands and those of whichever services are there."""

    def __init__(self, **options: Any) -> None:
        """Look for the services' modules without importing them."""
        super().__init__(**options)
        for name, (service, line) in SERVICE_COMMANDS.items():
            if (PACKAGE / service / "commands.py").exists():
                module = f"arhan.{service}.commands"
                self.add_command(Deferred(name=name, module=module, service=service, help=line))
        if (PACKAGE.parent / "bench" / "commands.py").exists():
            self.add_command(Deferred(name="bench", module="bench.commands", service="", help=BENCH_HELP))


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    help="A whole bank you can run, read and extend.",
    pretty_exceptions_enable=False,
)


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option(envvar="ARHAN_DEMO", help="Let a few customers in on the first start.")
    ] = True,
) -> None:
    """Start the bank in this terminal; Ctrl-C closes it."""
    from arhan.runner.up import Up  # noqa: PLC0415 - `arhan --help` must not import the bank

    Up(with_demo=demo).run()


@app.command()
def status(*, as_json: Annotated[bool, typer.Option("--json", help="Machine-readable.")] = False) -> None:
    """Show every process with its memory, state and health; exit 1 unless the bank is open."""
    from rich.console import Console  # noqa: PLC0415 - as above

    from arhan.runner import home, screen  # noqa: PLC0415 - as above
    from arhan.runner import status as running  # noqa: PLC0415 - as above

    found = running.report(home.find())
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        screen.show_status(Console(highlight=False), found)
    raise typer.Exit(0 if found["ready"] else 1)


@app.command()
def demo(
    *,
    customers: Annotated[int, typer.Option(min=2, help="How many to let in.")] = 20,
    payments: Annotated[int, typer.Option(min=0, help="How many payments they make.")] = 500,
) -> None:
    """Fill the running bank: customers with accounts who pay each other through the public API."""
    from arhan.runner import demo as people  # noqa: PLC0415 - as above
    from arhan.runner import home  # noqa: PLC0415 - as above

    raise typer.Exit(people.populate(home.find(), customers=customers, payments=payments))


@app.command()
def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="All of them by default.")] = None,
) -> None:
    """Bring the tables of services up to date; `arhan up` does it by itself."""
    from arhan.runner import migrate as tables  # noqa: PLC0415 - as above

    tables.migrate(services or [])


@app.command()
def relay(
    services: Annotated[list[str] | None, typer.Argument(help="All of them by default.")] = None,
) -> None:
    """Publish the events of services until stopped; `arhan up` does it by itself."""
    from arhan.runner import relay as relays  # noqa: PLC0415 - as above

    relays.run(services or [])


@app.command()
def beat() -> None:
    """Tick the bank's clock until stopped; `arhan up` does it by itself."""
    from arhan.runner import beat as clock  # noqa: PLC0415 - as above

    clock.main()


def main() -> None:
    """Run the command line; what cannot be done is one sentence, not a traceback."""
    try:
        app()
    except CannotRun as error:
        print(f"arhan: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
