"""Stand-ins for the siblings a service asks: identity's keys and tokens, account's feed and balances."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
from joserfc.jwk import OKPKey

from arhan import topology
from arhan.contracts.account import BalanceLine, BalancePage
from arhan.kernel.events import feed_page
from tests.tokens import Mint

if TYPE_CHECKING:
    from collections.abc import Iterator


def new_mint() -> Mint:
    """A key that signs tokens for one test."""
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"})
    return Mint(key.thumbprint(), key)


@dataclass
class Siblings:
    """One small server that is both identity and the publisher of a test."""

    publisher: str
    publisher_database: str
    mint: Mint = field(default_factory=new_mint)
    balances: list[BalanceLine] = field(default_factory=list)
    """What account would say about its accounts, in the order of their ids."""
    feed_reads: list[int] = field(default_factory=list)
    """After which positions the feed was read."""
    url: str = ""

    @classmethod
    @contextmanager
    def serving(cls, *, publisher: str, publisher_database: str) -> Iterator[Self]:
        """Answer on a port of our own until the end."""
        siblings = cls(publisher, publisher_database)
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"siblings": siblings}))
        server.daemon_threads = True
        siblings.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield siblings
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def environment(self) -> dict[str, str]:
        """Where a process of the test finds its siblings."""
        return {service.url_variable: self.url for service in topology.SERVICES}

    def get(self, path: str, query: dict[str, str]) -> Any:
        """The answer to a query."""
        if path == "/.well-known/jwks.json":
            return {"keys": [self.mint.key.as_dict(private=False, kid=self.mint.kid)]}
        if path == "/internal/v1/revocations":
            return {"revocations": [], "through": 0, "keys": self.mint.kid}
        if path == "/internal/v1/balances":
            return self._balances(after=query.get("after", ""), limit=int(query["limit"]))
        assert path == "/internal/v1/events", path
        return self._feed(after=int(query["after"]), limit=int(query["limit"]), types=query["types"])

    def _feed(self, *, after: int, limit: int, types: str) -> Any:
        self.feed_reads.append(after)
        with psycopg.connect(self.publisher_database) as database, database.cursor() as cursor:
            return feed_page(cursor, publisher=self.publisher, after=after, limit=limit, types=types)

    def _balances(self, *, after: str, limit: int) -> BalancePage:
        found = [line for line in self.balances if line.account > after]
        return BalancePage(found[:limit], found[limit - 1].account if len(found) > limit else None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    siblings: Siblings

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self._answer(self.siblings.get(parts.path, query))

    def do_POST(self) -> None:
        """Only service tokens are asked for."""
        asked = msgspec.json.decode(self.rfile.read(int(self.headers["Content-Length"])))
        caller, audience = asked["client_id"], asked["audience"]
        scopes = tuple(s for s in topology.service(caller).scopes if s.startswith(f"{audience}:"))
        token = self.siblings.mint.service(caller, audience=audience, scopes=scopes)
        self._answer({"access_token": token, "token_type": "Bearer", "expires_in": 600})

    def _answer(self, body: Any) -> None:
        content = msgspec.json.encode(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Tests do not chat."""
