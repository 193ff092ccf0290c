"""One payment is one trace, from the gateway to the books."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests import people
from tests.bank import Bank, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.timeout(600)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Collector(ThreadingHTTPServer):
    """Takes spans over OTLP and remembers which process did what in which trace."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: dict[str, set[tuple[str, str]]] = defaultdict(set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = next(
                a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
            )
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                self.server.spans[span.trace_id.hex()].add((process, span.name))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    yield collector
    collector.shutdown()
    collector.server_close()


def test_one_payment_is_one_trace() -> None:
    with collecting() as collector:
        settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        with Bank.running(environment=settings) as bank:
            payer, payee = people.join(bank, count=2)
            headers = payer.headers | {
                "Idempotency-Key": "traced-1",
                "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01",
            }
            url = f"{bank.gateway}/api/payment/v1/transfers"
            paid = httpx.post(url, json=payer.transfer(payee, 1_000), headers=headers, timeout=60)
            assert paid.json()["status"] == "completed"
            wanted = {
                ("arhan-payment-engine", "POST /v1/transfers"),
                ("arhan-fraud", "POST /v1/decisions"),
                ("arhan-account-engine", "POST /internal/v1/movements"),
                ("arhan-ledger", "apply account.movement.posted"),
            }
            eventually(lambda: wanted <= collector.spans[TRACE], what=f"{collector.spans[TRACE]}")
