"""Whether the six services are well, as anybody on the bank's own network may ask."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from arhan import topology
from arhan.kernel.errors import Refused
from arhan.kernel.http import Call, forwarding_client

DEADLINE_S = 2.0


@dataclass(frozen=True, slots=True)
class Health:
    """How one service answered."""

    service: str
    is_ready: bool
    took_ms: int
    code: str = ""


def look_around() -> list[Health]:
    """Ask every office whether it is ready, all at once; we ourselves are, since we ask."""
    names = [service.name for service in topology.SERVICES if service.name != "frontend"]
    with ThreadPoolExecutor(len(names)) as pool:
        return [*pool.map(_ask, names), Health("frontend", is_ready=True, took_ms=0)]


def _ask(name: str) -> Health:
    began = time.monotonic()
    call = Call(callee=name, path="/health/ready", deadline_s=DEADLINE_S)
    try:
        forwarding_client("frontend").send(call)
    except Refused as refused:
        return Health(name, is_ready=False, took_ms=_since(began), code=refused.refusal.code)
    return Health(name, is_ready=True, took_ms=_since(began))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
