"""What a person sees while the bank starts, when it is up, and when something happens to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from arhan import topology
from arhan.runner.supervisor import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from arhan.runner.supervisor import Life

REDRAW_S = 0.1
MIB = 1024 * 1024
STATE_COLOURS = {"ready": "green", "alive": "green", "unready": "red", "down": "red"}


class Progress:
    """Draws the start on a terminal; elsewhere prints one line per stage."""

    def __init__(self, console: Console) -> None:
        """Nothing is drawn before `tell`."""
        self._console = console
        self._began = time.monotonic()
        self._live: Live | None = None
        self._drawn_at = 0.0
        self._stage = ""
        self._lives: Mapping[str, Life] = {}

    def tell(self, stage: str) -> None:
        """A stage begins."""
        self._end_live()
        self._stage = stage
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()
        else:
            self._console.print(f"{stage} …")

    def watch(self, lives: Mapping[str, Life]) -> None:
        """Whose states to draw."""
        self._lives = lives

    def draw(self) -> None:
        """Redraw, if it is time to."""
        now = time.monotonic()
        if self._live and now - self._drawn_at > REDRAW_S:
            self._drawn_at = now
            self._live.update(self._picture(now - self._began), refresh=True)

    def end(self) -> None:
        """The bank is up, or it is not going to be."""
        self._end_live()

    def _end_live(self) -> None:
        if self._live:
            self._live.stop()
            self._console.print(Text.assemble(("✓ ", "green"), self._stage))
        self._live = None

    def _picture(self, elapsed_s: float) -> Text:
        shown = [life for life in self._lives.values() if life.process.probe]
        waiting = [life.process.name for life in shown if life.state is not State.READY]
        up = len(shown) - len(waiting)
        line = Text.assemble((f"{elapsed_s:4.1f} s  ", "dim"), self._stage)
        if shown:
            line.append(f"\n        {up}/{len(shown)} ready", "bold")
            line.append("  waiting for " + ", ".join(waiting) if waiting else "", "dim")
        return line


def show_bank(
    console: Console, *, url: str, people: Sequence[Mapping[str, str]], elapsed_s: float, home: str
) -> None:
    """The one screen at the end of `arhan up`."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row("[bold]Bank[/]", f"[link={url}]{url}[/link]")
    documented = [s.name for s in topology.SERVICES if s.name != "frontend"]
    grid.add_row("[bold]API docs[/]", f"{url}/api/<service>/docs   ({', '.join(documented)})")
    grid.add_row("[bold]Data, logs[/]", home)
    grid.add_row("[bold]Another shell[/]", "arhan demo · arhan status · arhan books check --json")
    console.print(
        Panel(grid, title=f"Arhan is open ({elapsed_s:.1f} s)", title_align="left", border_style="green")
    )
    if people:
        console.print(_people(people))
    console.print("Ctrl-C closes the bank.", style="dim")


def _people(people: Sequence[Mapping[str, str]]) -> Table:
    table = Table(title="Demo people", title_justify="left", box=None, pad_edge=False)
    for column in ("role", "username", "password", "account", "pin", "authenticator"):
        table.add_column(column.title() if column != "pin" else "PIN", overflow="fold")
    for person in people:
        table.add_row(*(person.get(str(column.header).lower(), "") for column in table.columns))
    return table


def show_status(console: Console, found: Mapping[str, Any]) -> None:
    """`arhan status` for a person."""
    if not found["processes"]:
        console.print(f"No bank has run on {found['home']} yet; `make up` starts one.")
        return
    table = Table(box=None, pad_edge=False)
    for column, justify in (
        ("Process", "left"),
        ("PID", "right"),
        ("Port", "right"),
        ("PSS MiB", "right"),
        ("Restarts", "right"),
        ("State", "left"),
        ("Health", "left"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for row in found["processes"]:
        colour = STATE_COLOURS.get(row["health"], "yellow")
        table.add_row(
            row["name"],
            str(row["pid"] or "-"),
            str(row["port"] or ""),
            f"{row['pss_bytes'] / MIB:.1f}",
            str(row["restarts"]),
            row["state"],
            f"[{colour}]{row['health']}[/]",
        )
    console.print(table)
    total = found["totals"]
    console.print(
        f"{total['processes']} processes, {total['pss_bytes'] / MIB:.0f} MiB (PSS); {found['gateway']}"
    )
