"""The one origin of the bank: nginx's configuration, generated from the topology.

`/` is the frontend, `/api/<service>/` a service with the prefix taken off, and the paths that move
money go to the engines. nginx matches the path after decoding it and resolving dots and double
slashes, and passes on exactly what it matched (`rewrite … break`), so no spelling of a closed path
gets past it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from arhan import topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TEMPLATE = Template((Path(__file__).parent / "gateway.conf.template").read_text())
KEPT_CONNECTIONS = 64
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
TRY_AGAIN = {429: 1, 502: 1, 503: 1, 504: 5}
"""Retry-After of those, in seconds."""


@dataclass(frozen=True)
class RateLimits:
    """Requests per minute: what a person never reaches and a guesser soon does."""

    per_address: int = 6_000
    per_principal: int = 1_200
    sign_in_per_address: int = 120


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """What one nginx has to know."""

    listen: str
    """Address and port, as nginx writes them."""
    upstreams: Mapping[str, str]
    """`account.office`, `account.engine` … -> `host:port`."""
    directory: Path
    """Its own: pid file and temporary files."""
    static: Path | None = None
    """The frontend's built files, if nginx may read them; else the frontend serves them."""
    limits: RateLimits | None = field(default_factory=RateLimits)
    """None switches them off (tests)."""
    scheme: str = "http"
    """How clients see the bank: https behind something that ends TLS."""
    user: str = ""
    """Whom the workers become; only where root must start nginx for a port below 1024."""


def render(gateway: Gateway) -> str:
    """The whole configuration file."""
    return TEMPLATE.substitute(
        user=f"user {gateway.user};" if gateway.user else "",
        directory=gateway.directory,
        listen=gateway.listen,
        scheme=gateway.scheme,
        hsts='"max-age=31536000; includeSubDomains"' if gateway.scheme == "https" else '""',
        limit_zones=_block(_limit_zones(gateway.limits), 4),
        limits=_block(_limits(gateway.limits), 8),
        upstreams=_block(_upstreams(gateway.upstreams), 4),
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


def _upstreams(upstreams: Mapping[str, str]) -> Iterator[str]:
    for name, address in upstreams.items():
        yield f"upstream {upstream_name(name)} {{"
        yield f"    server {address} max_fails=0;"
        yield f"    keepalive {KEPT_CONNECTIONS};"
        yield "    keepalive_requests 1000000;"
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


def containers() -> Gateway:
    """The gateway of compose: every process is a container of its own, named after it."""
    upstreams = {}
    for service in topology.SERVICES:
        upstreams[f"{service.name}.office"] = f"{service.name}:{service.port}"
        if service.engine_port:
            upstreams[f"{service.name}.engine"] = f"{service.name}-engine:{service.engine_port}"
    return Gateway(
        listen=f"0.0.0.0:{topology.GATEWAY_PORT}",
        upstreams=upstreams,
        directory=Path("/tmp"),  # noqa: S108 - the container's own
    )


if __name__ == "__main__":
    print(render(containers()), end="")
