"""Logs a machine can search and a person can read, each line carrying the request it belongs to.

JSON lines to a file or a pipe, coloured text on a terminal. Secrets are blanked by name before a
line is written; card numbers, PINs and tokens must never be passed here at all.
"""

from __future__ import annotations

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

import structlog
import uuid_utils

_request_id: ContextVar[str] = ContextVar("request_id", default="")
_traceparent: ContextVar[str] = ContextVar("traceparent", default="")
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,128}$")
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_SECRET_NAME = re.compile(r"password|secret|token|authorization|pin$|cvv|card_number|otp", re.IGNORECASE)

_CREDENTIALS = re.compile(r"(://[^:/@\s]*:(?=[^@/\s]+@)|\bBearer )[^@\s'\"]+")


def begin_request(request_id: str = "", traceparent: str = "") -> str:
    """Take over the caller's request and trace ids where they are sane, else make new ones."""
    found = request_id if _REQUEST_ID.match(request_id) else f"req-{uuid_utils.uuid7().hex}"
    _request_id.set(found)
    trace = traceparent if _TRACEPARENT.match(traceparent) else _new_traceparent()
    _traceparent.set(trace)
    return found


def continue_trace(traceparent: str) -> None:
    """What follows belongs to this span (W3C trace context)."""
    _traceparent.set(traceparent)


def request_id() -> str:
    """The id of the request, task or event being handled; empty outside of one."""
    return _request_id.get()


def traceparent() -> str:
    """The W3C trace context to pass on."""
    return _traceparent.get()


def _new_traceparent() -> str:
    return f"00-{uuid_utils.uuid4().hex}-{uuid_utils.uuid4().hex[:16]}-00"


def _add_request(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if found := _request_id.get():
        event.setdefault("request_id", found)
        event.setdefault("trace_id", _traceparent.get()[3:35])
    return event


def _redact(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _without_secrets(event)
    return found


def _without_secrets(value: Any) -> Any:
    """The same, blank where a name says secret, and without the credentials in URLs and headers."""
    match value:
        case dict():
            return {
                name: "***" if _SECRET_NAME.search(str(name)) else _without_secrets(each)
                for name, each in value.items()
            }
        case list() | tuple():
            return [_without_secrets(each) for each in value]
        case str():
            return _CREDENTIALS.sub(r"\g<1>***", value)
        case _:
            return value


def configure(service: str, *, level: int = logging.INFO) -> None:
    """Set up logging of one process; called once when it starts."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request,
    ]
    human = sys.stderr.isatty()
    render: Any = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _redact,
        render,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=last,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "kombu.transport.pgmq", "pgmq"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a refusal is an answer, not news
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry service and request."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
