from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import psycopg
import pytest

from arhan import topology
from arhan.runner import databases, migrations
from tests.postgres import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.postgres import Databases


@pytest.fixture(scope="module")
def server() -> Iterator[Databases]:
    with running() as found:
        yield found


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def setting(server: Databases, name: str) -> object:
    return ask(server.server.superuser_url(), f"SHOW {name}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server_version_num", "180004"),
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("password_encryption", "scram-sha-256"),
        ("TimeZone", "UTC"),
    ],
)
def test_the_server_is_set_up_as_promised(server: Databases, name: str, value: str) -> None:
    assert setting(server, name) == value


def test_every_way_in_asks_for_scram(server: Databases) -> None:
    query = "SELECT string_agg(DISTINCT type || ' ' || auth_method, ', ') FROM pg_hba_file_rules"
    assert ask(server.server.superuser_url(), query) == "local scram-sha-256"


def test_a_wrong_password_does_not_get_in(server: Databases) -> None:
    url = server.server.url("arhan_ledger", role="arhan_ledger", password="guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_the_socket_s_directory_is_closed_to_others(server: Databases) -> None:
    directory = setting(server, "unix_socket_directories")
    found = socket.socket(socket.AF_UNIX)
    found.connect(f"{directory}/.s.PGSQL.5432")
    found.close()
    query = f"SELECT (pg_stat_file('{directory}')).isdir"
    assert ask(server.server.superuser_url(), query) is True


@pytest.mark.parametrize("own", topology.SERVICES, ids=lambda s: s.name)
def test_a_service_s_role_gets_into_its_own_database_only(server: Databases, own: topology.Service) -> None:
    password = server.keys.database_password(own.database)
    for name in (*databases.names(), "postgres", "template1"):
        url = server.server.url(name, role=own.database, password=password)
        if name == own.database:
            assert ask(url, "SELECT current_user") == own.database
        else:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(url)


@pytest.mark.parametrize("own", topology.SERVICES, ids=lambda s: s.name)
def test_a_service_s_role_can_do_nothing_to_the_server(server: Databases, own: topology.Service) -> None:
    query = "SELECT bool_or(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)"
    query += f" FROM pg_roles WHERE rolname = '{own.database}'"
    assert ask(server.server.superuser_url(), query) is False


def test_preparing_again_changes_nothing_and_follows_the_keys(server: Databases) -> None:
    databases.prepare(server.server, server.keys, embedded=True)
    assert ask(server.url("ledger"), "SELECT current_database()") == "arhan_ledger"


def test_the_queue_is_installed_for_its_own_role(server: Databases) -> None:
    url = server.broker_url.replace("pgmq://", "postgresql://")
    assert ask(url, "SELECT count(*) FROM pgmq.list_queues()") == 0
    query = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'pgmq'"
    assert ask(url, query) == topology.BROKER_DATABASE


def test_passwords_never_reach_the_server_s_log(server: Databases) -> None:
    stored = ask(
        server.server.superuser_url(), "SELECT rolpassword FROM pg_authid WHERE rolname = 'arhan_ledger'"
    )
    assert str(stored).startswith("SCRAM-SHA-256$")
    assert server.keys.database_password("arhan_ledger") not in str(stored)


def test_what_is_migrated_is_remembered_with_the_data(
    server: Databases, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "arhan"
    (package / "ledger" / "migrations").mkdir(parents=True)
    monkeypatch.setattr(migrations, "PACKAGE", package)
    ledger = topology.service("ledger")
    assert migrations.outdated(server.server, [ledger]) == [ledger]
    migrations.record(server.server, ledger)
    assert migrations.outdated(server.server, [ledger]) == []
    (package / "ledger" / "migrations" / "0001_initial.py").write_text("one more")
    assert migrations.outdated(server.server, [ledger]) == [ledger]
