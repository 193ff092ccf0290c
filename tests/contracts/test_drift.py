"""The published contracts say what the code does."""

from __future__ import annotations

import yaml

from tests.contracts import generate


def test_contracts_are_as_generated() -> None:
    stale = [
        str(path.relative_to(generate.ROOT))
        for path, text in generate.documents().items()
        if not path.exists() or path.read_text() != text
    ]
    assert stale == [], "run `make contracts` and read the difference"


def test_every_route_says_who_may_call_it() -> None:
    for path, text in generate.documents().items():
        if path.suffix != ".yaml":
            continue
        for route, operations in yaml.safe_load(text)["paths"].items():
            for method, operation in operations.items():
                assert "x-permit" in operation, f"{path.stem} {method} {route}"
