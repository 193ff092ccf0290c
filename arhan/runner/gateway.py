"""The one origin of the bank: nginx's configuration, generated from the topology.

`/` is the frontend, `/api/<service>/` a service with the prefix taken off, and the paths that move
money go to the engines. nginx matches the path after decoding it and resolving dots and double
slashes, and passes on exactly what it matched (`rewrite … break`), so no spelling of a closed path
gets past it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from arhan import topology
from arhan.runner.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from arhan.runner.certificates import Certificate

TEMPLATE = Template((Path(__file__).parent / "gateway.conf.template").read_text())
KEPT_CONNECTIONS = 64
CONTAINER_DIRECTORY = Path("/run/arhan")
"""Where the gateway's container has what `arhan provision` made for it."""
DOCKER_NAMES = "127.0.0.11"
"""Docker's own name server: asked again and again, because replicas come and go."""
CLOSED_PATHS: dict[str, tuple[str, ...]] = {
    "fraud": ("/v1/decisions",),
}
"""Paths that siblings ask for and that are not below /internal, with all below them."""
PROBLEM_TYPE = "https://arhan.example/problems/"
PROBLEMS: dict[int, tuple[str, str, bool]] = {
    400: ("malformed_request", "The request is not well formed.", False),
    404: ("not_found", "There is no such thing, or it is not yours.", False),
    405: ("method_not_allowed", "This path does not answer that method.", False),
    408: ("request_timeout", "The request took too long to arrive.", True),
    413: ("payload_too_large", "The request body is too large.", False),
    414: ("malformed_request", "The address of the request is too long.", False),
    429: ("rate_limited", "Too many requests; slow down.", True),
    502: ("service_unavailable", "A part of the bank does not answer just now.", True),
    503: ("service_unavailable", "A part of the bank does not answer just now.", True),
    504: ("service_unavailable", "A part of the bank did not answer in time.", True),
}
"""What the gateway itself says: status -> code, title, whether a retry may help."""
HEALTH = (
    """location = /health/live { default_type application/json; return 200 '{"status":"live"}'; }""",
    """location = /health/ready { default_type application/json; return 200 '{"status":"ready"}'; }""",
)
"""The gateway's own health, for whatever stands before it."""
TRY_AGAIN = {429: 1, 502: 1, 503: 1, 504: 5}
"""Retry-After of those, in seconds."""


@dataclass(frozen=True)
class RateLimits:
    """Requests per minute: what a person never reaches and a guesser soon does."""

    per_address: int = 6_000
    per_principal: int = 1_200
    sign_in_per_address: int = 120


@dataclass(frozen=True, kw_only=True)
class Tls:
    """What nginx needs to speak TLS."""

    listen: str
    certificate: Path
    key: Path


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """What one nginx has to know."""

    listen: str
    """Address and port, as nginx writes them."""
    upstreams: Mapping[str, Sequence[str]]
    """`account.office`, `account.engine` … -> `host:port` of each replica."""
    directory: Path
    """Its own: pid file and temporary files."""
    static: Path | None = None
    """The frontend's built files, if nginx may read them; else the frontend serves them."""
    limits: RateLimits | None = field(default_factory=RateLimits)
    """None switches them off (tests)."""
    public_url: str
    """How clients see the bank: https:// as well where something before us ends TLS."""
    tls: Tls | None = None
    """Speak TLS ourselves; what comes to `listen` is then sent on to `public_url`."""
    names: str = ""
    """A name server that knows the upstreams' hosts; empty where they are addresses."""
    user: str = ""
    """Whom the workers become; only where root must start nginx for a port below 1024."""

    @property
    def scheme(self) -> str:
        """What clients see before `://`."""
        return self.public_url.partition(":")[0]


def render(gateway: Gateway) -> str:
    """The whole configuration file."""
    return TEMPLATE.substitute(
        user=f"user {gateway.user};" if gateway.user else "",
        directory=gateway.directory,
        listen=f"{gateway.tls.listen} ssl" if gateway.tls else gateway.listen,
        redirect=_block(_redirect(gateway), 4),
        tls=_block(_tls(gateway.tls), 8),
        names=f"resolver {gateway.names} valid=2s;" if gateway.names else "",
        scheme=gateway.scheme,
        hsts='"max-age=31536000; includeSubDomains"' if gateway.scheme == "https" else '""',
        health=_block(HEALTH, 8),
        limit_zones=_block(_limit_zones(gateway.limits), 4),
        limits=_block(_limits(gateway.limits), 8),
        upstreams=_block(_upstreams(gateway), 4),
        problems=_block(_problems(), 8),
        closed=_block(_closed(), 8),
        signing_in=_block(_signing_in(gateway.limits), 8),
        engines=_block(_engines(), 8),
        offices=_block(_offices(), 8),
        static=_block(_static(gateway.static), 8),
    )


def upstream_name(listener: str) -> str:
    """How nginx calls a listener: account.office -> account_office."""
    return listener.replace(".", "_")


def _block(lines: Iterable[str], indent: int) -> str:
    return "\n".join(" " * indent + line for line in lines).lstrip()


def _limit_zones(limits: RateLimits | None) -> Iterator[str]:
    if limits is None:
        return
    yield f"limit_req_zone $limited_address zone=address:10m rate={limits.per_address}r/m;"
    yield f"limit_req_zone $limited_principal zone=principal:20m rate={limits.per_principal}r/m;"
    yield f"limit_req_zone $binary_remote_addr zone=sign_in:10m rate={limits.sign_in_per_address}r/m;"


def _limits(limits: RateLimits | None) -> Iterator[str]:
    if limits:
        yield f"limit_req zone=address burst={limits.per_address // 10} nodelay;"
        yield f"limit_req zone=principal burst={limits.per_principal // 10} nodelay;"


def _upstreams(gateway: Gateway) -> Iterator[str]:
    """A replica that cannot be reached is left alone for a moment, unless it is the only one."""
    for name, addresses in gateway.upstreams.items():
        yield f"upstream {upstream_name(name)} {{"
        if gateway.names:
            yield f"    zone {upstream_name(name)} 64k;"
        failing = "max_fails=1 fail_timeout=1s" if gateway.names or len(addresses) > 1 else "max_fails=0"
        for address in addresses:
            yield f"    server {address} {failing}{' resolve' if gateway.names else ''};"
        yield f"    keepalive {KEPT_CONNECTIONS};"
        yield "    keepalive_requests 1000000;"
        yield "}"


def _tls(tls: Tls | None) -> Iterator[str]:
    """Mozilla's intermediate profile; a session is resumed without state of ours."""
    if tls:
        yield f"ssl_certificate {tls.certificate};"
        yield f"ssl_certificate_key {tls.key};"
        yield "ssl_protocols TLSv1.2 TLSv1.3;"
        yield "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;"
        yield "ssl_prefer_server_ciphers off;"
        yield "ssl_session_cache shared:tls:10m;"
        yield "ssl_session_timeout 1d;"
        yield "ssl_session_tickets off;"


def _redirect(gateway: Gateway) -> Iterator[str]:
    """Nobody is served in the clear; 308 keeps method and body."""
    if gateway.tls:
        yield "server {"
        yield f"    listen {gateway.listen} default_server backlog=4096;"
        yield from (f"    {line}" for line in HEALTH)
        yield f"    location / {{ return 308 {gateway.public_url}$request_uri; }}"
        yield "}"


def _problems() -> Iterator[str]:
    for status, (code, title, retryable) in PROBLEMS.items():
        body = (
            f'{{"type":"{PROBLEM_TYPE}{code}","title":"{title}","status":{status},"detail":"{title}",'
            f'"code":"{code}","retryable":{str(retryable).lower()},"request_id":"$bank_request_id"}}'
        )
        yield f"error_page {status} /gateway-says/{status};"
        yield f"location = /gateway-says/{status} {{"
        yield "    internal;"
        yield "    default_type application/problem+json;"
        if status in TRY_AGAIN:
            yield f"    set $retry_after {TRY_AGAIN[status]};"
        yield f"    return {status} '{body}';"
        yield "}"


def _closed() -> Iterator[str]:
    for service, paths in CLOSED_PATHS.items():
        for path in paths:
            yield f"location ~* ^/api/{service}{path}(/|$) {{ return 404; }}"


def _signing_in(limits: RateLimits | None) -> Iterator[str]:
    yield "location ~ ^/api/identity/v1/(tokens|registrations)$ {"
    if limits:
        for line in _limits(limits):
            yield f"    {line}"
        yield f"    limit_req zone=sign_in burst={limits.sign_in_per_address // 2} nodelay;"
    yield from _proxied("identity", "office")


def _engines() -> Iterator[str]:
    for service in topology.SERVICES:
        if service.engine_routes:
            yield f'location ~ "^/api/{service.name}({"|".join(service.engine_routes)})$" {{'
            yield from _proxied(service.name, "engine")


def _offices() -> Iterator[str]:
    for service in topology.SERVICES:
        if service.name != "frontend":
            yield f"location /api/{service.name}/ {{"
            yield from _proxied(service.name, "office")


def _proxied(service: str, process: str) -> Iterator[str]:
    yield f"    rewrite ^/api/{service}(/.*)$ $1 break;"
    yield f"    proxy_pass http://{upstream_name(f'{service}.{process}')};"
    yield "}"


def _static(directory: Path | None) -> Iterator[str]:
    """The address carries a fingerprint of the files, so what it names never changes."""
    if directory:
        yield "location ~ ^/static/[0-9a-f]+/(.+)$ {"
        yield f"    alias {directory}/$1;"
        yield "    gzip_static on;"
        yield '    set $cache_control "public, max-age=31536000, immutable";'
        yield "}"


def containers(certificate: Certificate | None = None) -> Gateway:
    """The gateway of compose: every process is a container, or several, of its name."""
    return Gateway(
        listen=f"0.0.0.0:{topology.GATEWAY_PORT}",
        upstreams={p.name: (f"{p.host}:{p.port}",) for p in topology.PROCESSES if p.port},
        directory=Path("/tmp"),  # noqa: S108 - the container's own
        public_url=public_url(os.environ, certificate),
        tls=_tls_of(certificate, "0.0.0.0"),  # noqa: S104 - within the container
        names=DOCKER_NAMES,
    )


def this_host(certificate: Certificate | None = None) -> Gateway:
    """The gateway of systemd units on one host."""
    return Gateway(
        listen=f"0.0.0.0:{topology.GATEWAY_PORT}",
        upstreams={p.name: (f"127.0.0.1:{p.port}",) for p in topology.PROCESSES if p.port},
        directory=Path("/run/arhan-gateway"),
        public_url=public_url(os.environ, certificate),
        tls=_tls_of(certificate, "0.0.0.0"),  # noqa: S104 - it is the one public door
    )


def public_url(settings: Mapping[str, str], certificate: Certificate | None) -> str:
    """ARHAN_PUBLIC_URL, or what people type on the machine itself; TLS and http:// are refused together."""
    if url := settings.get("ARHAN_PUBLIC_URL"):
        if certificate and not url.startswith("https://"):
            msg = f"ARHAN_PUBLIC_URL must begin with https:// when ARHAN_TLS is on, not be {url!r}."
            raise CannotRun(msg)
        return url.rstrip("/")
    if certificate:
        return f"https://localhost:{topology.GATEWAY_TLS_PORT}"
    return f"http://localhost:{topology.GATEWAY_PORT}"


def _tls_of(certificate: Certificate | None, address: str) -> Tls | None:
    if certificate is None:
        return None
    return Tls(
        listen=f"{address}:{topology.GATEWAY_TLS_PORT}",
        certificate=certificate.certificate,
        key=certificate.key,
    )


if __name__ == "__main__":
    print(render(containers()), end="")
