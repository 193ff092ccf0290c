"""TPC-B as pgbench runs it: what the same PostgreSQL does with nothing of ours in the way.

Every workload prints its figure beside this one, taken in the same run, so that a slow or a busy
machine slows both.
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo, sql

from arhan.runner.postgres import bundled_installation

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALE = 10
CLIENTS = 8
THREADS = 2
SECONDS = 10
DATABASE = "arhan_pgbench"

_FOUND = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
}


class PgbenchError(RuntimeError):
    """pgbench did not run, or its output has no rate."""


@dataclass(frozen=True, slots=True)
class TpcB:
    """One run of pgbench's TPC-B-like script."""

    tps: float
    clients: int = CLIENTS
    scale: int = SCALE
    seconds: int = SECONDS
    protocol: str = "prepared"

    def describe(self) -> dict[str, Any]:
        """As it stands in a workload's JSON."""
        return {
            "tps": round(self.tps, 1),
            "clients": self.clients,
            "scale": self.scale,
            "seconds": self.seconds,
            "protocol": self.protocol,
        }


def measure_tpc_b(server_url: str, *, seconds: int = SECONDS) -> TpcB:
    """Run TPC-B (-c 8 -M prepared, scale 10) on this server, in a database made for it and dropped.

    `server_url` connects as a role that may create databases; its own database is left alone.
    """
    with _scratch_database(server_url) as environment:
        _pgbench(environment, "--initialize", "--quiet", f"--scale={SCALE}")
        output = _pgbench(
            environment,
            f"--client={CLIENTS}",
            f"--jobs={THREADS}",
            "--protocol=prepared",
            f"--time={seconds}",
        )
    found = _FOUND.search(output)
    if found is None:
        msg = f"pgbench printed no rate:\n{output}"
        raise PgbenchError(msg)
    return TpcB(tps=float(found[1]), seconds=seconds)


@contextmanager
def _scratch_database(server_url: str) -> Iterator[dict[str, str]]:
    """A database for the time of one run, and the environment in which libpq finds it."""
    name = sql.Identifier(DATABASE)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield _environment(server_url)
        finally:
            server.execute(drop)


def _environment(server_url: str) -> dict[str, str]:
    """Variables of libpq for the scratch database: a password on a command line could be read by all."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    parameters = conninfo.conninfo_to_dict(server_url)
    told = {
        variable: str(parameters[name])
        for name, variable in _VARIABLES.items()
        if parameters.get(name) is not None
    }
    return kept | told | {"PGDATABASE": DATABASE}


def _pgbench(environment: dict[str, str], *arguments: str) -> str:
    program = bundled_installation() / "bin" / "pgbench"
    done = subprocess.run(
        [str(program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"pgbench {' '.join(arguments)} failed:\n{done.stderr[-2000:]}"
        raise PgbenchError(msg)
    return done.stdout
