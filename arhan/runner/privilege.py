"""Root starts the bank, but does not run it: PostgreSQL, nginx and the services get a plain user."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

OWN_USER = "arhan"
FALLBACK_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class User:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int


def choose_user(*, data: Path) -> User | None:
    """Who runs what root must not; None when we are a plain user already and run it all ourselves.

    Data that exists decides (`data` is PostgreSQL's directory); else the system user `arhan`,
    created if it can be; else `postgres`; else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid):
        return _by_uid(owner)
    return _named(OWN_USER) or _create() or _first_fallback()


def _create() -> User | None:
    command = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not command:
        return None
    home = ("--no-create-home", "--home-dir", "/nonexistent")
    subprocess.run(
        [command, "--system", *home, "--shell", "/usr/sbin/nologin", "--user-group", OWN_USER],
        check=False,
        capture_output=True,
    )
    return _named(OWN_USER)


def _first_fallback() -> User:
    for name in FALLBACK_USERS:
        if user := _named(name):
            return user
    msg = (
        f"Root may not run PostgreSQL, and there is no other user: create one (useradd --system {OWN_USER})."
    )
    raise CannotRun(msg)


def _named(name: str) -> User | None:
    try:
        return _user(pwd.getpwnam(name))
    except KeyError:
        return None


def _by_uid(uid: int) -> User:
    try:
        return _user(pwd.getpwuid(uid))
    except KeyError:
        return User(name=str(uid), uid=uid, gid=uid)


def _user(entry: pwd.struct_passwd) -> User:
    return User(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def first_unreachable(path: Path, *, user: User | None) -> Path | None:
    """The first directory on the way to `path`, or `path` itself, that `user` may not enter or read.

    None when the user gets there, or when we are that user. Access lists are not looked at.
    """
    if user is None:
        return None
    target = path.resolve()
    for directory in reversed(target.parents):
        if not _allows(directory.stat(), user, stat.S_IXOTH):
            return directory
    needed = stat.S_IROTH | (stat.S_IXOTH if target.is_dir() else 0)
    return None if _allows(target.stat(), user, needed) else target


def _allows(found: os.stat_result, user: User, needed: int) -> bool:
    """Whether the permission bits grant `needed` (given as bits for others) to the user."""
    if found.st_uid == user.uid:
        needed <<= 6
    elif found.st_gid == user.gid:
        needed <<= 3
    return found.st_mode & needed == needed
