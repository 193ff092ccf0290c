"""How the bank says no: one shape, the place of each mistake, and never 500 for what somebody sent."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arhan.kernel import errors, logging, problem
from arhan.kernel.engine import decode_body, json_pointer
from arhan.kernel.errors import (
    IDEMPOTENCY_IN_PROGRESS,
    MALFORMED,
    NOT_FOUND,
    RATE_LIMITED,
    UNAUTHENTICATED,
    UNAVAILABLE,
    FieldError,
    Refusal,
    Refused,
    malformed,
    not_found,
)

SHARED = [found for found in vars(errors).values() if isinstance(found, Refusal)]


def test_a_problem_has_the_members_its_schema_promises() -> None:
    request = logging.begin_request("mobile-0001")
    found = problem.document(Refused(NOT_FOUND, "There is no such account."))
    assert found == {
        "type": "https://arhan.example/problems/not_found",
        "title": "There is no such thing, or it is not yours.",
        "status": 404,
        "detail": "There is no such account.",
        "code": "not_found",
        "retryable": False,
        "request_id": request,
    }
    assert set(problem.SCHEMA["required"]) <= set(found) <= set(problem.SCHEMA["properties"])


def test_without_a_detail_the_title_is_the_detail() -> None:
    assert problem.document(Refused(RATE_LIMITED))["detail"] == "Too many requests; slow down."


def test_each_offending_member_is_pointed_at() -> None:
    refused = Refused(MALFORMED, errors=(FieldError("/amount", "too small"), FieldError("/pin", "4 digits")))
    assert problem.document(refused)["errors"] == [
        {"pointer": "/amount", "message": "too small"},
        {"pointer": "/pin", "message": "4 digits"},
    ]


def test_what_a_refusal_adds_stands_beside_the_rest() -> None:
    found = msgspec.json.decode(problem.encode(Refused(NOT_FOUND, extra={"tries_left": 2})))
    assert (found["tries_left"], found["code"]) == (2, "not_found")


def test_who_must_sign_in_is_told_how() -> None:
    assert problem.headers(Refused(UNAUTHENTICATED)) == {"WWW-Authenticate": 'Bearer realm="arhan"'}


@pytest.mark.parametrize("refusal", [RATE_LIMITED, UNAVAILABLE], ids=lambda refusal: refusal.code)
def test_who_may_come_again_is_told_when(refusal: Refusal) -> None:
    assert problem.headers(Refused(refusal)) == {"Retry-After": "1"}
    assert problem.headers(Refused(refusal, headers={"Retry-After": "30"})) == {"Retry-After": "30"}


def test_other_refusals_add_no_header() -> None:
    assert problem.headers(Refused(IDEMPOTENCY_IN_PROGRESS)) == {}


def test_somebody_else_s_and_nobody_s_look_the_same() -> None:
    assert str(not_found("account")) == "not_found: There is no such account."


def test_a_wrong_member_is_said_and_pointed_at() -> None:
    refused = malformed("/pin", "four digits")
    assert (refused.refusal, refused.detail, refused.errors) == (
        MALFORMED,
        "four digits",
        (FieldError("/pin", "four digits"),),
    )


@pytest.mark.parametrize("refusal", SHARED, ids=lambda refusal: refusal.code)
def test_every_shared_refusal_is_a_code_a_status_and_a_sentence(refusal: Refusal) -> None:
    assert re.fullmatch(r"[a-z][a-z_]+", refusal.code)
    assert refusal.title.endswith(".")
    assert refusal.status in {*problem.STATUSES, 500, 504}


def test_no_two_shared_refusals_have_one_code() -> None:
    assert len({refusal.code for refusal in SHARED}) == len(SHARED)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (("amount",), "/amount"),
        (("items", 3, "amount"), "/items/3/amount"),
        ((), ""),
        (("query", "limit"), "/query/limit"),
        (("a/b~c",), "/a~1b~0c"),
    ],
)
def test_a_place_is_written_as_a_json_pointer(place: tuple[int | str, ...], found: str) -> None:
    assert problem.pointer(place) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [("", ""), (".amount", "/amount"), (".items[3].amount", "/items/3/amount"), ("[0]", "/0")],
)
def test_an_engine_points_at_the_member(path: str, found: str) -> None:
    assert json_pointer(path) == found


class Line(msgspec.Struct, forbid_unknown_fields=True):
    amount: int
    note: str = ""


class Order(msgspec.Struct, forbid_unknown_fields=True):
    lines: list[Line]


decode = msgspec.json.Decoder(Order).decode


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (b'{"lines": [{"amount": 1}, {"amount": "2"}]}', ["/lines/1/amount"]),
        (b'{"lines": [{"amount": 1.5}]}', ["/lines/0/amount"]),
        (b'{"lines": 7}', ["/lines"]),
        (b'{"lines": [{}]}', ["/lines/0"]),
        (b'{"lines": [], "more": 1}', [""]),
        (b"[]", [""]),
        (b"{}", [""]),
        (b"", []),
        (b"{", []),
        (b'{"lines": [{"amount": NaN}]}', []),
        (b'{"lines": [{"amount": 1, "note": "\\u0000"}]}', []),
        (b'{"lines": [{"amount": 1, "note": "\xff"}]}', []),
        (b'{"lines": [{"amount": 1, "note": "\\ud800"}]}', []),
        (b"[" * 100_000, [""]),
    ],
    ids=lambda value: repr(value)[:40] if isinstance(value, bytes) else "",
)
def test_an_engine_refuses_a_body_it_cannot_read(raw: bytes, pointers: list[str]) -> None:
    with pytest.raises(Refused) as caught:
        decode_body(decode, raw)
    assert caught.value.refusal is MALFORMED
    assert [error.pointer for error in caught.value.errors] == pointers


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary(max_size=60) | json_values.map(msgspec.json.encode))
def test_whatever_is_sent_to_an_engine_is_read_or_refused(raw: bytes) -> None:
    try:
        found = decode_body(decode, raw)
    except Refused as refused:
        found = refused.refusal
    assert found is MALFORMED or isinstance(found, Order)


def test_a_body_too_deep_to_read_is_refused() -> None:
    with pytest.raises(Refused, match="malformed_request"):
        decode_body(msgspec.json.Decoder(dict[str, Any]).decode, b'{"a":' * 100_000)
