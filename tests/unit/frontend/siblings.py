"""The other five services as the portal sees them, played by one small HTTP server.

Answers have the shapes the services really give; the portal's own client talks to it over sockets, so
that slow, dead and strange siblings can be played too. Journeys use the real bank.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

from arhan import topology

if TYPE_CHECKING:
    from collections.abc import Callable

ADA = "usr_01jd0000000000000000000ada"
SAVINGS = "acc_01jd000000000000000saving"
CURRENT = "acc_01jd00000000000000current"


@dataclass
class Asked:
    """One request that reached a sibling."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class Answer:
    """What a sibling says, and how long it takes."""

    status: int = 200
    body: Any = None
    after_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


def problem(status: int, code: str, title: str = "No.", **extra: Any) -> Answer:
    return Answer(
        status,
        {"type": f"https://arhan.example/problems/{code}", "title": title, "status": status, "code": code,
         "detail": title, "retryable": False, "request_id": "req-00000000"} | extra,
    )  # fmt: skip


class Siblings:
    """One server for all of them: paths tell them apart."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[tuple[str, str], Callable[[Asked], Answer] | Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.access_life_s = 600
        self.tokens_given = 0
        self.role = "customer"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def urls(self) -> dict[str, str]:
        """Environment that leads the portal here."""
        found = {s.url_variable: self.url for s in topology.SERVICES}
        return found | {s.engine_url_variable: self.url for s in topology.SERVICES if s.engine_port}

    def reset(self) -> None:
        """As on a quiet morning: everybody answers, nothing was asked."""
        self.asked.clear()
        self.role = "customer"
        self.access_life_s = 600
        self.tokens_given = 0
        self.answers = dict(usual_answers(self))

    def requests(self, method: str, path: str) -> list[Asked]:
        """What was asked on this path."""
        return [asked for asked in self.asked if (asked.method, asked.path) == (method, path)]

    def pair(self) -> dict[str, Any]:
        """Access and refresh token."""
        self.tokens_given += 1
        return {"access_token": f"access-{self.tokens_given}", "refresh_token": f"refresh-{self.tokens_given}",
                "token_type": "Bearer", "expires_in": self.access_life_s}  # fmt: skip

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        siblings = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                siblings._answer(self)

            def do_POST(self) -> None:
                siblings._answer(self)

            def do_PUT(self) -> None:
                siblings._answer(self)

            def do_PATCH(self) -> None:
                siblings._answer(self)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's name
                pass

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        raw = handler.rfile.read(length)
        parts = urlsplit(handler.path)
        asked = Asked(
            handler.command, parts.path, dict(parse_qsl(parts.query)),
            json.loads(raw) if raw else None, {k.lower(): v for k, v in handler.headers.items()},
        )  # fmt: skip
        self.asked.append(asked)
        found = self.answers.get((asked.method, asked.path)) or problem(404, "not_found")
        answer = found(asked) if callable(found) else found
        time.sleep(answer.after_s)
        content = b"" if answer.body is None else json.dumps(answer.body).encode()
        try:
            handler.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            handler.close_connection = True


def usual_answers(siblings: Siblings) -> dict[tuple[str, str], Callable[[Asked], Answer] | Answer]:
    """What the services say about Ada on a quiet morning."""
    return {
        ("POST", "/v1/tokens"): lambda _: Answer(body=siblings.pair()),
        ("POST", "/v1/tokens/refresh"): lambda _: Answer(body=siblings.pair()),
        ("POST", "/v1/logout"): Answer(204),
        ("POST", "/v1/registrations"): Answer(201, {"id": ADA, "username": "ada", "role": "customer", "tier": 1}),
        ("GET", "/v1/me"): lambda _: Answer(body=me(siblings.role)),
        ("POST", "/v1/transfer-quotes"): lambda asked: Answer(body={
            "amount": asked.body["amount"], "currency": asked.body["currency"], "fee": 0, "fees": [],
            "total": asked.body["amount"]}),
        ("GET", "/v1/products"): Answer(body=PRODUCTS),
        ("GET", "/v1/accounts"): Answer(body={"items": [account(SAVINGS), account(CURRENT)], "next": None}),
        ("POST", "/v1/accounts"): Answer(201, account(SAVINGS)),
        ("GET", f"/v1/accounts/{SAVINGS}"): Answer(body=account(SAVINGS)),
        ("GET", f"/v1/accounts/{CURRENT}"): Answer(body=account(CURRENT)),
        ("GET", f"/v1/accounts/{CURRENT}/entries"): Answer(body={"items": ENTRIES, "next": None}),
        ("GET", f"/v1/accounts/{SAVINGS}/entries"): Answer(body={"items": [], "next": None}),
        ("GET", "/v1/payments"): Answer(body={"items": PAYMENTS, "next": None}),
        ("GET", "/v1/monthly-figures"): Answer(body={
            "months": MONTHS, "payees": PAYEES, "spending": SPENDING, "recent": PAYMENTS}),
        ("GET", "/v1/beneficiaries"): Answer(body={"items": [{"id": "ben_1", "number": "1234567890",
            "name": "Chidi E***", "nickname": "Landlord", "saved_at": "2026-11-22T08:15:01Z"}]}),
        ("GET", "/v1/tickets"): Answer(body={"items": [], "next": None}),
        ("GET", "/v1/loans"): Answer(body={"items": [], "next": None}),
        ("GET", "/v1/loan-products"): Answer(body=[]),
        ("GET", "/v1/me/sessions"): Answer(body={"items": [], "next": None}),
        ("GET", "/v1/me/kyc"): Answer(body={"person_id": ADA, "name": "Ada Okafor", "tier": 1,
            "limits": {"currency": "NGN", "single_deposit": 5_000_000}, "identity_numbers": [], "documents": []}),
        ("GET", f"/v1/accounts/{CURRENT}/limits"): Answer(body={"currency": "NGN", "month": {},
            "payment": {}, "day": {"limit": 5_000_000, "source": "tier", "spent": 1_000_000, "left": 4_000_000}}),
        ("GET", f"/v1/accounts/{CURRENT}/statements"): Answer(body={"items": [
            {"number": 2, "since": "2026-10-01", "until": "2026-10-31", "opening": 100_000,
             "closing": 48_250_075, "made_at": "2026-11-01T00:00:00Z"}], "next": None}),
        ("GET", f"/v1/accounts/{CURRENT}/statement-files"): Answer(body={"items": [statement_file()], "next": None}),
        ("POST", f"/v1/accounts/{CURRENT}/statement-files"): Answer(202, statement_file()),
        ("GET", f"/v1/accounts/{CURRENT}/statement-files/stf_1"): Answer(body=statement_file()),
        ("GET", "/v1/statement-files/stf_1"): Answer(body=statement_file()),
        ("GET", f"/v1/accounts/{CURRENT}/statement-files/stf_1/content"): Answer(body=["a statement"]),
        ("GET", "/v1/standing-orders"): Answer(body={"items": [standing_order()], "next": None}),
        ("POST", "/v1/standing-orders"): Answer(201, standing_order(status="unconfirmed")),
        ("GET", "/v1/standing-orders/sto_1"): Answer(body=standing_order()),
        ("GET", "/v1/standing-orders/sto_1/executions"): Answer(body={"items": EXECUTIONS, "next": None}),
        ("PATCH", "/v1/standing-orders/sto_1"): Answer(body=standing_order(amount=20_000_000)),
        ("POST", "/v1/standing-orders/sto_1/pause"): Answer(body=standing_order(status="paused")),
        ("POST", "/v1/standing-orders/sto_1/cancel"): Answer(body=standing_order(status="cancelled")),
        ("POST", "/v1/standing-orders/sto_1/challenge"): Answer(201, {
            "id": "chl_1", "methods": ["otp"], "expires_at": "2099-01-01T00:00:00Z"}),
        ("POST", "/v1/standing-orders/sto_1/confirm"): Answer(body=standing_order()),
        ("POST", "/v1/challenges/chl_1/answer"): Answer(body={"proof": "proof-1"}),
        ("GET", "/v1/notifications"): Answer(body={"items": NOTICES, "next": None, "unread": 2}),
        ("GET", "/v1/notifications/unread"): Answer(body={"unread": 2}),
        ("POST", "/v1/notifications/ntf_3/read"): Answer(204),
        ("POST", "/v1/notifications/reads"): Answer(204),
        ("GET", "/v1/me/notification-preferences"): Answer(body={"items": PREFERENCES}),
        ("PUT", "/v1/me/notification-preferences"): Answer(body={"items": PREFERENCES}),
        ("GET", "/v1/receipts/pay_1"): problem(409, "not_sealed_yet"),
        ("GET", "/v1/hourly-figures"): Answer(body={"hours": []}),
        ("GET", "/v1/payments/pay_1"): Answer(body=PAYMENTS[0]),
        ("GET", "/v1/payments/pay_2"): Answer(body=PAYMENTS[1]),
        ("GET", "/v1/payments/pay_3"): Answer(body=PAYMENTS[2]),
        ("POST", "/v1/name-enquiries"): Answer(
            body={"ref": "enq_1", "name": "Chidi E***", "expires_at": "2099-01-01T00:00:00Z"}
        ),
        ("POST", "/v1/transfers"): lambda asked: Answer(201, PAYMENTS[0] | {
            "amount": asked.body["amount"], "status": "completed", "id": "pay_1"}),
        ("POST", "/v1/deposits"): lambda asked: Answer(201, PAYMENTS[2] | {"amount": asked.body["amount"]}),
    }  # fmt: skip


def me(role: str) -> dict[str, Any]:
    return {"id": ADA, "username": "ada", "email": "ada@example.com", "first_name": "Ada",
            "last_name": "Okafor", "name": "Ada Okafor", "phone": "+2348030000000", "sex": "female",
            "role": role, "tier": 1, "created_at": "2026-01-05T09:00:00Z"}  # fmt: skip


def account(account_id: str, **changed: Any) -> dict[str, Any]:
    kind = "savings" if account_id == SAVINGS else "current"
    number = "0123456789" if kind == "savings" else "0987654321"
    balance = 48_250_075 if kind == "current" else 1_250_000_00
    return {"id": account_id, "number": number, "product": kind, "kind": kind, "currency": "NGN",
            "status": "active", "balance": balance, "available": balance, "held": 0, "name": "Ada Okafor",
            "opened_at": "2026-01-05T09:30:00Z"} | changed  # fmt: skip


def standing_order(**changed: Any) -> dict[str, Any]:
    return {"id": "sto_1", "status": "active", "code": "", "customer": ADA, "payer_account": CURRENT,
            "payer_number": "0987654321", "payee_number": "1234567890", "payee_name": "Chidi E***",
            "amount": 15_000_000, "currency": "NGN", "narration": "Rent", "frequency": "monthly",
            "first_date": "2026-12-01", "day_of_month": 1, "last_date": None, "times": None,
            "business_days": "following", "due_date": "2027-01-01", "pay_date": "2027-01-04",
            "next_date": "2027-01-04", "tries": 0, "done": 1, "paid": 1,
            "created_at": "2026-11-22T08:15:00Z", "changed_at": "2026-11-22T08:15:00Z"} | changed  # fmt: skip


def statement_file(**changed: Any) -> dict[str, Any]:
    return {"id": "stf_1", "account": CURRENT, "number": None, "since": "2026-11-01", "until": "2026-11-22",
            "format": "pdf", "state": "ready", "progress": 100, "lines": 3, "lines_done": 3, "size": 15,
            "name": "arhan-0987654321-2026-11.pdf", "asked_at": "2026-11-22T08:15:00Z",
            "ready_at": "2026-11-22T08:15:00Z", "expires_at": "2026-11-29T08:15:00Z"} | changed  # fmt: skip


EXECUTIONS = [
    {"due_date": "2026-12-01", "pay_date": "2026-12-01", "status": "paid", "attempt": 1, "code": "",
     "amount": 15_000_000, "currency": "NGN", "payment": "pay_1", "decided_at": "2026-12-01T05:00:00Z"},
    {"due_date": "2026-11-01", "pay_date": "2026-11-02", "status": "failed", "attempt": 3,
     "code": "insufficient_funds", "amount": 15_000_000, "currency": "NGN", "payment": "", "decided_at": None},
]  # fmt: skip
PRODUCTS = [
    {"code": "current", "kind": "current", "name": "Current", "currency": "NGN", "interest_rate": "0.00"},
    {"code": "savings", "kind": "savings", "name": "Savings", "currency": "NGN", "interest_rate": "3.50"},
    {
        "code": "savings_usd",
        "kind": "savings",
        "currency": "USD",
        "name": "Dollar savings",
        "interest_rate": "1.25",
    },
]
_PAYMENT = {"kind": "transfer", "status": "completed", "direction": "out", "code": "", "reasons": [],
            "payer_account": CURRENT, "payer_number": "0987654321", "payer_name": "Ada Okafor",
            "payee_account": "", "payee_number": "1234567890", "payee_name": "Chidi E***",
            "amount": 1_500_000, "currency": "NGN", "narration": "Rent, May", "refund_of": "", "refunded": 0,
            "refund_status": "none", "created_at": "2026-11-22T08:15:00Z",
            "decided_at": "2026-11-22T08:15:01Z"}  # fmt: skip
PAYMENTS: list[dict[str, Any]] = [
    _PAYMENT | {"id": "pay_1"},
    _PAYMENT | {"id": "pay_2", "direction": "in", "payer_account": "", "payee_account": CURRENT,
                "payer_name": "Funmi Bello", "payer_number": "2222222222", "payee_name": "Ada Okafor",
                "payee_number": "0987654321", "amount": 1_240_050, "narration": "Dinner",
                "created_at": "2026-11-21T19:40:00Z"},
    _PAYMENT | {"id": "pay_3", "kind": "deposit", "direction": "in", "payer_account": "", "payer_name": "",
                "payer_number": "", "payee_account": CURRENT, "payee_name": "Ada Okafor",
                "payee_number": "0987654321", "amount": 50_000_000, "narration": "",
                "created_at": "2026-11-20T10:00:00Z"},
    _PAYMENT | {"id": "pay_4", "status": "declined", "code": "insufficient_funds", "payee_name": "Musa K***",
                "amount": 9_999_999_900, "narration": "Car", "created_at": "2026-11-20T09:00:00Z"},
    _PAYMENT | {"id": "pay_5", "status": "review", "code": "", "payee_name": "Zainab Y***", "payee_number": "3333333333",
                "reasons": ["A large amount to somebody new."], "amount": 75_000_000, "narration": "Laptop",
                "created_at": "2026-11-19T12:20:00Z"},
]  # fmt: skip
MONTHS = [
    {"month": "2026-10-01", "currency": "NGN", "received": 5_000_000, "sent": 2_500_050},
    {"month": "2026-11-01", "currency": "NGN", "received": 1_240_050, "sent": 1_500_000},
]
SPENDING = [{"kind": "transfer", "currency": "NGN", "sent": 1_240_050, "payments": 1}]
PAYEES = [{"number": "1234567890", "name": "Chidi E***", "currency": "NGN", "sent": 4_000_050, "payments": 2}]
_NOTICE = {"topic": "money_in", "subject": "pay_2", "amount": 1_240_050, "currency": "NGN", "state": "",
           "name": "Funmi Bello", "due_on": "", "created_at": "2026-11-21T19:40:01Z", "read_at": None}  # fmt: skip
NOTICES: list[dict[str, Any]] = [
    _NOTICE | {"id": "ntf_3", "kind": "money_received"},
    _NOTICE | {"id": "ntf_2", "kind": "instalment_due", "topic": "loans", "subject": "loan_1", "name": "",
               "due_on": "2026-12-01"},
    _NOTICE | {"id": "ntf_1", "kind": "account_changed", "topic": "accounts", "subject": CURRENT, "name": "",
               "amount": 0, "currency": "", "state": "frozen", "read_at": "2026-11-21T20:00:00Z"},
]  # fmt: skip
PREFERENCES = [
    {"topic": "money_in", "in_app": True, "email": False, "fixed": False},
    {"topic": "security", "in_app": True, "email": True, "fixed": True},
]
ENTRIES = [
    {"seq": 3, "movement_id": "pay_1", "kind": "transfer", "side": "debit", "amount": 1_500_000,
     "balance_after": 48_250_075, "booked_at": "2026-11-22T08:15:01Z", "narration": "Rent, May"},
    {"seq": 2, "movement_id": "pay_3", "kind": "deposit", "side": "credit", "amount": 50_000_000,
     "balance_after": 49_750_075, "booked_at": "2026-11-20T10:00:00Z", "narration": ""},
    {"seq": 1, "movement_id": "mov_1", "kind": "opening_bonus", "side": "credit", "amount": 100_000,
     "balance_after": 100_000, "booked_at": "2026-01-05T09:30:00Z", "narration": ""},
]  # fmt: skip
