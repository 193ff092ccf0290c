"""One way to declare a FastAPI route: who may call it, what goes in and out, how it refuses.

Bodies are msgspec's, not pydantic's: a screening is decoded in a microsecond, and one list of shapes
(contracts/, schemas.py) serves the code and the OpenAPI document. Statuses, `x-permit`, problems and
keys read as in the offices (kernel/office.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import psycopg
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from arhan.kernel import idempotency, logging, observe, problem
from arhan.kernel.auth import Permit, Principal
from arhan.kernel.engine import ALWAYS, MAX_BODY, authenticate, decode_body, end_witnessed, refuse
from arhan.kernel.errors import (
    INTERNAL,
    MALFORMED,
    PAYLOAD_TOO_LARGE,
    UNAVAILABLE,
    FieldError,
    Refusal,
    Refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi.params import Depends as Dependency

log = logging.get_logger(__name__)

SERVICE = "fraud"
JSON = "application/json"

IDEMPOTENCY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_KEY_LENGTH},
    "description": "Your name for this one intention; a repeat gets the stored answer.",
}


class ProblemRoute(APIRoute):
    """A route whose every failure is a problem document with the request's id."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, wrapped."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            begun = observe.begin(
                request.headers.get("x-request-id", ""),
                request.headers.get("traceparent", ""),
                method=request.method,
            )
            try:
                response = await handle(request)
            except Exception as error:  # noqa: BLE001 - told apart in refused_for
                response = refuse(refused_for(error))
            await end_witnessed(request, response)
            response.headers["X-Request-Id"] = begun.request_id
            response.headers["Cache-Control"] = "no-store"
            observe.end(begun, route=self.path, status=response.status_code)
            return response

        return answer


def refused_for(error: Exception) -> Refused:
    """What to answer for an exception: itself, the caller's fault, the database's, or ours."""
    match error:
        case Refused():
            return error
        case RequestValidationError():
            errors = tuple(FieldError(problem.pointer(_member(e["loc"])), e["msg"]) for e in error.errors())
            return Refused(MALFORMED, "The request has members of the wrong form.", errors=errors)
        case psycopg.DataError() | UnicodeEncodeError():
            log.warning("unstorable_input", error=type(error).__name__)
            return Refused(MALFORMED, "A value cannot be stored as it is.")
        case psycopg.OperationalError():
            log.warning("database_silent", error=str(error))
            return Refused(UNAVAILABLE, "The database does not answer.")
        case _:
            log.error("unhandled", error=type(error).__name__, exc_info=error)
            return Refused(INTERNAL)


def _member(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """FastAPI's place of a mistake: members of the body from its root, others with where they stand."""
    return location[1:] if location[:1] == ("body",) else location


class Routes:
    """The routes of one noun."""

    def __init__(self, tag: str) -> None:
        """Grouped under `tag` in the API documents."""
        self.router = APIRouter(tags=[tag], route_class=ProblemRoute)
        self.shapes: list[Any] = []
        """What goes in and out, for the schemas of the OpenAPI document."""

    def get(
        self, path: str, *, permit: Permit, answer: Any, refusals: tuple[Refusal, ...] = ()
    ) -> Callable[[Any], Any]:
        """A query: changes nothing."""
        return self._operation("GET", path, permit, None, answer, 200, refusals, idempotent=False)

    def post(
        self,
        path: str,
        *,
        permit: Permit,
        body: Any,
        answer: Any,
        status: int = 200,
        refusals: tuple[Refusal, ...] = (),
        idempotent: bool = False,
    ) -> Callable[[Any], Any]:
        """A command; `idempotent=True` when it creates and needs an Idempotency-Key."""
        return self._operation("POST", path, permit, body, answer, status, refusals, idempotent=idempotent)

    def _operation(
        self,
        method: str,
        path: str,
        permit: Permit,
        body: Any,
        answer: Any,
        status: int,
        refusals: tuple[Refusal, ...],
        *,
        idempotent: bool,
    ) -> Callable[[Any], Any]:
        self.shapes += [shape for shape in (body, answer) if shape is not None]
        return self.router.api_route(
            path,
            methods=[method],
            status_code=status,
            response_class=Response,
            response_model=None,
            dependencies=[_guard(permit)],
            openapi_extra=_described(permit, body, answer, status, refusals, idempotent=idempotent),
        )


def _described(
    permit: Permit, body: Any, answer: Any, status: int, refusals: tuple[Refusal, ...], *, idempotent: bool
) -> dict[str, Any]:
    statuses = {*ALWAYS, *(refusal.status for refusal in refusals)} | ({409, 422} if idempotent else set())
    described: dict[str, Any] = {
        "x-permit": permit.describe(),
        "security": [] if permit.public else [{"bearer": []}],
        "responses": {
            str(status): {"description": "Done", "content": _content(answer)}
            if answer
            else {"description": "Done"},
            **problem.openapi_responses(*sorted(statuses)),
        },
    }
    if refusals:
        described["x-refusals"] = sorted(refusal.code for refusal in refusals)
    if body is not None:
        described["requestBody"] = {"required": True, "content": _content(body)}
    if idempotent:
        described["parameters"] = [IDEMPOTENCY_PARAMETER]
    return described


def _content(shape: Any) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _guard(permit: Permit) -> Dependency:
    async def check(request: Request) -> None:
        request.state.principal = await authenticate(SERVICE, permit, request)

    found: Dependency = Depends(check)
    return found


def _principal(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


Person = Annotated[Principal, Depends(_principal)]
"""Who makes this request: always from the token, never from the body."""


def body_of(shape: Any) -> Dependency:
    """Dependency that decodes the request body into this type."""
    decode = msgspec.json.Decoder(shape).decode

    async def read(request: Request) -> Any:
        raw = await request.body()
        if len(raw) > MAX_BODY:
            raise Refused(PAYLOAD_TOO_LARGE)
        return decode_body(decode, raw)

    found: Dependency = Depends(read)
    return found


def intention_of(request: Request, person: Principal, body: Any) -> idempotency.Intention:
    """The Idempotency-Key of this request with all it stands for; Refused when it is missing."""
    return idempotency.Intention(
        principal=person.subject,
        route=f"{request.method} {request.url.path}",
        key=idempotency.parse_key(request.headers.get("idempotency-key")),
        body_hash=idempotency.hash_body(body),
    )


def rendered(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """The answer as JSON."""
    return Response(msgspec.json.encode(body), status, headers, JSON)
