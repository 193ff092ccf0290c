from __future__ import annotations

import json
import logging as standard
from typing import TYPE_CHECKING

import pytest
import structlog

from arhan.kernel import logging
from arhan.kernel.commented.base import comment, with_comment

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = {
    "password": "seven herons",
    "new_password": "eight herons",
    "access_token": "eyJhbGciOi",
    "Authorization": "Bearer eyJhbGciOi",
    "client_secret": "hush",
    "pin": "0427",
    "new_pin": "0428",
    "otp": "123456",
    "cvv": "737",
    "card_number": "5061000000000000",
}


@pytest.fixture
def _own_logging() -> Iterator[None]:
    """What other tests log with is put back."""
    root = standard.getLogger()
    handlers, level, configuration = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configuration)
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_own_logging")
def test_a_line_is_json_with_its_request_and_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure("payment")
    logging.begin_request("request-42", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    logging.get_logger("test").warning("order_refused", amount=100, body=[SECRETS], **SECRETS)
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert found["event"] == "order_refused"
    assert found["service"] == "payment"
    assert found["request_id"] == "request-42"
    assert found["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert found["amount"] == 100
    for name, value in SECRETS.items():
        assert found[name] == "***", name
        assert value not in line, name


@pytest.mark.usefixtures("_own_logging")
def test_credentials_in_messages_and_tracebacks_are_blanked(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure("payment")
    said = "amqp://arhan:hush-hush@broker:5672// refused Bearer eyJhbGciOi.e30.x; see https://host/path@2x"
    logging.get_logger("test").error("broker_lost", error=said, exc_info=ValueError(said))
    standard.getLogger("library").warning("cannot reach postgresql://arhan_ledger:p4ss@ledger-db:5432/x")
    lines = capsys.readouterr().err
    for secret in ("hush-hush", "eyJhbGciOi", "p4ss"):
        assert secret not in lines, secret
    assert "amqp://arhan:***@broker:5672//" in lines
    assert "https://host/path@2x" in lines


def test_a_statement_says_which_request_it_belongs_to() -> None:
    logging.begin_request("request-42", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    ran = with_comment(lambda sql, *_: sql, "SELECT 1", None, False, {})
    assert ran == (
        "SELECT 1 /*request_id='request-42',"
        "traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/"
    )


def test_nobody_can_write_sql_into_the_comment() -> None:
    logging.begin_request("*/ DROP TABLE balance; --", "00-*/")
    assert "DROP" not in comment()
    assert comment().count("*/") == 1
