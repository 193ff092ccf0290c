"""The name of an intention, and the fingerprint of what was asked under it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from arhan.kernel.errors import UNAVAILABLE, Refused
from arhan.kernel.idempotency import Intention, answer_once, hash_body, parse_key


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "for this test alone")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("abc", "abc"),
        ('"abc"', "abc"),
        ("  abc  ", "abc"),
        ('"with space"', "with space"),
        ('a"b', 'a"b'),
        ("x" * 255, "x" * 255),
        ('"' + "x" * 255 + '"', "x" * 255),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", "8e03978e-40d5-43e8-bc93-6894a57f9324"),
    ],
)
def test_a_key_may_be_bare_or_quoted(header: str, key: str) -> None:
    assert parse_key(header) == key


@pytest.mark.parametrize("header", [None, "", "  ", '""', '"'])
def test_a_command_without_a_key_is_refused(header: str | None) -> None:
    with pytest.raises(Refused) as caught:
        parse_key(header)
    assert (caught.value.refusal.code, caught.value.refusal.status) == ("idempotency_key_missing", 400)


@pytest.mark.parametrize("header", ["x" * 256, "kéy", "a\tb", "a\x00b", "a\x7fb"])
def test_a_key_that_cannot_be_kept_is_refused_and_named(header: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_key(header)
    assert caught.value.refusal.code == "malformed_request"
    assert [error.pointer for error in caught.value.errors] == ["/headers/Idempotency-Key"]


def test_the_order_of_members_does_not_matter() -> None:
    assert hash_body({"amount": 5, "payee": "x"}) == hash_body({"payee": "x", "amount": 5})


@pytest.mark.parametrize(
    "other",
    [{"amount": 6}, {"amount": "5"}, {"amount": 5, "pin": None}, {}, None, [{"amount": 5}]],
    ids=str,
)
def test_anything_else_asked_is_something_else(other: Any) -> None:
    assert hash_body({"amount": 5}) != hash_body(other)


def test_a_fingerprint_cannot_be_guessed_without_the_service_s_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = hash_body({"pin": "0427"})
    assert found != hashlib.sha256(b'{"pin":"0427"}').digest()
    monkeypatch.setenv("SECRET_KEY", "another secret")
    assert found != hash_body({"pin": "0427"})


class Memory:
    """A cursor over one table of answers, as far as the kernel asks it."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str, str], tuple[bytes, int, str]] = {}
        self.held_by_another = False
        self._row: Any = None

    def execute(self, query: str, parameters: tuple[Any, ...]) -> None:
        if "pg_try_advisory_xact_lock" in query:
            self._row = (not self.held_by_another,)
        elif query.startswith("SELECT"):
            self._row = self.stored.get(parameters)
        else:
            principal, route, key, body_hash, status, answer = parameters
            self.stored[principal, route, key] = (body_hash, status, answer)

    def fetchone(self) -> Any:
        return self._row


class Effect:
    """What must happen once."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> tuple[int, Any]:
        self.times += 1
        return 201, {"id": f"pay_{self.times}"}


def intention(*, principal: str = "usr_ada", key: str = "k1", body: Any = "a") -> Intention:
    return Intention(principal=principal, route="POST /v1/x", key=key, body_hash=hash_body(body))


def test_a_repeat_gets_the_stored_answer_and_has_no_effect() -> None:
    memory, effect = Memory(), Effect()
    first = answer_once(memory, intention(), effect)
    again = answer_once(memory, intention(), effect)
    assert (first.status, first.body, first.replayed) == (201, {"id": "pay_1"}, False)
    assert (again.status, again.body, again.replayed) == (201, {"id": "pay_1"}, True)
    assert effect.times == 1


def test_the_same_key_for_something_else_is_refused_and_has_no_effect() -> None:
    memory, effect = Memory(), Effect()
    answer_once(memory, intention(), effect)
    with pytest.raises(Refused, match="idempotency_key_reused"):
        answer_once(memory, intention(body="b"), effect)
    assert effect.times == 1


@pytest.mark.parametrize("other", [{"principal": "usr_uche"}, {"key": "k2"}], ids=str)
def test_somebody_else_s_key_and_another_key_are_other_intentions(other: dict[str, str]) -> None:
    memory, effect = Memory(), Effect()
    answer_once(memory, intention(), effect)
    assert answer_once(memory, intention(**other), effect).body == {"id": "pay_2"}


def test_while_the_first_still_runs_the_second_is_told_to_wait() -> None:
    memory, effect = Memory(), Effect()
    memory.held_by_another = True
    with pytest.raises(Refused) as caught:
        answer_once(memory, intention(), effect)
    assert (caught.value.refusal.code, caught.value.refusal.retryable) == ("idempotency_in_progress", True)
    assert effect.times == 0


def test_a_refusal_is_not_remembered_so_the_caller_may_try_again() -> None:
    memory, effect = Memory(), Effect()

    def refuse() -> tuple[int, Any]:
        raise Refused(UNAVAILABLE)

    with pytest.raises(Refused):
        answer_once(memory, intention(), refuse)
    assert answer_once(memory, intention(), effect).body == {"id": "pay_1"}
