"""What Prometheus reads of each process, and that nobody else can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from arhan import topology
from tests import people
from tests.bank import eventually

if TYPE_CHECKING:
    from prometheus_client import Metric

    from tests.bank import Bank

LISTENERS = [process for process in topology.PROCESSES if process.port]


def figures(bank: Bank, process: str) -> dict[str, Metric]:
    answer = httpx.get(f"{bank.url(process)}/metrics", timeout=30).raise_for_status()
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def position(bank: Bank, process: str, name: str) -> float:
    found = figures(bank, process)
    return max((sample.value for sample in found[name].samples), default=0.0) if name in found else 0.0


@pytest.mark.parametrize("process", LISTENERS, ids=lambda p: p.name)
def test_every_process_that_listens_has_figures(bank: Bank, process: topology.Process) -> None:
    found = figures(bank, process.name)
    assert {"arhan_request_seconds", "arhan_refusals", "process_resident_memory_bytes"} <= set(found)
    is_office = process.kind == "office"
    service = process.service
    assert service
    assert ("arhan_outbox_oldest_seconds" in found) == (is_office and service.publishes)
    assert ("arhan_queue_waiting" in found) == (is_office and service.worker)


def test_the_gateway_lets_no_figures_out(bank: Bank) -> None:
    for path in ("/metrics", "/api/account/metrics", "/api/payment/metrics", "/api/fraud//metrics"):
        assert httpx.get(bank.gateway + path, timeout=30).status_code == 404, path


def test_a_payment_shows_in_the_figures_and_the_books_balance(bank: Bank) -> None:
    payer, payee = people.join(bank, count=2)
    batches = "arhan_batch_items"
    before = sum(s.value for s in figures(bank, "account.engine")[batches].samples if s.name.endswith("_sum"))
    headers = payer.headers | {"Idempotency-Key": "metrics-1"}
    body = payer.transfer(payee, 12_345)
    paid = httpx.post(f"{bank.gateway}/api/payment/v1/transfers", json=body, headers=headers, timeout=30)
    assert paid.json()["status"] == "completed"
    after = sum(s.value for s in figures(bank, "account.engine")[batches].samples if s.name.endswith("_sum"))
    assert after > before
    outcomes = figures(bank, "account.engine")["arhan_outcomes"].samples
    assert any(s.labels.get("outcome") == "posted" and s.value > 0 for s in outcomes)
    balance = figures(bank, "account.office")["arhan_books_imbalance"]
    assert {sample.value for sample in balance.samples} == {0.0}
    eventually(
        lambda: (
            position(bank, "ledger.office", "arhan_inbox_position")
            >= position(bank, "account.office", "arhan_outbox_position")
            > 0
        ),
        what="the ledger without lag",
    )
