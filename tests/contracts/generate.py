"""Writes what the bank promises to its clients: contracts/openapi/*.yaml and contracts/events/*.json.

`make contracts` runs it; `tests/contracts/test_drift.py` fails when the files do not match the code.
Each service's document is rendered in a process of its own, because a process is one service.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import yaml

from arhan import topology

ROOT = Path(__file__).parents[2]
PUBLISHERS = ("account", "payment", "identity", "fraud")
_DJANGO = """
import django, importlib, json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "arhan.{name}.settings"
django.setup()
api = importlib.import_module("arhan.{name}.api").api
print(json.dumps(api.get_openapi_schema(), default=str))
"""
_FASTAPI = """
import importlib, json
print(json.dumps(importlib.import_module("arhan.{name}.asgi").application.openapi()))
"""


def openapi(name: str) -> str:
    """The OpenAPI document of one service, as YAML."""
    service = topology.service(name)
    script = (_FASTAPI if service.interface == "asgi" else _DJANGO).format(name=name)
    environment = os.environ | {
        "DATABASE_URL": f"postgresql://nobody@/{service.database}?host=/nonexistent",
        "SECRET_KEY": "only for rendering documents",
        "CELERY_BROKER_URL": "pgmq://nobody@/nowhere?host=/nonexistent",
        "ENCRYPTION_KEY": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
        "ARHAN_PIN_KEY": "00" * 32,
        "ARHAN_HOME": "/nonexistent",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        msg = f"{name}: {done.stderr}"
        raise RuntimeError(msg)
    document = json.loads(done.stdout.splitlines()[-1])
    return yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=110)


def event_schemas() -> dict[str, str]:
    """JSON schema of each event's data, by event type."""
    found = {}
    for publisher in PUBLISHERS:
        for fact in importlib.import_module(f"arhan.contracts.{publisher}").EVENTS:
            schema = msgspec.json.schema(fact)
            found[fact.event_type()] = json.dumps(schema, indent=2, sort_keys=True) + "\n"
    return found


def documents() -> dict[Path, str]:
    """Every generated file and what it must contain."""
    files = {
        ROOT / "contracts" / "openapi" / f"{s.name}.yaml": openapi(s.name)
        for s in topology.SERVICES
        if s.name != "frontend"
    }
    for type_, schema in event_schemas().items():
        files[ROOT / "contracts" / "events" / f"{type_}.json"] = schema
    return files


def main() -> None:
    """Write them all."""
    for path, text in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


if __name__ == "__main__":
    main()
