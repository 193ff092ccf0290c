"""The servers that compose.yaml pins (PostgreSQL 18, RabbitMQ 4, nginx with `resolve`), without their images.

Debian's next release has the same versions; debootstrap puts them into one tree, which is kept
between two runs. Each program runs there in a mount name space of its own, as its container would:
the root file system read-only, its volumes and its tmpfs where compose mounts them.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from arhan.runner import provision
from tests.full import image

SUITE = "forky"
PACKAGES = "ca-certificates,curl,nginx-light,postgresql-18,rabbitmq-server"
TREE = image.WORK / f"servers-{SUITE}"
WHOLE = TREE / ".whole"
SCRIPT = "/usr/share/debootstrap/scripts/sid"
"""Debian's own way to lay out a release that this machine's debootstrap is too old to know."""
POSTGRES = Path("/usr/lib/postgresql/18/bin")
RABBITMQ = Path("/usr/lib/rabbitmq/bin")
IMAGES_USER = f"image:x:{provision.POSTGRES_ID}:{provision.POSTGRES_ID}::/nonexistent:/usr/sbin/nologin\n"
"""PostgreSQL asks for the name of whom it runs as; the images' user is nobody of Debian's."""


@dataclass(frozen=True)
class Mount:
    """A directory or file of this machine, and where the program sees it."""

    here: Path
    there: str
    read_only: bool = False


def install() -> None:
    """Fetch the servers, unless they are here."""
    if WHOLE.exists():
        return
    shutil.rmtree(TREE, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(TREE), "", SCRIPT]
    log = image.WORK / "servers.log"
    with log.open("wb") as said:
        done = subprocess.run(command, stdout=said, stderr=said, check=False, timeout=image.LIMIT_S)
    assert done.returncode == 0, log.read_text()[-2000:]
    with (TREE / "etc/passwd").open("a") as users:
        users.write(IMAGES_USER)
    WHOLE.touch()


def inside(*words: str, user: str, mounts: tuple[Mount, ...] = ()) -> list[str]:
    """A command that runs WORDS in the tree as `user` (uid:gid) and becomes that program."""
    steps = [
        f"mount --bind {TREE} {TREE}",
        f"mount -o remount,bind,ro {TREE}",
        f"mount --rbind /proc {TREE}/proc",
        f"mount --rbind /dev {TREE}/dev",
    ]
    for mount in mounts:
        at = shlex.quote(str(_mount_point(mount)))
        steps.append(f"mount --bind {shlex.quote(str(mount.here))} {at}")
        steps += [f"mount -o remount,bind,ro {at}"] if mount.read_only else []
    script = "; ".join(["set -e", *steps, f'exec /usr/sbin/chroot --userspec={user} {TREE} "$@"'])
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", *words]


def _mount_point(mount: Mount) -> Path:
    at = TREE / mount.there.lstrip("/")
    if mount.here.is_dir():
        at.mkdir(parents=True, exist_ok=True)
    else:
        at.parent.mkdir(parents=True, exist_ok=True)
        at.touch()
    return at


def with_temporary_files(words: list[str], user: str) -> list[str]:
    """The same in the tree, with this machine's /tmp."""
    return inside(*words, user=user, mounts=(Mount(Path(tempfile.gettempdir()), tempfile.gettempdir()),))


def version(*words: str) -> str:
    """What a server says of itself."""
    done = subprocess.run(
        inside(*words, user="65534:65534"), capture_output=True, text=True, check=True, timeout=120
    )
    return (done.stdout + done.stderr).strip()
