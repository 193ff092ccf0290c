"""A process that is told to stop finishes what it was asked, and takes nothing new."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import pytest

from arhan.runner import ports
from tests.bank import eventually


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_requests_under_way_are_answered_and_the_process_ends(interface: str) -> None:
    claims = ports.Claims()
    (port,) = claims.take(1)
    target = f"tests.integration.runner.slow_application:{interface}"
    command = [sys.executable, "-m", "arhan.runner.serve", interface, target, "--port", str(port)]
    process = subprocess.Popen(command)
    origin = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: answers(origin), what="the server")
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(httpx.get, f"{origin}/work", timeout=30) for _ in range(8)]
            eventually(lambda: connections(port) >= 8, what="eight requests under way")
            process.send_signal(signal.SIGTERM)
            eventually(lambda: not answers(origin), what="the refusal of new requests")
            assert [answer.result().text for answer in asked] == ["done"] * 8
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        claims.release()


def answers(origin: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(origin, timeout=5).is_success
    return False


def connections(port: int) -> int:
    """Established ones to this port, as the kernel counts them (proc(5), net/tcp)."""
    with open("/proc/net/tcp") as table:  # noqa: PTH123 - a file of the kernel's
        rows = [line.split() for line in table.readlines()[1:]]
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "01" for row in rows)
