"""What a process is told by its environment, read once and checked with one clear sentence each."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from arhan import topology

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


RULES: dict[str, tuple[str, str]] = {
    "DATABASE_URL": (
        r"postgres(ql)?://[^/?]*/[^/?]+(\?.*)?",
        "must read postgresql://role:password@host:port/database",
    ),
    "CELERY_BROKER_URL": (r"(amqps?|pgmq)://.+", "must start with amqp:// or pgmq://"),
    "ENCRYPTION_KEY": (
        r"[A-Za-z0-9_-]{43}=(, *[A-Za-z0-9_-]{43}=)*",
        "must be 32 random bytes in URL-safe base64",
    ),
    "ARHAN_PUBLIC_URL": (r"https?://[^/\s]+/?", "must be an origin like https://bank.example"),
    "ARHAN_BANK_CODE": (r"\d{3}|\d{6}", "must be three digits, or six"),
    "ARHAN_OPENING_BONUS": (r"\d{1,15}", "must be a whole number of kobo"),
    "ARHAN_BUSINESS_DAYS": (r"working", "must be `working` or left out"),
}
"""Variable -> the form of its value, and the sentence for one of another form."""
SECRETS = frozenset({"DATABASE_URL", "CELERY_BROKER_URL", "ENCRYPTION_KEY"})
"""Never repeated in a sentence."""
NEEDED: dict[str, tuple[str, ...]] = {
    "identity": ("ENCRYPTION_KEY", "ARHAN_CLIENT_SECRET_HASHES"),
    "account": ("ENCRYPTION_KEY", "ARHAN_CLIENT_SECRET", "ARHAN_PIN_KEY"),
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
    for name, (form, sentence) in RULES.items():
        value = os.environ.get(name, "")
        if value and not re.fullmatch(form, value):
            found = "" if name in SECRETS else f", not {value!r}"
            msg = f"{name} {sentence}{found}."
            raise ConfigurationError(msg)
    for url in (u for s in topology.SERVICES for u in (s.url_variable, s.engine_url_variable)):
        if not re.fullmatch(r"(https?://[^/\s]+/?)?", os.environ.get(url, "")):
            msg = f"{url} must be an origin like http://account:8002, not {os.environ[url]!r}."
            raise ConfigurationError(msg)
    load(service_name)


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
