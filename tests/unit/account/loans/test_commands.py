"""`arhan loans quote`: an answer or a refusal, never a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from arhan.account.commands import app
from tests.unit.account.loans.published import BASE

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = {"instalment", "total_interest", "apr_percent", "effective_rate_percent", "rows"}
ROW = {"number", "due_on", "principal", "interest", "fees", "penalties", "due", "balance"}


def run(*words: str, given: object = "") -> tuple[int, str, str]:
    text = given if isinstance(given, bytes | str) else json.dumps(given)
    result = CliRunner().invoke(app, ["loans", "quote", *words], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_terms_from_standard_input_are_answered_with_json_and_nothing_else() -> None:
    status, out, err = run("--json", "-", given=BASE)
    answer = json.loads(out)

    assert (status, err) == (0, "")
    assert answer.keys() == ANSWER
    assert (answer["instalment"], answer["total_interest"]) == (17_01, 2_05)
    assert answer["rows"][0] == {
        "number": 1,
        "due_on": "2024-02-01",
        "principal": 16_43,
        "interest": 58,
        "fees": 0,
        "penalties": 0,
        "due": 17_01,
        "balance": 83_57,
    }
    assert all(row.keys() == ROW for row in answer["rows"])


def test_terms_from_a_file_are_answered_alike(tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(BASE))

    assert run(str(file), "--json") == run("--json", given=BASE)


def test_people_get_a_table() -> None:
    status, out, _ = run(given=BASE | {"principal": 1_234_567_89, "currency": "NGN"})

    assert status == 0
    assert out.startswith("NGN 1,234,567.89, equal instalments\n")
    assert "2024-07-01" in out


def test_a_refusal_is_a_problem_document_and_status_2() -> None:
    status, out, _ = run("--json", given=BASE | {"principal": -5})
    problem = json.loads(out)

    assert status == 2
    assert (problem["status"], problem["code"], problem["retryable"]) == (422, "amount_out_of_bounds", False)
    assert problem["type"].endswith("/amount_out_of_bounds")
    assert problem["errors"][0]["pointer"] == "/principal"


def test_people_get_a_sentence_for_everything_that_is_wrong() -> None:
    status, out, err = run(given=BASE | {"principal": -5, "method": "annuity"})

    assert (status, out) == (2, "")
    assert err.splitlines() == [
        "/principal must be from 1 to 1000000000000000",
        "/method must be one of flat, equal_instalments, equal_principal, bullet",
    ]


@pytest.mark.parametrize(
    "given", ["", "{", "[]", "7", "\x00", b"\xff\xfe", '{"principal":' + "9" * 5000 + "}"]
)
def test_whatever_comes_in_is_refused_with_status_2(given: Any) -> None:
    status, out, _ = run("--json", given=given)

    assert status == 2
    assert json.loads(out)["code"]


@pytest.mark.parametrize("file", ["/nowhere/terms.json", "/", "a\x00b"])
def test_a_file_that_cannot_be_read_is_refused_with_status_2(file: str) -> None:
    status, out, _ = run(file, "--json")

    assert (status, json.loads(out)["code"]) == (2, "malformed_request")


def test_every_command_has_help() -> None:
    for words in (["--help"], ["loans", "--help"], ["loans", "quote", "--help"]):
        assert CliRunner().invoke(app, words).exit_code == 0
