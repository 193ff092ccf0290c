"""A real nginx before a service that answers with what it was asked."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from arhan.runner import certificates, gateway, ports, processes
from tests.bank import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Echo(BaseHTTPRequestHandler):
    """Answers with the request as it arrived, and the name of the process it was meant for."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        self.rfile.read(size)
        asked = {
            "process": self.server.name,  # type: ignore[attr-defined]
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "size": size,
        }
        body = json.dumps(asked).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-Id", "the service's own")
        if self.path == "/strict":
            self.send_header("Content-Security-Policy", "default-src 'none'")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        pass


class EchoServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.name = name


@contextmanager
def running_gateway(directory: Path, *, down: str = "ledger.office", **changes: Any) -> Iterator[str]:
    """The origin of a gateway before echoes of every process but one, which is down."""
    servers = {name: EchoServer(name) for name, _ in ports.listeners() if name not in {ports.GATEWAY, down}}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    with socket.socket() as unused, ports.Claims() as claims:
        unused.bind(("127.0.0.1", 0))
        upstreams = {name: (f"127.0.0.1:{server.server_port}",) for name, server in servers.items()}
        upstreams[down] = (f"127.0.0.1:{unused.getsockname()[1]}",)
        (port,) = claims.take(1)
        options: dict[str, Any] = {"limits": None, "user": "root" if os.geteuid() == 0 else ""} | changes
        options.setdefault("public_url", f"http://127.0.0.1:{port}")
        found = gateway.Gateway(
            listen=f"127.0.0.1:{port}", upstreams=upstreams, directory=directory, **options
        )
        path = directory / "gateway.conf"
        path.write_text(gateway.render(found))
        command = [processes.find_nginx(), "-c", str(path), "-p", str(directory), "-e", "stderr"]
        with (directory / "log").open("wb") as log:
            nginx = subprocess.Popen(command, stderr=log)
        origin = f"http://127.0.0.1:{port}"
        try:
            eventually(lambda: nginx.poll() is not None or not ports.is_free(port))
            assert nginx.poll() is None, (directory / "log").read_text()
            yield origin
        finally:
            nginx.terminate()
            nginx.wait(timeout=20)
            for server in servers.values():
                server.shutdown()
                server.server_close()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_gateway(tmp_path_factory.mktemp("nginx")) as found:
        yield found


def raw(origin: str, path: str, *, method: str = "GET") -> tuple[int, bytes]:
    """A request whose path no client library tidies up."""
    host, _, port = origin.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        request = f"{method} {path} HTTP/1.1\r\nHost: bank\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode("latin-1"))
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


def assert_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (found["status"], found["code"]) == (status, code)
    assert found["type"] == f"https://arhan.example/problems/{code}"
    assert found["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("asked", "process", "path"),
    [
        ("/", "frontend.office", "/"),
        ("/accounts/7?tab=cards", "frontend.office", "/accounts/7?tab=cards"),
        ("/api/identity/v1/me", "identity.office", "/v1/me"),
        ("/api/identity/v1/tokens", "identity.office", "/v1/tokens"),
        ("/api/identity/.well-known/jwks.json", "identity.office", "/.well-known/jwks.json"),
        ("/api/account/docs", "account.office", "/docs"),
        ("/api/account/openapi.json", "account.office", "/openapi.json"),
        (
            "/api/account/v1/accounts?limit=5&after=x%2Fy",
            "account.office",
            "/v1/accounts?limit=5&after=x%2Fy",
        ),
        ("/api/payment/v1/transfers", "payment.engine", "/v1/transfers"),
        ("/api/payment/v1/card-payments", "payment.engine", "/v1/card-payments"),
        ("/api/payment/v1/card-payments/pay_1/capture", "payment.engine", "/v1/card-payments/pay_1/capture"),
        ("/api/payment/v1/batches", "payment.engine", "/v1/batches"),
        ("/api/payment/v1/deposits", "payment.engine", "/v1/deposits"),
        ("/api/payment/v1/payments/pay_1/refund", "payment.engine", "/v1/payments/pay_1/refund"),
        ("/api/payment/v1/payments/pay_1", "payment.office", "/v1/payments/pay_1"),
        ("/api/payment/v1/payments", "payment.office", "/v1/payments"),
        ("/api/payment/v1/transfersx", "payment.office", "/v1/transfersx"),
        ("/api/fraud/v1/rules", "fraud.office", "/v1/rules"),
    ],
)
def test_a_path_goes_where_it_belongs(origin: str, asked: str, process: str, path: str) -> None:
    found = httpx.get(origin + asked).json()
    assert (found["process"], found["path"]) == (process, path)


@pytest.mark.parametrize(
    "path",
    [
        "/api/account/internal/v1/movements",
        "/api/account/internal",
        "/api/account//internal/v1/movements",
        "/api/account/./internal/v1/movements",
        "/api/account/v1/../internal/v1/movements",
        "/api/account/v1/%2e%2e/internal/v1/movements",
        "/api/account/v1/..%2finternal/v1/movements",
        "/api/account/%69nternal/v1/movements",
        "/api/account/%49NTERNAL/v1/movements",
        "/api/account%2finternal/v1/movements",
        "/api/account/internal%2fv1/movements",
        "/api/identity/../account/internal/v1/movements",
        "/api//account///internal/v1/movements",
        "/internal/v1/events",
        "//internal/v1/events",
        "/x/../internal/v1/events",
        "/api/payment/internal/v1/events?after=0",
        "/api/account/internal/",
        "/api/fraud/v1/decisions",
        "/api/fraud/v1/decisions/",
        "/api/fraud/v1/Decisions",
        "/api/fraud/v1/%64ecisions",
        "/api/fraud//v1//decisions",
        "/api/account/health/ready",
        "/api/account/metrics",
        "/api/payment/health/live",
        "/metrics",
        "/health",
        "/api/frontend/health/ready",
        "/api/treasury/v1/gold",
        "/api/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_closed_cannot_be_reached_however_it_is_spelt(origin: str, path: str, method: str) -> None:
    status, body = raw(origin, path, method=method)
    assert status == 404
    assert json.loads(body)["code"] == "not_found"


@pytest.mark.parametrize(
    "path",
    ["/api/account/%2569nternal/v1/movements", "/api/account/int%0aernal", "/api/account/internal%00/x"],
)
def test_what_is_encoded_twice_or_broken_stays_a_name_that_nobody_answers_to(origin: str, path: str) -> None:
    status, body = raw(origin, path)
    assert status in {200, 400}
    if status == 200:
        assert "/internal" not in json.loads(body)["path"]
    else:
        assert json.loads(body)["code"] == "malformed_request"


@pytest.mark.parametrize(
    "path", ["/api/account/v1/accounts/a%0d%0aX-Evil:%20yes", "/api/payment/v1/payments/x%20HTTP/refund"]
)
def test_no_header_can_be_smuggled_in_a_path(origin: str, path: str) -> None:
    _, body = raw(origin, path)
    assert "x-evil" not in json.loads(body)["headers"]


def test_a_sane_request_id_goes_all_the_way(origin: str) -> None:
    answer = httpx.get(origin + "/api/account/v1/x", headers={"X-Request-Id": "mobile-0001.retry"})
    assert answer.json()["headers"]["x-request-id"] == "mobile-0001.retry"
    assert answer.headers.get_list("x-request-id") == ["mobile-0001.retry"]


@pytest.mark.parametrize("insane", ["short", "x" * 129, "has spaces in it", '"><script>alert(1)'])
def test_an_insane_request_id_is_replaced(origin: str, insane: str) -> None:
    answer = httpx.get(origin + "/api/account/v1/x", headers={"X-Request-Id": insane})
    assert re.fullmatch("req-[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.json()["headers"]["x-request-id"] == answer.headers["x-request-id"]


def test_a_trace_is_continued_or_begun(origin: str) -> None:
    begun = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    continued = httpx.get(origin + "/api/account/v1/x", headers={"traceparent": begun}).json()
    assert continued["headers"]["traceparent"] == begun
    new = httpx.get(origin + "/api/account/v1/x", headers={"traceparent": "nonsense"}).json()
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-00", new["headers"]["traceparent"])


def test_a_client_cannot_pretend_to_be_elsewhere(origin: str) -> None:
    claims = {"X-Forwarded-For": "10.0.0.1", "X-Real-IP": "10.0.0.1", "X-Forwarded-Proto": "https"}
    headers = httpx.get(origin + "/api/account/v1/x", headers=claims).json()["headers"]
    assert (headers["x-forwarded-for"], headers["x-real-ip"]) == ("127.0.0.1", "127.0.0.1")
    assert headers["x-forwarded-proto"] == "http"


def test_every_answer_tells_the_browser_to_be_careful(origin: str) -> None:
    for path in ("/", "/api/account/v1/x", "/api/nobody"):
        headers = httpx.get(origin + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "nginx/" not in headers.get("server", "")


def test_a_page_s_own_policy_stands_alone(origin: str) -> None:
    assert httpx.get(origin + "/strict").headers.get_list("content-security-policy") == ["default-src 'none'"]


def test_a_body_of_eight_megabytes_is_the_largest(origin: str) -> None:
    largest = 8 * 1024 * 1024
    assert httpx.post(origin + "/api/payment/v1/batches", content=b"x" * largest).json()["size"] == largest
    too_large = httpx.post(origin + "/api/payment/v1/batches", content=b"x" * (largest + 1))
    assert_problem(too_large, 413, "payload_too_large")


def test_a_service_that_is_down_is_a_problem_that_may_pass(origin: str) -> None:
    answer = httpx.get(origin + "/api/ledger/v1/trial-balance")
    assert_problem(answer, 502, "service_unavailable")
    assert answer.json()["retryable"] is True
    assert answer.headers["retry-after"] == "1"


def test_the_gateway_says_that_it_is_well_itself(origin: str) -> None:
    assert httpx.get(origin + "/health/ready").json() == {"status": "ready"}
    assert httpx.get(origin + "/health/live").json() == {"status": "live"}


def test_a_browser_sees_a_page_when_the_portal_is_down(tmp_path: Path) -> None:
    with running_gateway(tmp_path, down="frontend.office") as origin:
        answer = httpx.get(origin + "/")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html"
    assert "One moment, please" in answer.text
    assert answer.headers["retry-after"] == "5"


def test_guessing_passwords_is_slowed_down_even_from_this_machine(tmp_path: Path) -> None:
    limits = gateway.RateLimits(sign_in_per_address=4)
    with running_gateway(tmp_path, limits=limits) as origin, httpx.Client(base_url=origin) as client:
        answers = [client.post("/api/identity/v1/tokens", json={}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert_problem(answers[-1], 429, "rate_limited")
        assert answers[-1].headers["retry-after"] == "1"
        assert client.get("/api/identity/v1/me").status_code == 200


def test_this_machine_s_own_demo_and_bench_are_not_slowed_down(tmp_path: Path) -> None:
    limits = gateway.RateLimits(per_address=10, per_principal=10)
    with running_gateway(tmp_path, limits=limits) as origin, httpx.Client(base_url=origin) as client:
        headers = {"Authorization": "Bearer same"}
        statuses = {client.get("/api/account/v1/accounts", headers=headers).status_code for _ in range(50)}
    assert statuses == {200}


def test_built_files_are_served_for_ever_under_an_address_that_changes_with_them(tmp_path: Path) -> None:
    static = tmp_path / "static"
    (static / "frontend").mkdir(parents=True)
    (static / "frontend" / "bank.css").write_text("body{}" * 400)
    (tmp_path / "secret").write_text("no")
    with running_gateway(tmp_path, static=static) as origin:
        answer = httpx.get(origin + "/static/0123456789ab/frontend/bank.css")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/css"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        for outside in ("../../secret", "%2e%2e/secret", "..%2fsecret", "frontend/..%2f..%2fsecret"):
            assert raw(origin, f"/static/0123456789ab/{outside}")[1] != b"no"


def test_with_tls_nobody_is_served_in_the_clear(tmp_path: Path) -> None:
    made = certificates.self_signed(["localhost", "127.0.0.1"])
    certificate, key = tmp_path / certificates.CERTIFICATE, tmp_path / certificates.KEY
    certificate.write_text(made.certificate)
    key.write_text(made.key)
    claims = ports.Claims()
    (port,) = claims.take(1)
    tls = gateway.Tls(listen=f"127.0.0.1:{port}", certificate=certificate, key=key)
    secure = f"https://127.0.0.1:{port}"
    trusted = ssl.create_default_context(cafile=str(certificate))
    with (
        claims,
        running_gateway(tmp_path, tls=tls, public_url=secure) as plain,
        httpx.Client(verify=trusted) as http,
    ):
        sent_on = http.post(f"{plain}/api/account/v1/accounts?page=2", json={})
        assert sent_on.status_code == 308
        assert sent_on.headers["Location"] == f"{secure}/api/account/v1/accounts?page=2"
        assert http.get(f"{plain}/health/ready").status_code == 200
        answer = http.get(f"{secure}/api/account/v1/products")
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer.json()["headers"]["x-forwarded-proto"] == "https"
