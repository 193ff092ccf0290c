from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from arhan.kernel.auth import PUBLIC
from arhan.kernel.engine import Answer, Call, Engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Wish(msgspec.Struct):
    word: str


class Echo(msgspec.Struct):
    word: str
    thing: str = ""


@pytest.fixture
def engine() -> Engine:
    made = Engine("payment")

    @made.post("/v1/echoes", permit=PUBLIC, request=Wish, answer=Echo, status=201)
    async def echo(call: Call) -> Answer:
        """Say it again."""
        return Answer(Echo(call.body.word), 201)

    @made.post("/v1/things/{thing}/echo", permit=PUBLIC, request=Wish, answer=Echo)
    async def echo_at(call: Call) -> Answer:
        """Say it again, there."""
        return Answer(Echo(call.body.word, call.path["thing"]))

    @made.post("/v1/breaks", permit=PUBLIC, request=Wish, answer=Echo)
    async def break_down(_call: Call) -> Answer:
        """Break."""
        raise ZeroDivisionError

    return made


def ask(engine: Engine, method: str, path: str, **options: Any) -> httpx.Response:
    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app=engine.application())
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as http:
            return await http.request(method, path, **options)

    return asyncio.run(request())


def test_a_path_leads_to_its_handler(engine: Engine) -> None:
    answer = ask(engine, "POST", "/v1/echoes", json={"word": "hello"})
    assert (answer.status_code, answer.json()) == (201, {"word": "hello", "thing": ""})
    assert answer.headers["X-Request-Id"].startswith("req-")


def test_a_name_in_the_path_reaches_the_handler(engine: Engine) -> None:
    answer = ask(engine, "POST", "/v1/things/a%20b/echo", json={"word": "hello"})
    assert answer.json() == {"word": "hello", "thing": "a b"}


@pytest.mark.parametrize("path", ["/", "/v1/echoes/", "/v1/things//echo", "/v1/things/a/b/echo", "/nothing"])
def test_an_unknown_path_is_a_problem_document(engine: Engine, path: str) -> None:
    answer = ask(engine, "POST", path, json={"word": "hello"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1/echoes", "/v1/things/a/echo"])
def test_another_method_is_told_which_are_allowed(engine: Engine, path: str) -> None:
    answer = ask(engine, "DELETE", path)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("content", "pointer"),
    [(b"{", None), (b'{"word":1}', "/word"), (b"{}", ""), (b'{"word":"\\u0000"}', None)],
)
def test_a_body_of_the_wrong_form_is_malformed(engine: Engine, content: bytes, pointer: str | None) -> None:
    answer = ask(engine, "POST", "/v1/echoes", content=content)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_bug_is_an_internal_error_without_a_word_about_it(engine: Engine) -> None:
    answer = ask(engine, "POST", "/v1/breaks", json={"word": "x"})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "ZeroDivision" not in answer.text


def test_what_it_holds_is_opened_before_the_first_request_and_closed_after_the_last() -> None:
    held: list[str] = []

    @asynccontextmanager
    async def hold() -> AsyncIterator[None]:
        held.append("opened")
        yield
        held.append("closed")

    async def start_and_stop() -> list[str]:
        application = Engine("payment", lifespan=hold).application()
        said = iter(["lifespan.startup", "lifespan.shutdown"])
        answers: list[str] = []

        async def receive() -> dict[str, Any]:
            return {"type": next(said)}

        async def send(message: Any) -> None:
            answers.append(message["type"])

        await application({"type": "lifespan", "state": {}}, receive, send)
        return answers

    answers = asyncio.run(start_and_stop())
    assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert held == ["opened", "closed"]
