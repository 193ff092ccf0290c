"""`arhan up`: the bank in one terminal, from nothing to open, until it is told to close."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console

from arhan.kernel import settings
from arhan.runner import demo, environment, privilege, processes
from arhan.runner import home as homes
from arhan.runner.errors import CannotRun
from arhan.runner.launcher import Launcher
from arhan.runner.screen import Progress, show_bank
from arhan.runner.supervisor import State

if TYPE_CHECKING:
    from arhan.runner.supervisor import Life

LOOK_S = 0.2
WIDTH_OF_FILES = 160
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Closing(Exception):  # noqa: N818 - an order, not an error
    """Somebody asked the bank to close while it was starting."""


class Up:
    """One run of the bank in the foreground."""

    def __init__(self, *, with_demo: bool) -> None:
        """`with_demo` lets the first start bring a few people and payments."""
        self._console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_FILES)
        self._progress = Progress(self._console)
        self._with_demo = with_demo
        self._is_closing = False
        self._is_open = False
        self._home = homes.find()

    def run(self) -> None:
        """Open, watch, close."""
        settings.check_forms(environment.operators_own(os.environ))
        with homes.held(self._home):
            for number in STOP_SIGNALS:
                signal.signal(number, self._ask_to_close)
            launcher = Launcher(self._home, tell=self._progress.tell, changed=self._changed, look=self._look)
            self._progress.watch(launcher.supervisor.lives)
            try:
                with launcher:
                    self._open(launcher)
                    self._watch(launcher)
                    self._console.print("Closing …")
            except Closing:
                self._console.print("Closed before it was open.")

    def _open(self, launcher: Launcher) -> None:
        began = time.monotonic()
        try:
            launcher.start()
            people = self._seed(launcher)
        finally:
            self._progress.end()
        self._is_open = True
        show_bank(
            self._console,
            url=launcher.site.gateway_url,
            people=people,
            elapsed_s=time.monotonic() - began,
            home=str(self._home.path),
        )
        self._admit_root()

    def _seed(self, launcher: Launcher) -> list[dict[str, str]]:
        """Bring the first people in, once; a demo that fails leaves the bank open and says why."""
        if self._with_demo and not demo.remembered(self._home):
            self._progress.tell("Letting the first customers in")
            try:
                launcher.run_once("demo", ("arhan.runner.demo",))
            except CannotRun as error:
                self._console.print(f"The demo people could not be brought in: {error}", style="yellow")
        return demo.remembered(self._home)

    def _watch(self, launcher: Launcher) -> None:
        while not self._is_closing:
            launcher.supervisor.tick()
            time.sleep(LOOK_S)

    def _ask_to_close(self, *_: object) -> None:
        self._is_closing = True

    def _look(self) -> None:
        if self._is_closing:
            raise Closing
        self._progress.draw()

    def _changed(self, life: Life, news: str) -> None:
        if self._is_open and life.state in {State.PAUSING, State.READY} and life.restarts:
            clock = time.strftime("%H:%M:%S")
            self._console.print(f"{clock} {life.process.name} {news}", style="yellow")

    def _admit_root(self) -> None:
        user = privilege.choose_user(data=self._home.postgres)
        if os.geteuid() == 0 and user and processes.services_user(user) is None:
            note = f"The services run as root: user {user.name} cannot reach this Python or checkout."
            self._console.print(note, style="dim")
