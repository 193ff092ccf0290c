"""An office: the Django + Ninja side of a service, with one way to declare a route.

A route says who may call it (Permit), what it answers, and whether it needs an Idempotency-Key;
from that come the check, the OpenAPI document and the authorisation matrix of the tests.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import ConfigDict

from arhan.kernel import address, docs, health, idempotency, logging, metrics, observe, problem, witness
from arhan.kernel.auth import Permit, Principal, bearer_token, check_permit
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import (
    INTERNAL,
    MALFORMED,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    PAYLOAD_TOO_LARGE,
    UNAVAILABLE,
    FieldError,
    Refusal,
    Refused,
)
from arhan.kernel.http import key_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ninja.openapi.schema import OpenAPISchema

    from arhan.kernel.audit import Deed
    from arhan.kernel.proposals import FourEyes

log = logging.get_logger(__name__)

ALWAYS = (400, 401, 403, 404, 405, 413, 414, 429, 503)
"""Problem statuses every route may answer with, whatever it does."""

PIECE = 64 * 1024
LONGEST_BODY = 8 * 1024 * 1024
"""The gateway's client_max_body_size."""

IDEMPOTENCY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_KEY_LENGTH},
    "description": "Your name for this one intention; a repeat gets the stored answer.",
}


class Shape(Schema):
    """Base of request and response shapes: unknown members of a request are refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class RequestMiddleware:
    """Outermost layer of every office: request ids, NUL bytes refused, problems for everything."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django builds it once per process."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        begun = observe.begin(
            request.headers.get("X-Request-Id", ""),
            request.headers.get("traceparent", ""),
            method=str(request.method),
        )
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            response = refuse(Refused(MALFORMED, "NUL characters are not accepted."))
        else:
            response = self._get_response(request)
        _read_to_the_end(request)
        if response.status_code == 405 and not _is_problem(response):  # noqa: PLR2004 - RFC 9110
            response = refuse(Refused(METHOD_NOT_ALLOWED, headers={"Allow": response["Allow"]}))
        elif response.status_code == 404 and not _is_problem(response):  # noqa: PLR2004 - RFC 9110
            response = refuse(Refused(NOT_FOUND, "There is no such path."))
        if (witnessed := getattr(request, "witnessed", None)) and not response.streaming:
            witness.end(*witnessed, status=response.status_code, body=response.content)
        response["X-Request-Id"] = begun.request_id
        response.setdefault("Cache-Control", "no-store")
        route = request.resolver_match.route if request.resolver_match else ""
        observe.end(begun, route=f"/{route}" if route else "", status=response.status_code)
        return response


def _read_to_the_end(request: HttpRequest) -> None:
    """Take the body of a request that was refused unread, as far as the gateway lets one come.

    The server closes a connection whose body nobody took, and the gateway, still sending, answers 502.
    """
    with contextlib.suppress(OSError):  # who sent it is gone
        for _ in range(LONGEST_BODY // PIECE):
            if not request.read(PIECE):
                return


def _is_problem(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(problem.MEDIA_TYPE)


def refuse(refused: Refused) -> HttpResponse:
    """The problem response of a refusal."""
    return HttpResponse(
        problem.encode(refused),
        status=refused.refusal.status,
        content_type=problem.MEDIA_TYPE,
        headers=problem.headers(refused),
    )


def json_response(
    body: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """JSON as the engines write it."""
    return HttpResponse(
        msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers=dict(headers or {}),
    )


class Routes:
    """The routes of one noun; each says who may call it and what it answers."""

    def __init__(self, *, service: str, tag: str) -> None:
        """Routes of `service`, grouped under `tag` in the API documents."""
        self._service = service
        self.router = Router(tags=[tag])

    def get(self, path: str, *, permit: Permit, answer: Any, **options: Any) -> Callable[..., Any]:
        """A query: changes nothing."""
        return self._operation("GET", path, permit=permit, answer=answer, **options)

    def post(
        self,
        path: str,
        *,
        permit: Permit,
        answer: Any,
        status: int = 200,
        idempotent: bool = False,
        **options: Any,
    ) -> Callable[..., Any]:
        """A command; `idempotent=True` when it creates or moves (see `once`)."""
        return self._operation(
            "POST", path, permit=permit, answer=answer, status=status, idempotent=idempotent, **options
        )

    def put(self, path: str, *, permit: Permit, answer: Any, **options: Any) -> Callable[..., Any]:
        """Replace a resource."""
        return self._operation("PUT", path, permit=permit, answer=answer, **options)

    def patch(self, path: str, *, permit: Permit, answer: Any, **options: Any) -> Callable[..., Any]:
        """Change members of a resource."""
        return self._operation("PATCH", path, permit=permit, answer=answer, **options)

    def delete(
        self, path: str, *, permit: Permit, answer: Any = None, status: int = 204, **options: Any
    ) -> Callable[..., Any]:
        """End a resource."""
        return self._operation("DELETE", path, permit=permit, answer=answer, status=status, **options)

    def _operation(
        self,
        method: str,
        path: str,
        *,
        permit: Permit,
        answer: Any,
        status: int = 200,
        idempotent: bool = False,
        refusals: tuple[Refusal, ...] = (),
        may_propose: bool = False,
        request_body: dict[str, Any] | None = None,
        body_schema: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Callable[..., Any]:
        statuses = {*ALWAYS, *(refusal.status for refusal in refusals)}
        if idempotent:
            statuses |= {409, 422}
        extra: dict[str, Any] = {
            "x-permit": permit.describe(),
            "responses": problem.openapi_responses(*sorted(statuses)),
        }
        if request_body:
            extra["requestBody"] = request_body  # of a body that is not JSON
        if may_propose:
            extra["responses"]["202"] = {"description": "It waits for a second person (a proposal)"}
        if refusals:
            extra["x-refusals"] = sorted({refusal.code for refusal in refusals})
        if idempotent:
            extra["parameters"] = [IDEMPOTENCY_PARAMETER]
        if body_schema:  # of a body the view reads by itself
            content = {"application/json": {"schema": body_schema}}
            extra["requestBody"] = {"required": True, "content": content}
        extra["security"] = [] if permit.public else [{"bearer": []}]
        return self.router.api_operation(
            [method],
            path,
            auth=None if permit.public else Guard(self._service, permit, path),
            response={status: answer},
            openapi_extra=extra,
            **options,
        )


class Guard:
    """Lets a request in when its token is good and the route permits its principal.

    Whom it does not let in, and what staff are about to do, goes into the audit trail.
    """

    def __init__(self, service: str, permit: Permit, path: str) -> None:
        """Guard one route of one service."""
        self._service = service
        self._permit = permit
        self._path = path

    def __call__(self, request: HttpRequest) -> Principal:
        """The principal; Refused(not_authenticated | not_permitted | second_factor_required)."""
        token = bearer_token(request.headers.get("Authorization", ""))
        principal = key_source(self._service).verify(token)
        try:
            check_permit(self._permit, principal)
        except Refused as refused:
            witness.denied(self._service, self._deed(request, principal), refused)
            raise
        if witness.is_action(str(request.method), principal):
            deed = self._deed(request, principal)
            witness.begin(self._service, deed)
            request.witnessed = (self._service, deed)  # type: ignore[attr-defined] # for the middleware
        return principal

    def _deed(self, request: HttpRequest, principal: Principal) -> Deed:
        parameters = request.resolver_match.kwargs if request.resolver_match else {}
        return witness.describe(
            method=str(request.method),
            path=self._path,
            principal=principal,
            parameters=map(str, parameters.values()),
            address=client_address(request),
        )


def principal_of(request: HttpRequest) -> Principal:
    """Who makes this request; only routes with a guard have one."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    return principal


def client_address(request: HttpRequest) -> str:
    """The address this request came from (see kernel/address.py)."""
    return address.client_address(
        peer=str(request.META.get("REMOTE_ADDR", "")),
        forwarded=request.headers.get("X-Forwarded-For", ""),
    )


def once(
    request: HttpRequest, *, body: Schema | None, do: Callable[[], Schema | None], status: int = 201
) -> HttpResponse:
    """Answer an idempotent command: `do` runs the first time only, in one transaction.

    `do` makes the service call and returns the response shape. Any parameters in the path are part
    of the intention's route. Refused with the idempotency refusals of api.md.
    """
    intention = idempotency.Intention(
        principal=principal_of(request).subject if hasattr(request, "auth") and request.auth else "",
        route=f"{request.method} {request.path}",
        key=idempotency.parse_key(request.headers.get("Idempotency-Key")),
        body_hash=idempotency.hash_body(body.model_dump(mode="json") if body else None),
    )

    def run() -> tuple[int, Any]:
        answer = do()
        return status, answer.model_dump(mode="json") if answer is not None else None

    with django_transaction() as cursor:
        answered = idempotency.answer_once(cursor, intention, run)
    headers = {idempotency.REPLAYED_HEADER: "true"} if answered.replayed else {}
    return json_response(answered.body, status=answered.status, headers=headers)


def build_api(
    service: str,
    *,
    title: str,
    description: str,
    routes: list[Routes],
    engine_openapi: Callable[[], dict[str, Any]] | None = None,
    checks: Mapping[str, Callable[[], object]] | None = None,
    four_eyes: Sequence[FourEyes] = (),
) -> NinjaAPI:
    """The whole HTTP side of an office: its routes, its refusals, its health, its OpenAPI 3.1.

    `four_eyes` are the kinds of action that take two people; with them comes the queue to decide.
    """
    api = OfficeAPI(
        title=title,
        description=description,
        version="1",
        urls_namespace=service,
        docs_url=None,
        openapi_url="/openapi.json",
    )
    api.engine_openapi = engine_openapi
    from arhan.kernel import oversight  # noqa: PLC0415 - is made of what is above

    queue = [oversight.proposal_routes(service, four_eyes)] if four_eyes else []
    for group in [*routes, *queue, oversight.audit_routes(service)]:
        api.add_router("", group.router)
    api.add_router("", _health_router({"database": _database_answers, **(checks or {})}))
    metrics.watch(service)
    api.add_router("", _docs_router(title))
    _register_refusals(api)
    return api


class OfficeAPI(NinjaAPI):
    """Ninja's API with problem documents, bearer security and the engine's routes in its OpenAPI."""

    engine_openapi: Callable[[], dict[str, Any]] | None = None

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI 3.1 document of the service: office and engine together."""
        schema = super().get_openapi_schema(**{"path_prefix": "", **options})
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = problem.SCHEMA
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        if self.engine_openapi:
            engine = self.engine_openapi()
            schema["paths"].update(engine["paths"])
            components["schemas"].update(engine["schemas"])
        return schema


def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _health_router(checks: Mapping[str, Callable[[], object]]) -> Router:
    router = Router()

    @router.get("/health/live", auth=None, include_in_schema=False)
    def live(request: HttpRequest) -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready", auth=None, include_in_schema=False)
    def ready(request: HttpRequest) -> HttpResponse:
        status, body = health.report(checks)
        return json_response(body, status=status)

    @router.get("/metrics", auth=None, include_in_schema=False)
    def figures(request: HttpRequest) -> HttpResponse:
        return HttpResponse(metrics.page(), content_type=metrics.MEDIA_TYPE)

    return router


def _docs_router(title: str) -> Router:
    router = Router()

    @router.get("/docs", auth=None, include_in_schema=False)
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse(docs.page(title), content_type=docs.PAGE_TYPE)

    @router.get("/docs/{name}", auth=None, include_in_schema=False)
    def file(request: HttpRequest, name: str) -> HttpResponse:
        content, media_type = docs.read_file(name)
        headers = {"Cache-Control": docs.CACHE_CONTROL}
        return HttpResponse(content, content_type=media_type, headers=headers)

    return router


def _register_refusals(api: NinjaAPI) -> None:
    @api.exception_handler(Refused)
    def on_refused(_request: HttpRequest, refused: Refused) -> HttpResponse:
        return refuse(refused)

    @api.exception_handler(ValidationError)
    def on_invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = tuple(
            FieldError(problem.pointer(_member(e["loc"])), e["msg"].removeprefix("Value error, "))
            for e in error.errors
        )
        return refuse(Refused(MALFORMED, "The request has members of the wrong form.", errors=errors))

    @api.exception_handler(HttpError)
    def on_http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return refuse(Refused(MALFORMED, str(error)))

    @api.exception_handler(DataError)
    @api.exception_handler(UnicodeEncodeError)
    def on_unstorable(_request: HttpRequest, error: Exception) -> HttpResponse:
        log.warning("unstorable_input", error=type(error).__name__)
        return refuse(Refused(MALFORMED, "A value cannot be stored as it is."))

    @api.exception_handler(RequestDataTooBig)
    def on_too_large(_request: HttpRequest, _error: Exception) -> HttpResponse:
        return refuse(Refused(PAYLOAD_TOO_LARGE))

    @api.exception_handler(OperationalError)
    @api.exception_handler(InterfaceError)
    def on_silent_database(_request: HttpRequest, error: Exception) -> HttpResponse:
        log.warning("database_silent", error=str(error))
        return refuse(Refused(UNAVAILABLE, "The database does not answer."))

    @api.exception_handler(Exception)
    def on_bug(_request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("unhandled", error=type(error).__name__, exc_info=error)
        return refuse(Refused(INTERNAL))


def _member(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Ninja's place of a mistake: members of the body from its root, others with where they stand."""
    return location[2:] if location[:1] == ("body",) else location
