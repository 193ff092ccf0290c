"""A process that is told something wrong ends with one sentence that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from arhan.kernel import settings
from arhan.runner.keys import ENCRYPTS

GOOD = {
    "SECRET_KEY": "secret",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CELERY_BROKER_URL": "amqp://nobody@127.0.0.1:1//",
    "ENCRYPTION_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
    "ARHAN_CLIENT_SECRET": "secret",
    "ARHAN_CLIENT_SECRET_HASHES": "{}",
    "ARHAN_PIN_KEY": "secret",
}
OFFICE, ENGINE = ("office", "account", "--port", "1"), ("engine", "account", "--port", "1")
WORKER, RELAY, BEAT = ("worker", "ledger"), ("relay", "account"), ("beat",)


def started(*words: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    told = {n: v for n, v in os.environ.items() if not n.startswith("ARHAN_")} | GOOD | changes
    environment = {name: value for name, value in told.items() if value is not None}
    command = [sys.executable, "-m", "arhan", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("words", "changes", "sentence"),
    [
        (ENGINE, {"ARHAN_PIN_KEY": None}, "ARHAN_PIN_KEY is not set; it must be (see .env.example)."),
        (OFFICE, {"DATABASE_URL": "hush"}, "DATABASE_URL must read postgresql://role:password@host:port/database."),
        (WORKER, {"CELERY_BROKER_URL": None}, "CELERY_BROKER_URL is not set; it must be (see .env.example)."),
        (RELAY, {"DATABASE_URL": None}, "DATABASE_URL is not set; it must be (see .env.example)."),
        (BEAT, {"CELERY_BROKER_URL": "redis://x"}, "CELERY_BROKER_URL must start with amqp:// or pgmq://."),
        (
            BEAT,
            {"ARHAN_ENVIRONMENT_FILE": "/nowhere"},
            "arhan: ARHAN_ENVIRONMENT_FILE names /nowhere, which cannot be read: No such file or directory.",
        ),
    ],
)  # fmt: skip
def test_every_kind_of_process_says_one_sentence(
    words: tuple[str, ...], changes: dict[str, str | None], sentence: str
) -> None:
    done = started(*words, **changes)
    assert done.returncode == 1
    assert (done.stdout + done.stderr).strip() == sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ARHAN_OPENING_BONUS", "1,000.00", "ARHAN_OPENING_BONUS must be a whole number of kobo, not '1,000.00'."),
        ("ARHAN_BANK_CODE", "12", "ARHAN_BANK_CODE must be three digits, or six, not '12'."),
        ("ARHAN_BUSINESS_DAYS", "all", "ARHAN_BUSINESS_DAYS must be `working` or left out, not 'all'."),
        ("ARHAN_PUBLIC_URL", "bank", "ARHAN_PUBLIC_URL must be an origin like https://bank.example, not 'bank'."),
        ("ENCRYPTION_KEY", "short", "ENCRYPTION_KEY must be 32 random bytes in URL-safe base64."),
        ("IDENTITY_SERVICE_URL", "identity", "IDENTITY_SERVICE_URL must be an origin like http://account:8002, not 'identity'."),
        ("DEBUG", "maybe", "DEBUG must be 1 or 0, not 'maybe'."),
    ],
)  # fmt: skip
def test_a_malformed_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    for variable, good in (GOOD | {name: value}).items():
        monkeypatch.setenv(variable, good)
    settings.load.cache_clear()
    with pytest.raises(settings.ConfigurationError) as refused:
        settings.check("account")
    settings.load.cache_clear()
    assert str(refused.value) == sentence


def test_whoever_encrypts_needs_its_key() -> None:
    assert {service for service, needed in settings.NEEDED.items() if "ENCRYPTION_KEY" in needed} == set(
        ENCRYPTS
    )
