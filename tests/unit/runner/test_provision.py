from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from arhan import topology
from arhan.runner import certificates, environment_file, provision
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARHAN_HOME", str(tmp_path / "home"))
    for name in ("ARHAN_TLS", "ARHAN_PUBLIC_URL", "CELERY_BROKER_URL", "ARHAN_POSTGRES_URL"):
        monkeypatch.delenv(name, raising=False)


def told(laid_out: Path, reader: str) -> dict[str, str]:
    return environment_file.read((laid_out / reader / "environment").read_text())


def test_every_reader_finds_its_own_and_the_passwords_agree(tmp_path: Path) -> None:
    laid_out = tmp_path / "provision"
    provision.provision(laid_out, here=False)
    for service in topology.SERVICES:
        found = told(laid_out, service.name)
        password = (laid_out / f"{service.name}-db" / "role_password").read_text()
        assert found["DATABASE_URL"] == (
            f"postgresql://{service.database}:{password}@{service.name}-db:5432/{service.database}"
        )
        assert (laid_out / service.name / "environment").stat().st_mode & 0o777 == 0o600
    broker = told(laid_out, "beat")["CELERY_BROKER_URL"]
    conf = (laid_out / "broker" / "rabbitmq.conf").read_text()
    assert broker == f"amqp://arhan:{conf.partition('default_pass = ')[2].split()[0]}@broker:5672//"


def test_a_second_time_changes_no_secret(tmp_path: Path) -> None:
    laid_out = tmp_path / "provision"
    provision.provision(laid_out, here=False)
    first = {path: path.read_text() for path in laid_out.rglob("*") if path.is_file()}
    provision.provision(laid_out, here=False)
    assert {path: path.read_text() for path in laid_out.rglob("*") if path.is_file()} == first


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    settings = {"JSON": '{"a": "b c"}', "QUOTE": "it's", "HASH": "a#b", "EMPTY": ""}
    assert environment_file.read(environment_file.write(settings)) == settings


def test_a_trial_certificate_is_made_once_and_is_for_the_bank_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARHAN_TLS", "self-signed")
    monkeypatch.setenv("ARHAN_PUBLIC_URL", "https://bank.example:8443")
    provision.provision(tmp_path, here=False)
    pem = (tmp_path / "gateway" / certificates.CERTIFICATE).read_text()
    provision.provision(tmp_path, here=False)
    assert (tmp_path / "gateway" / certificates.CERTIFICATE).read_text() == pem
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    gateway = tmp_path / "gateway"
    context.load_cert_chain(gateway / certificates.CERTIFICATE, gateway / certificates.KEY)
    assert told(tmp_path, "frontend")["ARHAN_PUBLIC_URL"] == "https://bank.example:8443"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ARHAN_TLS": "yes"}, "ARHAN_TLS must be off, self-signed or files, not 'yes'."),
        ({"ARHAN_TLS": "files"}, "ARHAN_TLS_CERTIFICATE is not set; ARHAN_TLS=files needs it."),
        (
            {"ARHAN_TLS": "self-signed", "ARHAN_PUBLIC_URL": "http://bank.example"},
            "ARHAN_PUBLIC_URL must begin with https:// when ARHAN_TLS is on, not be 'http://bank.example'.",
        ),
    ],
)
def test_what_cannot_be_is_one_sentence_with_the_variable_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], sentence: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CannotRun, match=sentence.replace("(", r"\(")):
        provision.provision(tmp_path, here=False)


def test_a_host_without_containers_needs_a_database_server(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"^ARHAN_POSTGRES_URL is not set; a host without containers"):
        provision.provision(tmp_path, here=True)
