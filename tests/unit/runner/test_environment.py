from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arhan import topology
from arhan.runner import ports, postgres
from arhan.runner.environment import Site, existing
from arhan.runner.errors import CannotRun
from arhan.runner.home import Home
from arhan.runner.keys import Keys

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [service.name for service in topology.SERVICES]


def site(tmp_path: Path, **settings: str) -> Site:
    at = Home(tmp_path)
    keys = Keys(at)
    server = postgres.embedded_server(at, password=keys.superuser_password())
    return Site(home=at, keys=keys, server=server, ports=dict(ports.listeners()), settings=settings)


def told(found: Site, service: str) -> dict[str, str]:
    return found.service(topology.service(service))


@pytest.mark.parametrize("name", NAMES)
def test_a_service_knows_its_own_secrets_and_nobody_else_s(tmp_path: Path, name: str) -> None:
    found = site(tmp_path)
    found.keys.make_all()
    values = "\n".join(told(found, name).values())
    for other in topology.SERVICES:
        for secret in (
            found.keys.client_secret(other.name),
            found.keys.secret_key(other.name),
            found.keys.database_password(other.database),
        ):
            assert (secret in values) == (other.name == name), other.name
    assert found.keys.superuser_password() not in values


@pytest.mark.parametrize("name", NAMES)
def test_only_account_gets_the_keys_of_pins_and_cards(tmp_path: Path, name: str) -> None:
    wanted = {"ARHAN_PIN_KEY", "ARHAN_CVV_KEY", "ARHAN_BLIND_INDEX_KEY"}
    assert (wanted & set(told(site(tmp_path), name))) == (wanted if name == "account" else set())


@pytest.mark.parametrize("name", NAMES)
def test_whoever_encrypts_at_rest_has_a_key_of_its_own(tmp_path: Path, name: str) -> None:
    found = told(site(tmp_path), name)
    assert ("ENCRYPTION_KEY" in found) == (name in {"identity", "account", "ledger", "frontend"})


def test_a_service_is_told_where_those_are_that_it_calls(tmp_path: Path) -> None:
    payment = told(site(tmp_path), "payment")
    assert payment["ACCOUNT_SERVICE_URL"] == "http://127.0.0.1:8002"
    assert payment["ACCOUNT_ENGINE_URL"] == "http://127.0.0.1:8012"
    assert "LEDGER_SERVICE_URL" not in payment


def test_the_database_is_reached_over_the_socket(tmp_path: Path) -> None:
    found = site(tmp_path)
    password = found.keys.database_password("arhan_ledger")
    assert told(found, "ledger")["DATABASE_URL"] == (
        f"postgresql://arhan_ledger:{password}@/arhan_ledger?host={tmp_path}/run/postgres"
    )


def test_the_embedded_broker_is_the_default(tmp_path: Path) -> None:
    assert told(site(tmp_path), "ledger")["CELERY_BROKER_URL"].startswith("pgmq://arhan_broker:")


def test_the_operator_s_broker_is_passed_on(tmp_path: Path) -> None:
    found = site(tmp_path, CELERY_BROKER_URL="amqp://guest@localhost")
    assert told(found, "ledger")["CELERY_BROKER_URL"] == "amqp://guest@localhost"
    assert found.relay()["CELERY_BROKER_URL"] == "amqp://guest@localhost"


def test_the_relay_gets_the_outboxes_and_no_service_s_secrets(tmp_path: Path) -> None:
    relay = site(tmp_path).relay()
    assert {name for name in relay if name.endswith("DATABASE_URL")} == {
        s.database_variable for s in topology.SERVICES if s.publishes
    }
    assert not {"SECRET_KEY", "ARHAN_CLIENT_SECRET", "ENCRYPTION_KEY"} & set(relay)


def test_the_operator_s_settings_reach_every_process_and_secrets_of_the_shell_none(tmp_path: Path) -> None:
    shell = {
        "ARHAN_OPENING_BONUS": "0",
        "ARHAN_PIN_KEY": "of another bank",
        "ARHAN_POSTGRES_URL": "postgresql://root@/",
        "ARHAN_FAILPOINT": "payment.stored",
        "AWS_SECRET_ACCESS_KEY": "none of ours",
        "PGPASSWORD": "none of ours",
    }
    for service in topology.SERVICES:
        found = site(tmp_path, **shell).service(service)
        assert found["ARHAN_OPENING_BONUS"] == "0"
        assert found.get("ARHAN_PIN_KEY") != "of another bank"
        assert not {"ARHAN_POSTGRES_URL", "ARHAN_FAILPOINT", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD"} & set(
            found
        )


def test_a_command_where_no_bank_ever_was_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=f"There is no bank on {tmp_path} yet"):
        existing(Home(tmp_path))


def test_a_server_elsewhere_keeps_its_host_and_options() -> None:
    server = postgres.Server("postgresql://admin:s%40cret@db.example:5433/postgres?sslmode=require")
    assert server.url("arhan_ledger", role="arhan_ledger", password="p") == (
        "postgresql://arhan_ledger:p@db.example:5433/arhan_ledger?sslmode=require"
    )
    assert server.superuser_url("arhan_ledger") == (
        "postgresql://admin:s%40cret@db.example:5433/arhan_ledger?sslmode=require"
    )
