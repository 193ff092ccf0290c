"""Health: `live` says the process answers, `ready` that what it depends on does too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def report(checks: Mapping[str, Callable[[], object]]) -> tuple[int, dict[str, Any]]:
    """Run each check; 200 when all pass, else 503. A check fails by raising."""
    found: dict[str, str] = {}
    for name, check in checks.items():
        try:
            check()
            found[name] = "ok"
        except Exception as error:  # noqa: BLE001 - any failure means not ready
            found[name] = type(error).__name__
    healthy = all(state == "ok" for state in found.values())
    return (200 if healthy else 503), {"status": "ready" if healthy else "unready", "checks": found}
