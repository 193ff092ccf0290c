"""A service's OpenAPI 3.1 document as people read it: sections, operations, examples of bodies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("get", "post", "put", "patch", "delete")
INSIDE = ("/internal/", "/health/")
"""Not reachable through the gateway."""
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in the path, the query or a header."""

    name: str
    place: str
    is_required: bool
    meaning: str
    usual: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a client can ask."""

    anchor: str
    method: str
    path: str
    title: str
    meaning: str
    permitted: str
    """Who may ask: roles, or empty for anybody."""
    parameters: list[Parameter]
    body: str
    """An example; empty when there is none."""
    media_type: str
    answer: str
    """An example of what comes back; empty when nothing does."""
    refusals: list[str]

    @property
    def needs_key(self) -> bool:
        """Whether an Idempotency-Key must come with it."""
        return any(p.place == "header" and p.name.lower() == "idempotency-key" for p in self.parameters)

    @property
    def fields(self) -> list[Parameter]:
        """What somebody who tries it fills in."""
        return [parameter for parameter in self.parameters if parameter.place in {"path", "query"}]


def sections(document: dict[str, Any]) -> list[tuple[str, list[Operation]]]:
    """Operations by their first tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, item in document.get("paths", {}).items():
        if path.startswith(INSIDE):
            continue
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["other"])[0]
                found.setdefault(tag, []).append(_operation(document, path, method, item[method]))
    return sorted(found.items())


def _operation(document: dict[str, Any], path: str, method: str, raw: dict[str, Any]) -> Operation:
    media_type, schema = _content(raw.get("requestBody", {}))
    good: dict[str, Any] = next(
        (each for code, each in raw.get("responses", {}).items() if code.startswith("2")), {}
    )
    answer = _content(good)[1]
    summary = raw.get("description") or raw.get("summary", "")
    return Operation(
        anchor=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        title=summary.split(".")[0].split(";")[0],
        meaning=summary,
        permitted=_permitted(raw.get("x-permit", {})),
        parameters=[_parameter(each) for each in raw.get("parameters", [])],
        body=_written(document, schema) if schema and media_type == "application/json" else "",
        media_type=media_type,
        answer=_written(document, answer) if answer else "",
        refusals=list(raw.get("x-refusals", [])),
    )


def _content(holder: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    for media_type, found in holder.get("content", {}).items():
        return media_type, found.get("schema")
    return "", None


def _permitted(permit: dict[str, Any]) -> str:
    if permit.get("public"):
        return ""
    return ", ".join(permit.get("roles") or []) or "services"


def _parameter(raw: dict[str, Any]) -> Parameter:
    schema = raw.get("schema", {})
    return Parameter(
        name=raw["name"],
        place=raw["in"],
        is_required=bool(raw.get("required")),
        meaning=raw.get("description") or schema.get("description", ""),
        usual=str(schema.get("default", "")),
    )


def _written(document: dict[str, Any], schema: dict[str, Any]) -> str:
    return json.dumps(example(document, schema), indent=2, ensure_ascii=False)


def example(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """A value of this shape: the document's own example where it has one, else the plainest there is."""
    schema = _resolved(document, schema)
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    if depth > DEEPEST:
        return None
    for name in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(name, []):
            if option.get("type") != "null":
                return example(document, option, depth + 1)
    return _plainest(document, schema, depth)


def _plainest(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "")
    if isinstance(kind, list):
        kind = next(iter(kind), "")
    if kind == "object":
        return dict(_members(document, schema, depth))
    if kind == "array":
        return [example(document, schema.get("items", {}), depth + 1)]
    plain: dict[str, Any] = {"string": _text(schema), "integer": schema.get("minimum", 0), "boolean": False}
    return plain.get(kind, schema.get("minimum", 0) if kind == "number" else None)


def _members(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, member in schema.get("properties", {}).items():
        yield name, example(document, member, depth + 1)


def _text(schema: dict[str, Any]) -> str:
    formats = {"date": "2026-05-04", "date-time": "2026-05-04T08:15:00Z", "email": "ada@example.com"}
    return formats.get(schema.get("format", ""), "")


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` within the document leads to."""
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found.get(step, {})
        schema = found
    return schema
