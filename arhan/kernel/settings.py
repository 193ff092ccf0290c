"""What a process is told by its environment, read once and checked with one clear sentence each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from arhan import topology
from arhan.contracts import tiers

if TYPE_CHECKING:
    from collections.abc import Mapping


class ConfigurationError(SystemExit):
    """A variable is missing or wrong; the process ends with this sentence, not a traceback."""


@dataclass(frozen=True)
class Settings:
    """One process's configuration."""

    service: topology.Service
    database_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    client_secret: str = field(repr=False)
    client_secret_file: Path | None
    """Where the secret stands that holds now, if it is changed while this process runs."""
    encryption_keys: tuple[str, ...] = field(repr=False)
    office_urls: dict[str, str]
    engine_urls: dict[str, str]
    public_url: str
    allowed_hosts: tuple[str, ...]
    debug: bool
    home: Path | None
    issuer: str

    def office_url(self, name: str) -> str:
        """Where a sibling's office answers, without a trailing slash."""
        return self.office_urls[name]

    def present_client_secret(self) -> str:
        """What this service proves itself with now; read anew each time, for it is rotated."""
        if self.client_secret_file is not None and self.client_secret_file.exists():
            return self.client_secret_file.read_text().strip()
        return self.client_secret

    def engine_url(self, name: str) -> str:
        """Where a sibling's engine answers, without a trailing slash."""
        return self.engine_urls[name]


def require(name: str, environment: Mapping[str, str] | None = None) -> str:
    """The value of a variable that must be set."""
    value = (os.environ if environment is None else environment).get(name, "")
    if not value:
        msg = f"{name} is not set; it must be (see .env.example)."
        raise ConfigurationError(msg)
    return value


def is_true(name: str, environment: Mapping[str, str] | None = None, *, default: bool = False) -> bool:
    """A yes-or-no variable."""
    value = (os.environ if environment is None else environment).get(name, "")
    if not value:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off"}:
        return False
    msg = f"{name} must be 1 or 0, not {value!r}."
    raise ConfigurationError(msg)


_DATABASE = (
    r"postgres(ql)?://[^/?]*/[^/?]+(\?.*)?",
    "must read postgresql://role:password@host:port/database",
)
_URL = r"https?://[^/\s]+(/\S*)?"
_ORIGIN = r"https?://[^/\s]+/?"
_HASHES = r'("[0-9a-f]{64}"|\[\s*("[0-9a-f]{64}"\s*,?\s*)*\])'
SAMPLERS = ("always_on", "always_off", "traceidratio")
"""OpenTelemetry's, each also with `parentbased_` before it."""
RULES: dict[str, tuple[str, str]] = {
    "DATABASE_URL": _DATABASE,
    **{service.database_variable: _DATABASE for service in topology.SERVICES if service.publishes},
    "CELERY_BROKER_URL": (r"(amqps?|pgmq)://.+", "must start with amqp:// or pgmq://"),
    "ENCRYPTION_KEY": (
        r"[A-Za-z0-9_-]{43}=(, *[A-Za-z0-9_-]{43}=)*",
        "must be 32 random bytes in URL-safe base64",
    ),
    "ARHAN_CLIENT_SECRET_HASHES": (
        rf'\s*\{{\s*("[a-z]+"\s*:\s*{_HASHES}\s*,?\s*)*\}}\s*',
        "must be a JSON object of service -> SHA-256",
    ),
    "ARHAN_SEAL_KEY": (r"[A-Za-z0-9+/]{43}=", "must be 32 random bytes in base64"),
    "ARHAN_PUBLIC_URL": (_ORIGIN, "must be an origin like https://bank.example"),
    "ALLOWED_HOSTS": (r"[\w.*:\[\]-]+( *, *[\w.*:\[\]-]+)* *,?", "must be host names separated by commas"),
    "ARHAN_BANK_CODE": (r"\d{3}|\d{6}", "must be three digits, or six"),
    "ARHAN_CARD_BIN": (r"\d{6,8}", "must be six to eight digits"),
    "ARHAN_CARD_HOLD_S": (r"[1-9]\d{0,8}", "must be a whole number of seconds"),
    "ARHAN_OPENING_BONUS": (r"\d{1,15}", "must be a whole number of kobo"),
    "ARHAN_BUSINESS_DAYS": (r"working", "must be `working` or left out"),
    "ARHAN_EMAIL_URL": (r"smtp://[^/\s]+/?(\?tls=[01])?", "must read smtp://user:password@host:port?tls=1"),
    "ARHAN_EMAIL_FROM": (
        r"[^@\n]*[^@\s<]@[^@\s>]+>?",
        "must be an address like Bank <no-reply@bank.example>",
    ),
    "ARHAN_ISSUER": (r"\S+", "must be one word, as a URL is"),
    "ARHAN_SERVICE": ("|".join(topology.BY_NAME), "must be one of " + ", ".join(topology.BY_NAME)),
    "DJANGO_SETTINGS_MODULE": (
        rf"arhan\.({'|'.join(topology.BY_NAME)})\.settings",
        "must read arhan.<service>.settings",
    ),
    "ARHAN_LISTEN": (r"[0-9a-fA-F.:]+", "must be an address like 0.0.0.0"),
    "ARHAN_PORTS": (r"auto", "must be `auto` or left out"),
    "ARHAN_RATE_LIMITS": (r"on|off", "must be on or off"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": (
        _URL,
        "must be an address like http://collector:4318",
    ),
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": (_URL, "must be an address like http://collector:4318/v1/traces"),
    "OTEL_EXPORTER_OTLP_HEADERS": (r"[^=,\s]+=[^,]*(,[^=,\s]+=[^,]*)*", "must read name=value,name=value"),
    "OTEL_TRACES_SAMPLER": (
        rf"(parentbased_)?({'|'.join(SAMPLERS)})",
        "must be one of "
        + ", ".join(f"{prefix}{name}" for prefix in ("", "parentbased_") for name in SAMPLERS),
    ),
    "OTEL_TRACES_SAMPLER_ARG": (r"0?\.\d+|0|1(\.0+)?", "must be a part of one, like 0.1"),
    **{
        url: (_ORIGIN, "must be an origin like http://account:8002")
        for service in topology.SERVICES
        for url in (service.url_variable, service.engine_url_variable)
    },
}
"""Variable -> the form of its value, and the sentence for one of another form."""
SECRETS = frozenset(
    {
        "CELERY_BROKER_URL", "ENCRYPTION_KEY", "ARHAN_CLIENT_SECRET_HASHES", "ARHAN_SEAL_KEY", "ARHAN_EMAIL_URL",
        "OTEL_EXPORTER_OTLP_HEADERS", *(name for name in RULES if name.endswith("DATABASE_URL")),
    }
)  # fmt: skip
"""Never repeated in a sentence."""
NEEDED: dict[str, tuple[str, ...]] = {
    "identity": ("ENCRYPTION_KEY", "ARHAN_CLIENT_SECRET_HASHES"),
    "account": (
        "ENCRYPTION_KEY",
        "ARHAN_CLIENT_SECRET",
        "ARHAN_PIN_KEY",
        "ARHAN_CVV_KEY",
        "ARHAN_BLIND_INDEX_KEY",
    ),
    "ledger": ("ENCRYPTION_KEY", "ARHAN_CLIENT_SECRET"),
    "payment": ("ARHAN_CLIENT_SECRET",),
    "fraud": ("ARHAN_CLIENT_SECRET",),
    "frontend": ("ENCRYPTION_KEY",),
}
"""What each service does not run without, besides DATABASE_URL and SECRET_KEY."""


def check(service_name: str) -> None:
    """Refuse to start with a variable missing or malformed: one sentence, before anything is opened."""
    for name in ("DATABASE_URL", "SECRET_KEY", *NEEDED[service_name]):
        require(name)
    check_forms()
    load(service_name)


def check_forms(environment: Mapping[str, str] | None = None) -> None:
    """Refuse to start with a malformed variable, whoever reads it: one sentence, never its secret."""
    told = os.environ if environment is None else environment
    for name, (form, sentence) in RULES.items():
        value = told.get(name, "")
        if value and not re.fullmatch(form, value):
            found = "" if name in SECRETS else f", not {value!r}"
            msg = f"{name} {sentence}{found}."
            raise ConfigurationError(msg)
    is_true("DEBUG", told)
    _check_files(told)


def _check_files(told: Mapping[str, str]) -> None:
    for name in ("ARHAN_TIER_LIMITS", "ARHAN_CLIENT_SECRET_FILE"):
        path = told.get(name, "")
        is_there = os.path.lexists(path) or name == "ARHAN_TIER_LIMITS"
        if path and is_there and not (Path(path).is_file() and os.access(path, os.R_OK)):
            msg = f"{name} names {path}, which is not a file that can be read."
            raise ConfigurationError(msg)
    ready = told.get("ARHAN_READY_FILE", "")
    if ready and not os.access(Path(ready).parent, os.W_OK):
        msg = f"ARHAN_READY_FILE names {ready}, which cannot be written."
        raise ConfigurationError(msg)
    try:
        tiers.check()
    except (ValueError, KeyError, TypeError) as error:
        msg = f"ARHAN_TIER_LIMITS must be a file in the form of arhan/contracts/tier_limits.toml: {error}."
        raise ConfigurationError(msg) from None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@lru_cache
def load(service_name: str) -> Settings:
    """The settings of one service, from the environment of this process."""
    env = os.environ
    here = topology.service(service_name)
    public_url = env.get("ARHAN_PUBLIC_URL", f"http://127.0.0.1:{topology.GATEWAY_PORT}")
    home = env.get("ARHAN_HOME", "")
    secret_file = env.get("ARHAN_CLIENT_SECRET_FILE", "")
    return Settings(
        service=here,
        database_url=require("DATABASE_URL"),
        broker_url=env.get("CELERY_BROKER_URL", ""),
        secret_key=require("SECRET_KEY"),
        client_secret=env.get("ARHAN_CLIENT_SECRET", ""),
        client_secret_file=Path(secret_file) if secret_file else None,
        encryption_keys=_list(env.get("ENCRYPTION_KEY", "")),
        office_urls={
            s.name: env.get(s.url_variable, f"http://127.0.0.1:{s.port}").rstrip("/")
            for s in topology.SERVICES
        },
        engine_urls={
            s.name: env.get(s.engine_url_variable, f"http://127.0.0.1:{s.engine_port}").rstrip("/")
            for s in topology.SERVICES
            if s.engine_port
        },
        public_url=public_url.rstrip("/"),
        allowed_hosts=_list(env.get("ALLOWED_HOSTS", "*")),
        debug=is_true("DEBUG"),
        home=Path(home) if home else None,
        issuer=env.get("ARHAN_ISSUER", "https://arhan.example/identity"),
    )
