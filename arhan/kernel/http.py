"""Calls between services: with a service token, or for a person with the person's own.

Every call has a time-out and carries the request's ids.

The only place in the code base that makes HTTP requests to siblings (tests/repo checks it).
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import msgspec

from arhan import topology
from arhan.kernel import logging, revocations, settings
from arhan.kernel.auth import KeySource, TokenVerifier
from arhan.kernel.errors import NO_ANSWER, UNAVAILABLE, FieldError, Refusal, Refused
from arhan.kernel.problem import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ANSWER_LIMIT_S = 10.0
CONNECT_LIMIT_S = 2.0
TIMEOUT = httpx.Timeout(ANSWER_LIMIT_S, connect=CONNECT_LIMIT_S)
_RENEW_BEFORE_S = 60
BROKEN = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, aiohttp.ClientPayloadError)
"""A connection that ended before its answer did."""


@dataclass(frozen=True)
class ServiceToken:
    """A short-lived credential of this service for one sibling."""

    value: str
    expires_at: float


class ServiceTokens:
    """Gets and keeps this service's tokens, one per audience, renewed a minute before they expire."""

    def __init__(self, configuration: settings.Settings) -> None:
        """Tokens for the service whose settings these are."""
        self._settings = configuration
        self._tokens: dict[str, ServiceToken] = {}
        self._lock = threading.Lock()

    def get(self, audience: str) -> str:
        """A valid token for this sibling; blocks on the network when it must be fetched."""
        token = self.cached(audience)
        if token:
            return token
        with self._lock:
            return self.cached(audience) or self._fetch(audience)

    def cached(self, audience: str) -> str:
        """The token we hold, if it still lives for a while; else an empty string."""
        token = self._tokens.get(audience)
        return token.value if token and token.expires_at - time.time() > _RENEW_BEFORE_S else ""

    def _fetch(self, audience: str) -> str:
        """OAuth 2.0 client credentials grant (RFC 6749 section 4.4) at identity."""
        try:
            answer = httpx.post(
                self._settings.office_url("identity") + "/internal/v1/service-tokens",
                json={
                    "client_id": self._settings.service.name,
                    "client_secret": self._settings.present_client_secret(),
                    "audience": audience,
                },
                timeout=TIMEOUT,
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Refused(UNAVAILABLE, "The identity service gave no service token.") from error
        body = answer.json()
        token = ServiceToken(body["access_token"], time.time() + body["expires_in"])
        self._tokens[audience] = token
        return token.value


def _headers(token: str, on_behalf_of: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if on_behalf_of:
        headers["Arhan-On-Behalf-Of"] = on_behalf_of
    if request_id := logging.request_id():
        headers["X-Request-Id"] = request_id
        headers["traceparent"] = logging.traceparent()
    return headers


def refusal_of(status: int, content: bytes) -> Refused:
    """A sibling's problem document as a refusal of our own; 5xx becomes service_unavailable."""
    try:
        problem = msgspec.json.decode(content)
        refusal = Refusal(str(problem["code"]), status, str(problem["title"]), bool(problem.get("retryable")))
    except (msgspec.DecodeError, KeyError, TypeError):
        return Refused(UNAVAILABLE, f"A service answered {status}.")
    if status >= 500:  # noqa: PLR2004 - RFC 9110 section 15.6
        return Refused(UNAVAILABLE, str(problem.get("detail", "")))
    errors = tuple(FieldError(e["pointer"], e["message"]) for e in problem.get("errors", ()))
    extra = {name: value for name, value in problem.items() if name not in SCHEMA["properties"]}
    return Refused(refusal, str(problem.get("detail", "")), errors=errors, extra=extra)


class ServiceClient:
    """Blocking calls to one sibling, for offices and workers."""

    def __init__(self, caller: str, callee: str, *, engine: bool = False) -> None:
        """A client for `callee`'s office, or its engine, speaking as `caller`."""
        configuration = settings.load(caller)
        base = configuration.engine_url(callee) if engine else configuration.office_url(callee)
        self._tokens = service_tokens(caller)
        self._callee = callee
        self._http = httpx.Client(base_url=base, timeout=TIMEOUT)

    def get(self, path: str, *, params: Mapping[str, Any] | None = None, on_behalf_of: str = "") -> Any:
        """The decoded JSON answer; Refused with the sibling's code when it says no."""
        return self._send("GET", path, params=params, on_behalf_of=on_behalf_of)

    def post(self, path: str, body: object, *, on_behalf_of: str = "") -> Any:
        """The decoded JSON answer; Refused with the sibling's code when it says no."""
        return self._send("POST", path, content=msgspec.json.encode(body), on_behalf_of=on_behalf_of)

    def _send(self, method: str, path: str, *, on_behalf_of: str, **options: Any) -> Any:
        headers = _headers(self._tokens.get(self._callee), on_behalf_of)
        try:
            answer = self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise Refused(UNAVAILABLE, f"The {self._callee} service does not answer.") from error
        if answer.is_success:
            return msgspec.json.decode(answer.content) if answer.content else None
        raise refusal_of(answer.status_code, answer.content)


class AsyncServiceClient:
    """Calls to one sibling from an engine; the same answers and refusals as ServiceClient.

    aiohttp, because a call through httpx costs an engine four times the processor time (1.0 ms
    against 0.25 ms here) and an engine makes two for every batch of payments.
    """

    def __init__(self, caller: str, callee: str, *, engine: bool = False) -> None:
        """A client for `callee`'s office, or its engine, speaking as `caller`; connects when first used."""
        configuration = settings.load(caller)
        self._base = configuration.engine_url(callee) if engine else configuration.office_url(callee)
        self._tokens = service_tokens(caller)
        self._callee = callee
        self._http: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: object, *, on_behalf_of: str = "") -> bytes:
        """The raw JSON answer, for the caller to decode into its own types."""
        token = self._tokens.cached(self._callee)
        if not token:
            token = await asyncio.to_thread(self._tokens.get, self._callee)
        headers = _headers(token, on_behalf_of)
        content = msgspec.json.encode(body)
        try:
            try:
                status, received = await self._send(path, content, headers)
            except BROKEN:
                # The kept connection was stale, or the replica behind it has just died. Commands between
                # siblings are answered, not repeated, when they come twice, so this one may.
                status, received = await self._send(path, content, headers)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Refused(UNAVAILABLE, f"The {self._callee} service does not answer.") from error
        if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
            return received
        raise refusal_of(status, received)

    async def _send(self, path: str, content: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        async with self._session().post(self._base + path, data=content, headers=headers) as answer:
            return answer.status, await answer.read()

    def _session(self) -> aiohttp.ClientSession:
        """Made inside the running loop, as aiohttp wants it."""
        if self._http is None:
            limits = aiohttp.ClientTimeout(total=ANSWER_LIMIT_S, connect=CONNECT_LIMIT_S)
            self._http = aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar())
        return self._http

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()


@dataclass(frozen=True, slots=True)
class File:
    """A document on its way to a sibling, as it was given to us."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to a sibling, made for a person with the person's own token."""

    callee: str
    path: str
    method: str = "GET"
    params: Mapping[str, str | int] = field(default_factory=dict)
    body: object = None
    file: File | None = None
    """Sent as the body instead of JSON."""
    idempotency_key: str = ""
    deadline_s: float = 4.0
    """Until the whole answer must be here."""


class ForwardingClient:
    """Calls that carry on a person's request: many at once, each with a deadline of its own.

    A sibling that let a query run into its deadline is not asked for the next moments, so that
    pages do not queue behind it. Thread-safe: the calls run on an event loop of their own.
    """

    _SPARED_S = 3.0

    def __init__(self, caller: str) -> None:
        """A client of every sibling `caller` may call; paths of engines find the engine."""
        self._settings = settings.load(caller)
        self._spared_until: dict[str, float] = {}
        self._loop = asyncio.new_event_loop()
        self._http = httpx.AsyncClient(
            timeout=None,  # noqa: S113 - each call has a deadline as a whole
            limits=httpx.Limits(max_connections=256, max_keepalive_connections=64),
        )
        threading.Thread(target=self._loop.run_forever, name="forwarding", daemon=True).start()

    def send(self, call: Call, *, token: str = "", headers: Mapping[str, str] | None = None) -> bytes:
        """The raw answer; Refused with the sibling's code, service_unavailable or no_answer."""
        sent = self._send(call, _person_headers(call, token, headers))
        return asyncio.run_coroutine_threadsafe(sent, self._loop).result()

    def stream(
        self, call: Call, *, token: str = "", headers: Mapping[str, str] | None = None
    ) -> Iterator[bytes]:
        """A large answer part by part, on a connection of its own; Refused as above, before the first part."""
        http = httpx.Client(timeout=TIMEOUT)
        wanted = http.build_request(
            call.method, self._base(call) + call.path, headers=_person_headers(call, token, headers)
        )
        try:
            answer = http.send(wanted, stream=True)
        except httpx.HTTPError as error:
            http.close()
            raise Refused(UNAVAILABLE, f"The {call.callee} service does not answer.") from error
        if not answer.is_success:
            content = answer.read()
            http.close()
            raise refusal_of(answer.status_code, content)
        return _parts(http, answer)

    def gather(
        self, calls: Mapping[str, Call], *, token: str = "", headers: Mapping[str, str] | None = None
    ) -> dict[str, bytes | Refused]:
        """All answers by name, as long as the slowest deadline at most; a refusal instead where refused."""
        sent = [self._send(call, _person_headers(call, token, headers)) for call in calls.values()]
        answers = asyncio.run_coroutine_threadsafe(_all(sent), self._loop).result()
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, Refused):
                raise answer
        return dict(zip(calls, answers, strict=True))

    async def _send(self, call: Call, headers: dict[str, str]) -> bytes:
        query = call.method == "GET"
        if query and self._spared_until.get(call.callee, 0) > time.monotonic():
            raise Refused(UNAVAILABLE, f"The {call.callee} service does not answer.")
        try:
            async with asyncio.timeout(call.deadline_s):
                answer = await self._http.request(
                    call.method,
                    self._base(call) + call.path,
                    params=call.params or None,
                    content=_content(call),
                    headers=headers,
                )
        except httpx.ConnectError as error:
            raise Refused(UNAVAILABLE, f"The {call.callee} service does not answer.") from error
        except (TimeoutError, httpx.HTTPError) as error:
            if query and isinstance(error, TimeoutError):
                self._spared_until[call.callee] = time.monotonic() + self._SPARED_S
            raise Refused(NO_ANSWER, f"The {call.callee} service did not answer in time.") from error
        if answer.is_success:
            return answer.content
        raise refusal_of(answer.status_code, answer.content)

    def _base(self, call: Call) -> str:
        """The engine for the paths the gateway gives to engines, else the office."""
        for pattern in topology.service(call.callee).engine_routes:
            if call.method == "POST" and re.fullmatch(pattern, call.path):
                return self._settings.engine_url(call.callee)
        return self._settings.office_url(call.callee)


def _parts(http: httpx.Client, answer: httpx.Response) -> Iterator[bytes]:
    with closing(http), closing(answer):
        yield from answer.iter_bytes()


def _content(call: Call) -> bytes | None:
    if call.file is not None:
        return call.file.content
    return msgspec.json.encode(call.body) if call.body is not None else None


async def _all(sent: list[Any]) -> list[Any]:
    return await asyncio.gather(*sent, return_exceptions=True)


def _person_headers(call: Call, token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    """Taken in the caller's thread, where the request's ids are."""
    found = _headers(token, "") | dict(headers or {})
    if not token:
        del found["Authorization"]
    if call.file is not None:
        found["Content-Type"] = call.file.media_type
    if call.idempotency_key:
        found["Idempotency-Key"] = call.idempotency_key
    return found


@lru_cache
def forwarding_client(caller: str) -> ForwardingClient:
    """The one forwarding client of this process."""
    return ForwardingClient(caller)


@lru_cache
def service_tokens(caller: str) -> ServiceTokens:
    """The one token store of this process."""
    return ServiceTokens(settings.load(caller))


@lru_cache
def token_verifier(service: str) -> TokenVerifier:
    """The one verifier of this process: tokens made for this service."""
    return TokenVerifier(audience=service, issuer=settings.load(service).issuer)


@dataclass(frozen=True, slots=True)
class TrustSource:
    """Where a process learns which keys sign tokens, and which tokens are revoked."""

    fetch_keys: Callable[[], dict[str, Any]]
    ask_news: revocations.Ask


_own_sources: dict[str, TrustSource] = {}


def use_own_source(service: str, source: TrustSource) -> None:
    """Let identity read its own database instead of asking itself."""
    _own_sources[service] = source
    key_source.cache_clear()


@lru_cache
def key_source(service: str) -> KeySource:
    """The one key source of this process; with the first keys it begins to watch for revocations."""
    verifier = token_verifier(service)
    source = _own_sources.get(service) or _identity_source(service)

    def watch(keys: KeySource) -> None:
        revocations.Watch(
            verifier=verifier, ask=source.ask_news, fetch_keys=lambda: keys.refresh(at_once=True)
        ).start()

    return KeySource(verifier, source.fetch_keys, watch=watch)


def _identity_source(service: str) -> TrustSource:
    url = settings.load(service).office_url("identity")

    def fetch_keys() -> dict[str, Any]:
        answer = httpx.get(url + "/.well-known/jwks.json", timeout=TIMEOUT)
        document: dict[str, Any] = answer.raise_for_status().json()
        return document

    return TrustSource(fetch_keys, NewsLine(url, service_tokens(service)))


class NewsLine:
    """One kept-open connection to identity, asked all the time for the life of the process.

    The standard library's client, because it costs a sixth of httpx's time per question.
    """

    def __init__(self, identity_url: str, tokens: ServiceTokens) -> None:
        """Connects when first asked."""
        parts = urlsplit(identity_url)
        secure = parts.scheme == "https"
        connect = HTTPSConnection if secure else HTTPConnection
        self._connection = connect(parts.hostname or "", parts.port, timeout=5)
        self._tokens = tokens

    def __call__(self, *, after: int) -> revocations.News:
        """What is new; connects anew after any failure."""
        headers = {"Authorization": f"Bearer {self._tokens.get('identity')}"}
        try:
            self._connection.request("GET", f"/internal/v1/revocations?after={after}", headers=headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            raise
        if answer.status != 200:  # noqa: PLR2004 - RFC 9110
            raise refusal_of(answer.status, content)
        return msgspec.json.decode(content, type=revocations.News)
