"""The gateway's certificate: the operator's own, or one we sign ourselves for a trial."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CERTIFICATE = "certificate.pem"
KEY = "key.pem"
TRIAL = timedelta(days=397)
"""As long as browsers accept a certificate for."""
WORDS = ("", "off", "self-signed", "files")


@dataclass(frozen=True)
class Certificate:
    """Where nginx finds its certificate."""

    certificate: Path
    """PEM, the whole chain."""
    key: Path
    is_ours: bool
    """Whether we have to make it."""


@dataclass(frozen=True)
class Made:
    """A certificate just made, as PEM."""

    certificate: str
    key: str


def chosen(settings: Mapping[str, str], *, made_at: Path) -> Certificate | None:
    """What ARHAN_TLS says: nothing, `self-signed`, or the two files named beside it."""
    word = settings.get("ARHAN_TLS", "")
    if word not in WORDS:
        msg = f"ARHAN_TLS must be off, self-signed or files, not {word!r}."
        raise CannotRun(msg)
    if word == "files":
        certificate, key = (_named(settings, name) for name in _FILES)
        return Certificate(certificate, key, is_ours=False)
    if word == "self-signed":
        return Certificate(made_at / CERTIFICATE, made_at / KEY, is_ours=True)
    return None


_FILES = ("ARHAN_TLS_CERTIFICATE", "ARHAN_TLS_KEY")


def _named(settings: Mapping[str, str], name: str) -> Path:
    if path := settings.get(name):
        return Path(path)
    msg = f"{name} is not set; ARHAN_TLS=files needs it."
    raise CannotRun(msg)


def names(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Whom a certificate of ours is for: this machine, and the host people type."""
    host = urlsplit(settings.get("ARHAN_PUBLIC_URL", "")).hostname or ""
    return tuple(dict.fromkeys(name for name in (host, "localhost", "127.0.0.1", "::1", "gateway") if name))


def self_signed(for_names: Iterable[str]) -> Made:
    """A certificate and its key (ECDSA P-256), good for these names and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Arhan trial")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + TRIAL)
        .add_extension(x509.SubjectAlternativeName([_name(n) for n in for_names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Made(signed.public_bytes(serialization.Encoding.PEM).decode(), private.decode())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
