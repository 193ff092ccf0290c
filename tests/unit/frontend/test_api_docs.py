"""The developers' pages read every service's own document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from arhan.frontend.domain.api_docs import example, sections

DOCUMENTS = sorted((Path(__file__).parents[3] / "contracts" / "openapi").glob("*.yaml"))


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_operation_the_gateway_lets_through_is_there_once(path: Path) -> None:
    document = read(path)
    wanted = {
        (method.upper(), address)
        for address, item in document["paths"].items()
        for method in item
        if method in {"get", "post", "put", "patch", "delete"} and not address.startswith("/internal/")
    }
    found = [operation for _, operations in sections(document) for operation in operations]
    assert {(operation.method, operation.path) for operation in found} == wanted
    assert len({operation.anchor for operation in found}) == len(found)


def test_a_transfer_comes_with_an_example_and_its_key() -> None:
    document = read(next(path for path in DOCUMENTS if path.stem == "payment"))
    found = [operation for _, operations in sections(document) for operation in operations]
    transfer = next(operation for operation in found if operation.path == "/v1/transfers")
    assert transfer.needs_key
    assert transfer.permitted == "customer"
    assert {"payer_account", "payee_number", "amount", "currency", "pin"} <= json.loads(transfer.body).keys()
    assert "insufficient_funds" in transfer.refusals or "payee_not_found" in transfer.refusals


def test_a_shape_that_contains_itself_has_an_example_that_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/Node"}}}
    assert example({"components": {"Node": node}}, node)["next"] is not None
