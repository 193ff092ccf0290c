"""ARHAN_HOME: the one directory that holds a bank's data, keys, logs and what runs just now."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.runner.privilege import User

LONGEST_SOCKET_PATH = 107
"""Bytes a Unix socket's path may have on Linux (sun_path without its final zero)."""
SOCKET_NAME = ".s.PGSQL.5432"
SYSTEM_HOME = Path("/var/lib/arhan")


@dataclass(frozen=True)
class Home:
    """Where one bank lives on disk."""

    path: Path

    @property
    def keys(self) -> Path:
        """Secrets, one file each, readable by the bank's operator only."""
        return self.path / "keys"

    @property
    def logs(self) -> Path:
        """One log per process, and the one of the run before."""
        return self.path / "logs"

    @property
    def run(self) -> Path:
        """What is true only while the bank runs: sockets, generated configuration, ready files."""
        return self.path / "run"

    @property
    def postgres(self) -> Path:
        """The embedded PostgreSQL's files."""
        return self.path / "postgres"

    @property
    def bank_file(self) -> Path:
        """Ports and processes of the bank that runs, or ran last."""
        return self.run / "bank.json"

    @property
    def socket_directory(self) -> Path:
        """Where PostgreSQL's socket lies: in `run`, or under /tmp where that path is too long."""
        inside = self.run / "postgres"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path("/tmp") / f"arhan-{name}"  # noqa: S108 - 0700, its owner is checked before use


def find() -> Home:
    """The bank this command is about: ARHAN_HOME, else the default of this user."""
    if named := os.environ.get("ARHAN_HOME"):
        return Home(Path(named).expanduser().absolute())
    if os.geteuid() == 0:
        return Home(SYSTEM_HOME)
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home(Path(data).expanduser() / "arhan")


def make(directory: Path) -> None:
    """A private directory of a bank, with all above it."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"ARHAN_HOME must be where {directory} can be made: {error.strerror}."
        raise CannotRun(msg) from None


def prepare(home: Home, *, user: User | None) -> None:
    """Make the directories, each as private as it can be; nothing above ARHAN_HOME is touched.

    `user` is the unprivileged user of a bank started by root: it may pass through ARHAN_HOME,
    owns PostgreSQL's files, and may leave files in `run` but not replace root's.
    """
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for directory in (home.keys, home.logs, home.run, home.postgres):
        directory.mkdir(mode=0o700, exist_ok=True)
    if user:
        _open_to(user, home)
    _make_socket_directory(home.socket_directory, user=user)


def _open_to(user: User, home: Home) -> None:
    os.chown(home.path, 0, user.gid)
    home.path.chmod(0o710)
    os.chown(home.run, 0, user.gid)
    home.run.chmod(0o1770)
    os.chown(home.postgres, user.uid, user.gid)


def _make_socket_directory(directory: Path, *, user: User | None) -> None:
    owner = user.uid if user else os.geteuid()
    try:
        directory.mkdir(mode=0o700)
        if user:
            os.chown(directory, user.uid, user.gid)
    except FileExistsError:
        if directory.is_symlink() or directory.stat().st_uid != owner:
            msg = f"{directory} belongs to somebody else; remove it, PostgreSQL's socket must lie there."
            raise CannotRun(msg) from None
        directory.chmod(0o700)


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold this bank for ourselves; a second launcher on the same directory is refused."""
    make(home.path)
    descriptor = os.open(home.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
            msg = (
                f"A bank already runs on {home.path} (process {holder}). "
                "Stop it first, or set ARHAN_HOME to another directory."
            )
            raise CannotRun(msg) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
