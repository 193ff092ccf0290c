"""The command line: `arhan`, also `python -m arhan`.

The runner's own commands are here; those of a service live in its `commands.py` (a typer
application called `app`) and are imported only when they are asked for.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from arhan.runner import environment_file
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from arhan.topology import Service

PACKAGE = Path(__file__).parent
SERVICE_COMMANDS: dict[str, tuple[str, str]] = {
    "staff": ("identity", "The bank's own people: create them, list them."),
    "keys": ("identity", "Rotate keys: of access tokens, of services, of card numbers (--cards)."),
    "mailbox": ("identity", "Letters of a bank without a mail server."),
    "books": ("ledger", "Check the books; verify a receipt offline."),
    "loans": ("account", "Quote a loan."),
    "cob": ("account", "Run the close of business."),
    "fraud": ("fraud", "Evaluate a payment; backtest the rules."),
}
"""Command -> the service whose commands.py has it, and its line in `arhan --help`."""
OTHER_SERVICE: dict[tuple[str, str], str] = {("keys", "--cards"): "account"}
"""Command and option -> the service that does it instead."""
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
        for option in args:
            if other := OTHER_SERVICE.get((self.name or "", option)):
                self._service, self._module = other, f"arhan.{other}.commands"
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
        self.add_command(
            Deferred(name="events", module="arhan.runner.events", service="", help="Tasks that failed.")
        )
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
        bool | None,
        typer.Option("--demo/--no-demo", help="Let a few customers in on the first start (ARHAN_DEMO)."),
    ] = None,
) -> None:
    """Start the bank in this terminal; Ctrl-C closes it."""
    from arhan.kernel import settings  # noqa: PLC0415 - `arhan --help` must not import the bank
    from arhan.runner.up import Up  # noqa: PLC0415 - as above

    wanted = settings.is_true("ARHAN_DEMO", default=True) if demo is None else demo
    Up(with_demo=wanted).run()


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
    url: Annotated[
        str, typer.Option(help="Another bank's origin (no cards there); this machine's by default.")
    ] = "",
) -> None:
    """Fill the running bank: customers with accounts who pay each other through the public API."""
    from arhan.runner import demo as people  # noqa: PLC0415 - as above

    where = url or people.this_bank()
    raise typer.Exit(people.populate(where, customers=customers, payments=payments, reads_texts=not url))


@app.command()
def migrate(
    services: Annotated[list[str] | None, typer.Argument(help="All of them by default.")] = None,
) -> None:
    """Bring the tables of services up to date; `arhan up` does it by itself."""
    from arhan.runner import migrate as tables  # noqa: PLC0415 - as above

    tables.migrate(services or [])


def _known(name: str) -> Service:
    from arhan import topology  # noqa: PLC0415 - as above

    try:
        return topology.service(name)
    except KeyError as error:
        raise CannotRun(str(error.args[0])) from None


def _serve(kind: Literal["office", "engine"], name: str, *, host: str, port: int, threads: int) -> None:
    from arhan import topology  # noqa: PLC0415 - as above
    from arhan.runner import ready, serve  # noqa: PLC0415 - as above

    process = topology.Process(kind, _known(name))
    if not process.port:
        msg = f"{name} has no {kind}."
        raise CannotRun(msg)
    where = port or process.port
    ready.announce(f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{where}/health/ready")  # noqa: S104
    serve.run(process.interface, process.target, host=host, port=where, threads=threads, name=process.name)


_Service = Annotated[str, typer.Argument(help="identity, account, ledger, payment, frontend or fraud.")]
_Host = Annotated[str, typer.Option(envvar="ARHAN_LISTEN", help="Address to listen on.")]
_Port = Annotated[int, typer.Option(help="Its usual one by default.")]


@app.command()
def office(
    service: _Service,
    *,
    host: _Host = "127.0.0.1",
    port: _Port = 0,
    threads: Annotated[int, typer.Option(help="Requests it works on at once.")] = 16,
) -> None:
    """Serve a service's web process until stopped; `arhan up` does it by itself."""
    _serve("office", service, host=host, port=port, threads=threads)


@app.command()
def engine(service: _Service, *, host: _Host = "127.0.0.1", port: _Port = 0) -> None:
    """Serve the process of a service that moves money; `arhan up` does it by itself."""
    _serve("engine", service, host=host, port=port, threads=1)


@app.command()
def worker(service: _Service) -> None:
    """Do a service's background work until stopped; `arhan up` does it by itself."""
    from arhan.runner import worker as workers  # noqa: PLC0415 - as above

    if not _known(service).worker:
        msg = f"{service} has no worker."
        raise CannotRun(msg)
    workers.run(_known(service))


@app.command()
def provision(
    directory: Annotated[Path, typer.Argument(help="Where to lay everything out.")],
    *,
    here: Annotated[
        bool, typer.Option("--here", help="For this very host (systemd) instead of containers.")
    ] = False,
) -> None:
    """Make secrets, addresses and the gateway's configuration for containers or for systemd."""
    from arhan.runner import provision as provisions  # noqa: PLC0415 - as above

    provisions.provision(directory, here=here)


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
        environment_file.load()
        app()
    except CannotRun as error:
        print(f"arhan: {error}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
