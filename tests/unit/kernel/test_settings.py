"""What an operator is told when a variable is missing or wrong: one sentence with its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arhan import topology
from arhan.kernel import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The least a process needs; nothing is remembered before or after."""
    for service in topology.SERVICES:
        for name in (service.url_variable, service.engine_url_variable):
            monkeypatch.delenv(name, raising=False)
    for name in (
        "ARHAN_PUBLIC_URL",
        "ALLOWED_HOSTS",
        "DEBUG",
        "ENCRYPTION_KEY",
        "ARHAN_HOME",
        "ARHAN_ISSUER",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://ledger@/arhan_ledger")
    monkeypatch.setenv("SECRET_KEY", "secret")
    settings.load.cache_clear()
    yield
    settings.load.cache_clear()


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_ends_the_process_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as caught:
        settings.load("ledger")
    assert caught.value.code == f"{name} is not set; it must be (see .env.example)."


@pytest.mark.parametrize(
    ("value", "found"),
    [("1", True), ("true", True), ("YES", True), ("on", True), ("0", False), ("False", False), ("no", False)],
)
def test_yes_and_no_may_be_said_in_the_usual_ways(value: str, *, found: bool) -> None:
    assert settings.is_true("DEBUG", {"DEBUG": value}) is found


def test_what_is_not_said_is_the_default() -> None:
    assert settings.is_true("DEBUG", {}) is False
    assert settings.is_true("DEBUG", {}, default=True) is True
    assert settings.is_true("DEBUG", {"DEBUG": ""}, default=True) is True


def test_neither_yes_nor_no_is_an_error_that_names_the_variable() -> None:
    with pytest.raises(SystemExit) as caught:
        settings.is_true("DEBUG", {"DEBUG": "perhaps"})
    assert caught.value.code == "DEBUG must be 1 or 0, not 'perhaps'."


def test_on_one_machine_siblings_are_where_the_topology_says() -> None:
    found = settings.load("ledger")
    assert found.office_url("account") == "http://127.0.0.1:8002"
    assert found.engine_url("payment") == f"http://127.0.0.1:{topology.service('payment').engine_port}"
    assert found.public_url == f"http://127.0.0.1:{topology.GATEWAY_PORT}"
    assert found.debug is False


def test_elsewhere_they_are_where_the_operator_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNT_SERVICE_URL", "https://account.internal/")
    monkeypatch.setenv("ALLOWED_HOSTS", "bank.example, www.bank.example,")
    monkeypatch.setenv("ENCRYPTION_KEY", "new,old")
    found = settings.load("ledger")
    assert found.office_url("account") == "https://account.internal"
    assert found.allowed_hosts == ("bank.example", "www.bank.example")
    assert found.encryption_keys == ("new", "old")


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "s3cret-one")
    monkeypatch.setenv("ENCRYPTION_KEY", "s3cret-two")
    monkeypatch.setenv("ARHAN_CLIENT_SECRET", "s3cret-three")
    monkeypatch.setenv("DATABASE_URL", "postgresql://ledger:s3cret-four@/arhan_ledger")
    assert "s3cret" not in repr(settings.load("ledger"))


def test_a_secret_in_a_file_is_read_anew_each_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "client_secret"
    monkeypatch.setenv("ARHAN_CLIENT_SECRET", "first")
    monkeypatch.setenv("ARHAN_CLIENT_SECRET_FILE", str(file))
    loaded = settings.load("payment")
    assert loaded.present_client_secret() == "first", "where there is no file yet"
    file.write_text("second\n")
    assert loaded.present_client_secret() == "second"
    file.write_text("third\n")
    assert loaded.present_client_secret() == "third"
