"""The FastAPI application: routes, health, problems for unknown paths, OpenAPI 3.1."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import FastAPI, Request, Response

from arhan.fraud.api import audit, cases, decisions, feed, proposals, rules, stops
from arhan.fraud.api.routes import JSON, SERVICE
from arhan.fraud.service.decisions import Desk
from arhan.fraud.store.connections import WAIT_S, Office, deciding_pool
from arhan.kernel import docs, logging, metrics, problem, settings, tracing
from arhan.kernel.engine import collect_garbage_less_often, refuse
from arhan.kernel.errors import METHOD_NOT_ALLOWED, NOT_FOUND, Refused

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from psycopg_pool import AsyncConnectionPool

NOUNS = (
    decisions.routes,
    rules.routes,
    cases.routes,
    stops.routes,
    feed.routes,
    audit.routes,
    proposals.routes,
)


class Fraud(FastAPI):
    """FastAPI whose document lists msgspec's shapes, permits and problems."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operation in (o for path in document["paths"].values() for o in path.values()):
                operation["x-permit"].setdefault("scope", None)
                if JSON in operation["responses"].get("422", {}).get("content", {}):
                    del operation["responses"]["422"]  # FastAPI's own; we answer 400
            shapes = [shape for noun in NOUNS for shape in noun.shapes]
            _, schemas = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
            document["components"] = {
                "schemas": {**schemas, "Problem": problem.SCHEMA},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            }
            self.openapi_schema = document
        return self.openapi_schema


def build() -> Fraud:
    """The application; it connects when it starts to serve, not when it is built."""
    configuration = settings.load(SERVICE)
    pool = deciding_pool(configuration.database_url)
    application = Fraud(
        title="Fraud",
        description="Decides about every payment before any money is touched.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=lambda route: route.name,
        lifespan=_lifespan,
        exception_handlers={404: _no_such_path, 405: _no_such_method},
    )
    application.state.pool = pool
    application.state.desk = Desk(pool)
    application.state.office = Office(configuration.database_url)
    for noun in NOUNS:
        application.include_router(noun.router)
    application.add_api_route("/docs", _docs, include_in_schema=False)
    application.add_api_route("/docs/{name}", _docs_file, include_in_schema=False)
    application.add_api_route("/health/live", _live, include_in_schema=False)
    application.add_api_route("/health/ready", _ready, include_in_schema=False)
    application.add_api_route("/metrics", _metrics, include_in_schema=False)
    return application


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    logging.configure(SERVICE)
    tracing.configure(SERVICE)
    metrics.watch(SERVICE)
    await application.state.pool.open()
    collect_garbage_less_often()
    try:
        yield
    finally:
        await application.state.pool.close()
        application.state.office.close()


async def _docs() -> Response:
    return Response(docs.page("Fraud"), media_type=docs.PAGE_TYPE)


async def _docs_file(name: str) -> Response:
    try:
        content, media_type = docs.read_file(name)
    except Refused as refused:
        return refuse(refused)
    return Response(content, media_type=media_type, headers={"Cache-Control": docs.CACHE_CONTROL})


def _metrics() -> Response:
    return Response(metrics.page(), media_type=metrics.MEDIA_TYPE)


async def _live() -> Response:
    return Response(b'{"status":"live"}', media_type=JSON)


async def _ready(request: Request) -> Response:
    pool: AsyncConnectionPool[Any] = request.app.state.pool
    try:
        async with pool.connection(timeout=WAIT_S) as connection:
            await connection.execute("SELECT FROM rule_version LIMIT 1")
    except Exception as error:  # noqa: BLE001 - any failure means not ready
        body = msgspec.json.encode({"status": "unready", "checks": {"database": type(error).__name__}})
        return Response(body, 503, media_type=JSON)
    return Response(b'{"status":"ready","checks":{"database":"ok"}}', media_type=JSON)


async def _no_such_path(_request: Request, _error: Exception) -> Response:
    logging.begin_request()
    return refuse(Refused(NOT_FOUND, "There is no such path."))


async def _no_such_method(_request: Request, error: Any) -> Response:
    logging.begin_request()
    return refuse(Refused(METHOD_NOT_ALLOWED, headers=dict(error.headers or {})))
