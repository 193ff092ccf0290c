"""A fraud process with nothing around it but a database and a stand-in for identity."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tokens import Mint

START_LIMIT_S = 60


@dataclass(frozen=True)
class Running:
    """Where it answers, and its process."""

    url: str
    process: subprocess.Popen[bytes]


def environment(database_url: str, identity_url: str = "") -> dict[str, str]:
    """What the process is told."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a secret key of the tests",
        "ARHAN_CLIENT_SECRET": "fraud-secret",
        "DJANGO_SETTINGS_MODULE": "arhan.fraud.settings",
        "IDENTITY_SERVICE_URL": identity_url,
    }


@contextmanager
def serving(database_url: str, identity_url: str) -> Iterator[Running]:
    """The process, once it answers at all (`/health/live`)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["-m", "arhan.runner.serve", "asgi", "arhan.fraud.asgi:application", "--port", str(port)]
    process = subprocess.Popen([sys.executable, *command], env=environment(database_url, identity_url))
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_live(url, process)
        yield Running(url, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_live(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        assert process.poll() is None, "fraud ended while starting"
        assert time.monotonic() < deadline, "fraud does not answer"
        try:
            if httpx.get(url + "/health/live").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)


@contextmanager
def identity(mint: Mint) -> Iterator[str]:
    """Where the key set is published, services get tokens, and nobody is revoked."""
    key = mint.key.as_dict(private=False) | {"kid": mint.kid, "use": "sig"}
    answers = {
        "/.well-known/jwks.json": {"keys": [key]},
        "/internal/v1/service-tokens": {"access_token": "of no use here", "expires_in": 600},
        "/internal/v1/revocations": {"revocations": [], "through": 0, "keys": "one key"},
    }

    class Identity(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            document = json.dumps(answers[self.path.partition("?")[0]]).encode()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        do_POST = do_GET  # noqa: N815 - http.server's name

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Identity) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
