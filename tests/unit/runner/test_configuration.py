"""A process that is told something wrong ends with one sentence that names the variable."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from arhan import topology
from arhan.kernel import settings
from arhan.runner.keys import ENCRYPTS

ROOT = Path(__file__).parents[3]
GOOD = {
    "SECRET_KEY": "secret",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CELERY_BROKER_URL": "amqp://nobody@127.0.0.1:1//",
    "ENCRYPTION_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
    "ARHAN_CLIENT_SECRET": "secret",
    "ARHAN_CLIENT_SECRET_HASHES": "{}",
    "ARHAN_PIN_KEY": "secret",
    "ARHAN_CVV_KEY": "secret",
    "ARHAN_BLIND_INDEX_KEY": "secret",
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


ORIGIN = "must be an origin like http://account:8002, not 'account'."
DATABASE = "must read postgresql://role:password@host:port/database."
SAMPLERS = [f"{prefix}{name}" for prefix in ("", "parentbased_") for name in settings.SAMPLERS]
MALFORMED = {
    "ARHAN_PUBLIC_URL": ("bank", "must be an origin like https://bank.example, not 'bank'."),
    "ALLOWED_HOSTS": ("https://bank", "must be host names separated by commas, not 'https://bank'."),
    "ARHAN_BANK_CODE": ("12", "must be three digits, or six, not '12'."),
    "ARHAN_CARD_BIN": ("2223", "must be six to eight digits, not '2223'."),
    "ARHAN_CARD_HOLD_S": ("a week", "must be a whole number of seconds, not 'a week'."),
    "ARHAN_OPENING_BONUS": ("1,000.00", "must be a whole number of kobo, not '1,000.00'."),
    "ARHAN_BUSINESS_DAYS": ("all", "must be `working` or left out, not 'all'."),
    "ARHAN_TIER_LIMITS": ("/nowhere", "names /nowhere, which is not a file that can be read."),
    "ARHAN_EMAIL_URL": ("mail:hush@host", "must read smtp://user:password@host:port?tls=1."),
    "ARHAN_EMAIL_FROM": ("the bank", "must be an address like Bank <no-reply@bank.example>, not 'the bank'."),
    "ARHAN_ISSUER": ("our bank", "must be one word, as a URL is, not 'our bank'."),
    "DEBUG": ("maybe", "must be 1 or 0, not 'maybe'."),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (
        "collector",
        "must be an address like http://collector:4318, not 'collector'.",
    ),
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": (
        "here",
        "must be an address like http://collector:4318/v1/traces, not 'here'.",
    ),
    "OTEL_EXPORTER_OTLP_HEADERS": ("hush", "must read name=value,name=value."),
    "OTEL_TRACES_SAMPLER": (
        "some",
        f"must be one of {', '.join(SAMPLERS)}, not 'some'.",
    ),
    "OTEL_TRACES_SAMPLER_ARG": ("10%", "must be a part of one, like 0.1, not '10%'."),
    "ARHAN_PORTS": ("any", "must be `auto` or left out, not 'any'."),
    "ARHAN_RATE_LIMITS": ("never", "must be on or off, not 'never'."),
    "ARHAN_SERVICE": (
        "cards",
        "must be one of identity, account, ledger, payment, frontend, fraud, not 'cards'.",
    ),
    "DJANGO_SETTINGS_MODULE": ("settings", "must read arhan.<service>.settings, not 'settings'."),
    "DATABASE_URL": ("hush", DATABASE),
    "IDENTITY_DATABASE_URL": ("hush", DATABASE),
    "ACCOUNT_DATABASE_URL": ("hush", DATABASE),
    "PAYMENT_DATABASE_URL": ("hush", DATABASE),
    "FRAUD_DATABASE_URL": ("hush", DATABASE),
    "CELERY_BROKER_URL": ("redis://hush", "must start with amqp:// or pgmq://."),
    "ENCRYPTION_KEY": ("hush", "must be 32 random bytes in URL-safe base64."),
    "ARHAN_CLIENT_SECRET_FILE": ("/dev/null", "names /dev/null, which is not a file that can be read."),
    "ARHAN_CLIENT_SECRET_HASHES": ('{"ledger": "hush"}', "must be a JSON object of service -> SHA-256."),
    "ARHAN_SEAL_KEY": ("hush", "must be 32 random bytes in base64."),
    **{
        name: ("account", ORIGIN)
        for service in topology.SERVICES
        for name in (service.url_variable, service.engine_url_variable)
        if service.engine_port or name == service.url_variable
    },
    "ARHAN_LISTEN": ("everywhere", "must be an address like 0.0.0.0, not 'everywhere'."),
    "ARHAN_READY_FILE": ("/nowhere/ready", "names /nowhere/ready, which cannot be written."),
}
"""Variable -> a value it cannot have, and what is said of it after its name."""
ANY_TEXT = {
    "SECRET_KEY", "ARHAN_CLIENT_SECRET", "ARHAN_PIN_KEY", "ARHAN_CVV_KEY", "ARHAN_BLIND_INDEX_KEY",
    "ARHAN_PROCESS", "ARHAN_FAILPOINT",
}  # fmt: skip
"""Whatever they are, they are right."""
SAID_BY_DOCKER = {
    "ARHAN_IMAGE", "ARHAN_POSTGRES_IMAGE", "ARHAN_RABBITMQ_IMAGE", "ARHAN_NGINX_IMAGE",
    "ARHAN_GATEWAY_TLS_PORT", "ARHAN_DEMO_URL",
}  # fmt: skip
"""Read by Docker alone, which says what it cannot use."""
BY_COMMANDS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "ARHAN_ENVIRONMENT_FILE": (
        "/nowhere",
        BEAT,
        "names /nowhere, which cannot be read: No such file or directory.",
    ),
    "ARHAN_HOME": ("/dev/null", ("up",), "must be where /dev/null can be made: File exists."),
    "ARHAN_POSTGRES_URL": ("hush", ("provision", "--here", "/proc/nowhere"), "does not answer: "),
    "ARHAN_TLS": ("yes", ("provision", "/proc/nowhere"), "must be off, self-signed or files, not 'yes'."),
    "ARHAN_TLS_CERTIFICATE": ("", ("provision", "/proc/nowhere"), "is not set; ARHAN_TLS=files needs it."),
    "ARHAN_TLS_KEY": ("", ("provision", "/proc/nowhere"), "is not set; ARHAN_TLS=files needs it."),
    "ARHAN_GATEWAY_PORT": ("http", ("up",), "must be a port number, not 'http'."),
    "ARHAN_DEMO": ("perhaps", ("up",), "must be 1 or 0, not 'perhaps'."),
}
"""Variable -> a value it cannot have, a command that reads it, and what it says after the name."""
OF_THE_SHELL = {"XDG_DATA_HOME", "ARHAN_STAFF_PASSWORD"}
"""A directory that need not exist, and a password that identity judges."""


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value, sentence = MALFORMED[name]
    for variable, good in (GOOD | {name: value}).items():
        monkeypatch.setenv(variable, good)
    settings.load.cache_clear()
    with pytest.raises(settings.ConfigurationError) as refused:
        settings.check("account")
    settings.load.cache_clear()
    assert str(refused.value) == f"{name} {sentence}"
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("name", BY_COMMANDS)
def test_a_command_names_the_variable_it_cannot_use(tmp_path: Path, name: str) -> None:
    value, words, sentence = BY_COMMANDS[name]
    beside = {"ARHAN_HOME": str(tmp_path)}
    if name.startswith("ARHAN_TLS_"):
        beside |= {"ARHAN_TLS": "files", "ARHAN_TLS_CERTIFICATE": "/certificate", "ARHAN_TLS_KEY": "/key"}
    done = started(*words, **beside | {name: value})
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == 1, said
    assert said.startswith(f"arhan: {name} {sentence}") or said == f"{name} {sentence}"
    assert len(said.splitlines()) == 1


def test_every_documented_variable_is_checked_or_may_be_anything() -> None:
    documented = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    cared_for = [*MALFORMED, *BY_COMMANDS, *ANY_TEXT, *SAID_BY_DOCKER, *OF_THE_SHELL]
    assert sorted(cared_for) == sorted(set(cared_for))
    assert set(documented) == set(cared_for)


def test_whoever_encrypts_needs_its_key() -> None:
    assert {service for service, needed in settings.NEEDED.items() if "ENCRYPTION_KEY" in needed} == set(
        ENCRYPTS
    )
