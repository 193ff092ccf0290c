"""Tables taken along: the same rows as CSV and as PDF, for whom the page is, filtered as the page is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from arhan.frontend.tables.paper import MOST_ROWS, PER_PAGE
from tests.integration.frontend.test_card_pages import CARD, SHOWN
from tests.unit.frontend.siblings import ADA, CURRENT, PAYMENTS, Answer, Asked, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Browser, Portal

LOAN: dict[str, Any] = {
    "id": "loan_1",
    "customer": ADA,
    "product": "personal",
    "account": CURRENT,
    "amount": 25_000_000,
    "currency": "NGN",
    "number_of_instalments": 2,
    "annual_rate_percent": "24",
    "purpose": "business",
    "state": "active",
    "applied_at": "2026-11-01T09:00:00Z",
    "score": 71,
    "recommendation": "approve",
    "answers": {"income": 40_000_000, "outgoings": 10_000_000},
    "reasons": [],
    "principal_owed": 12_623_762,
    "interest_accrued": 0,
    "rows": [
        {"number": 1, "kind": "instalment", "due_on": "2026-12-01", "principal": 12_376_238, "interest": 500_000,
         "fees": 0, "penalties": 1_05, "due": 12_876_343, "paid": 12_876_343, "state": "paid"},
        {"number": 2, "kind": "instalment", "due_on": "2027-01-01", "principal": 12_623_762, "interest": 252_475,
         "fees": 0, "penalties": 0, "due": 12_876_237, "paid": 0, "state": "due"},
    ],
    "payments": [],
    "happenings": [{"what": "applied", "state": "applied", "by": "usr_officer", "at": "2026-11-01T09:00:00Z",
                    "reason": "For a shop"}],
    "documents": [],
}  # fmt: skip
PERSON = {"id": ADA, "username": "ada", "email": "ada@example.com", "name": "Adaọ́rà Ọkáfọ̀ 田中", "phone": "+2348030000000",
          "role": "customer", "tier": 1, "enabled": True, "created_at": "2026-01-05T09:00:00Z"}  # fmt: skip
TICKET = {"id": "tck_1", "customer": ADA, "subject": "transaction", "complaint": True, "title": "=cmd|' /C calc'!A1",
          "status": "open", "priority": "high", "opened_at": "2026-11-20T10:00:00Z",
          "changed_at": "2026-11-20T10:00:00Z", "respond_by": "2026-11-21T10:00:00Z",
          "resolve_by": "2026-12-04T10:00:00Z", "overdue": False}  # fmt: skip
ENTRY = {"number": 7, "id": "jrn_7", "movement_id": "pay_1", "kind": "transfer", "currency": "NGN",
         "narration": "Rent, May", "booking_date": "2026-11-22", "posted_at": "2026-11-22T08:15:01Z",
         "lines": [{"account": CURRENT, "ledger_account": "2010", "side": "debit", "amount": 1_500_000},
                   {"account": "acc_chidi", "ledger_account": "2010", "side": "credit", "amount": 1_500_000}]}  # fmt: skip
SHEET = {"currency": "NGN", "total_debit": 50_000_000, "total_credit": 50_000_000, "balanced": True, "accounts": [
    {"code": "1010", "name": "Cash in vaults", "type": "asset", "debits": 50_000_000, "credits": 0,
     "debit": 50_000_000, "credit": 0}]}  # fmt: skip
CASE = {"id": "case_1", "payment": "pay_5", "status": "open", "opened_at": "2026-11-19T12:20:00Z", "kind": "transfer",
        "payer_account": CURRENT, "payer_customer": ADA, "payee_account": "acc_z", "payee_customer": "usr_z",
        "amount": 75_000_000, "currency": "NGN", "reasons": [{"rule": "new_payee", "version": 1, "observed": "1",
        "threshold": "1", "message": "A large amount to somebody new."}]}  # fmt: skip
STOPPED = CASE | {"id": "dec_1", "outcome": "review", "decided_at": "2026-11-19T12:20:00Z"}
RULE = {"id": "rul_1", "rule": "new_payee", "version": 3, "state": "active", "outcome": "review",
        "message": "Somebody new.", "explanation": "Large amounts to new payees."}  # fmt: skip
CLOSING = {"date": "2026-11-20", "next_date": "2026-11-23", "state": "done", "started_at": "2026-11-20T22:00:00Z",
           "finished_at": "2026-11-20T22:04:00Z"}  # fmt: skip
AUDITED = {"position": 12, "at": "2026-11-22T08:15:00Z", "actor": ADA, "role": "customer", "action": "session.start",
           "subject": ADA, "outcome": "done"}  # fmt: skip
PROVISIONS = {"on": "2026-11-22", "items": [{"currency": "NGN", "bucket": "31-60", "loans": 2,
              "principal": 30_000_000, "interest_due": 600_000, "percent": 10, "provision": 3_060_000}]}  # fmt: skip


@pytest.fixture(autouse=True)
def bank(portal: Portal) -> None:
    """What there is to take along."""
    answers = portal.siblings.answers
    listed = {
        "/v1/loans": LOAN,
        "/v1/people": PERSON,
        "/v1/tickets": TICKET,
        "/v1/cards": SHOWN,
        "/v1/journal-entries": ENTRY,
        "/v1/cases": CASE,
        "/v1/stopped-payments": STOPPED,
        "/v1/rules": RULE,
        "/v1/close-of-business/runs": CLOSING,
        "/v1/audit-entries": AUDITED,
    }
    for path, item in listed.items():
        answers["GET", path] = Answer(body={"items": [item], "next": None})
    answers["GET", "/v1/loans/loan_1"] = Answer(body=LOAN)
    answers["GET", f"/v1/cards/{CARD}"] = Answer(body=SHOWN)
    answers["GET", "/v1/loan-provisions"] = Answer(body=PROVISIONS)
    answers["GET", "/v1/trial-balance"] = Answer(body={"currencies": [SHEET], "balanced": True})


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    """The rows of a CSV by the names of its columns."""
    response = browser.get(path).response
    assert response.status_code == 200, response.text[:400]
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="arhan-')
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def pages_of(browser: Browser, path: str) -> list[str]:
    """What is to be read on each page of a PDF."""
    response = browser.http.get(path)
    assert response.status_code == 200, response.text[:400]
    assert response.headers["Content-Type"] == "application/pdf"
    found = PdfReader(io.BytesIO(response.content)).pages
    return [page.extract_text().replace("\0", "") for page in found]


MINE = [
    ("/transactions", {"payee": "Chidi E***", "amount": "15000.00", "status": "completed"}, "15,000.00"),
    (f"/accounts/{CURRENT}/statement", {"debit": "15000.00", "balance": "482500.75"}, "482,500.75"),
    (
        "/loans/loan_1/schedule",
        {"instalment": "128763.43", "charges": "1.05", "paid": "128763.43"},
        "128,763.43",
    ),
    ("/loans/loan_1/history", {"what": "applied", "by": "", "reason": "For a shop"}, "For a shop"),
    (f"/cards/{CARD}/payments", {"payee": "Chidi E***", "amount": "15000.00"}, "15,000.00"),
    ("/standing-orders/sto_1/payments", {"due_date": "2026-12-01", "amount": "150000.00"}, "150,000.00"),
    ("/insights/months", {"month": "2026-06", "received": "0.00", "sent": "0.00"}, "25,000.50"),
    ("/insights/kinds", {"kind": "transfer", "sent": "12400.50", "payments": "1"}, "12,400.50"),
    ("/insights/payees", {"number": "1234567890", "sent": "40000.50", "payments": "2"}, "40,000.50"),
    ("/insights/balance", {"currency": "NGN"}, "482,500.75"),
]
STAFFS = [
    ("admin", "/staff/payments", {"amount": "15000.00", "reference": "pay_1"}, "15,000.00"),
    ("auditor", "/staff/books/journal", {"debit": "15000.00", "credit": "", "number": "7"}, "15,000.00"),
    (
        "auditor",
        "/staff/books/ledger",
        {"debit": "15000.00", "credit": "", "narration": "Rent, May"},
        "15,000.00",
    ),
    ("auditor", "/staff/books/trial-balance", {"code": "1010", "debit": "500000.00"}, "500,000.00"),
    ("loan_officer", "/staff/loans", {"amount": "250000.00", "state": "active"}, "250,000.00"),
    ("loan_officer", "/staff/provisions", {"provision": "30600.00", "loans": "2"}, "30,600.00"),
    ("loan_officer", "/staff/loans/loan_1/schedule", {"paid": "128763.43"}, "128,763.43"),
    ("loan_officer", "/staff/loans/loan_1/history", {"by": "usr_officer"}, "For a shop"),
    ("support", "/staff/people", {"name": PERSON["name"], "phone": "'+2348030000000"}, "田中"),
    ("auditor", "/staff/audit", {"service": "identity", "action": "session.start"}, "session.start"),
    ("support", "/staff/tickets", {"title": "'=cmd|' /C calc'!A1", "complaint": "yes"}, "=cmd|' /C calc'!A1"),
    ("support", "/staff/cards", {"last4": "0009", "name": "Ada Okafor"}, "Ada Okafor"),
    ("support", f"/staff/cards/{CARD}/payments", {"amount": "15000.00"}, "15,000.00"),
    ("risk", "/staff/cases", {"amount": "750000.00", "status": "open"}, "750,000.00"),
    ("risk", "/staff/stopped", {"amount": "750000.00", "outcome": "review"}, "750,000.00"),
    ("risk", "/staff/rules", {"rule": "new_payee", "version": "3"}, "Somebody new."),
    ("support", "/staff/closings", {"date": "2026-11-20", "state": "done"}, "2026-11-20"),
    ("support", "/staff/products", {"code": "current", "currency": "NGN"}, "savings_usd"),
]


@pytest.mark.parametrize(("path", "cells", "printed"), MINE, ids=[path for path, *_ in MINE])
def test_a_customer_takes_a_table_along(
    portal: Portal, path: str, cells: dict[str, str], printed: str
) -> None:
    browser = portal.signed_in()
    first = rows_of(browser, f"{path}.csv?account={CURRENT}")[0]
    assert {name: first[name] for name in cells} == cells
    assert printed in "".join(pages_of(browser, f"{path}.pdf?account={CURRENT}"))


@pytest.mark.parametrize(("role", "path", "cells", "printed"), STAFFS, ids=[path for _, path, *_ in STAFFS])
def test_staff_take_a_table_along(
    portal: Portal, role: str, path: str, cells: dict[str, str], printed: str
) -> None:
    browser = portal.signed_in(role=role)
    first = rows_of(browser, f"{path}.csv")[0]
    assert {name: first[name] for name in cells} == cells
    assert printed in "".join(pages_of(browser, f"{path}.pdf"))


def test_customers_take_nothing_of_the_desks_along(portal: Portal) -> None:
    browser = portal.signed_in()
    files = [f"{path}.{form}" for _, path, *_ in STAFFS for form in ("csv", "pdf")]
    assert {file: browser.http.get(file).status_code for file in files} == dict.fromkeys(files, 403)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("teller", "/staff/books/journal"),
        ("support", "/staff/audit"),
        ("teller", "/staff/loans"),
        ("loan_officer", "/staff/payments"),
        ("teller", "/staff/cases"),
    ],
)
def test_who_may_not_see_a_page_may_not_take_its_table(portal: Portal, role: str, path: str) -> None:
    browser = portal.signed_in(role=role)
    assert {browser.get(f"{path}.{form}").status for form in ("csv", "pdf")} == {403}


def test_nobody_takes_anything_without_signing_in(portal: Portal) -> None:
    assert portal.browser().get("/transactions.pdf").path == "/sign-in"


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_what_the_page_is_filtered_for_its_file_is(portal: Portal, form: str) -> None:
    browser = portal.signed_in()
    page = browser.get("/transactions?status=completed&after=pay_9")
    (link,) = page.tree.xpath(f"//a[contains(@href, '.{form}')]/@href")
    assert link == f"/transactions.{form}?status=completed"
    assert browser.http.get(link).status_code == 200
    asked = portal.siblings.requests("GET", "/v1/payments")[-1].query
    assert (asked["status"], asked.get("after", "")) == ("completed", "")


def test_a_pdf_says_what_it_was_filtered_for_and_how_many_rows_it_has(portal: Portal) -> None:
    (page,) = pages_of(portal.signed_in(), "/transactions.pdf?kind=transfer")
    assert "kind: transfer" in page
    assert f"Rows: {len(PAYMENTS)}" in page
    assert "Page 1 of 1" in page


def test_a_long_table_goes_over_pages_and_says_where_it_was_cut(portal: Portal) -> None:
    def page_of(asked: Asked) -> Answer:
        begin = int(asked.query.get("after") or 0)
        items = [PAYMENTS[0] | {"id": f"pay_{n}", "amount": n} for n in range(begin, begin + 200)]
        return Answer(body={"items": items, "next": str(begin + 200)})

    portal.siblings.answers["GET", "/v1/payments"] = page_of
    pages = pages_of(portal.signed_in(), "/transactions.pdf")
    assert len(pages) == -(-MOST_ROWS // PER_PAGE)
    assert "pay_999" in pages[-1]
    assert "pay_1000" not in pages[-1]
    assert all("The first 1,000 rows; the CSV has them all." in page for page in pages)


def test_a_pdf_is_in_the_readers_language(portal: Portal) -> None:
    browser = portal.signed_in()
    browser.http.cookies.set("language", "fr")
    (page,) = pages_of(browser, "/transactions.pdf")
    assert "Page 1 sur 1" in page
    assert "Montant" in page


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("customer", "/accounts/acc_nobody/statement.{}", 404),
        ("customer", "/loans/loan_nobody/schedule.{}", 404),
        ("customer", "/cards/card_nobody/payments.{}", 404),
        ("customer", "/standing-orders/sto_nobody/payments.{}", 404),
        ("customer", "/insights/nothing.{}", 404),
        ("customer", "/insights/months.{}?months=many&account=none", 200),
        ("customer", "/loans/calculator.{}?amount=many", 404),
        ("support", "/staff/tickets.{}?tab=nothing", 404),
        ("auditor", "/staff/audit.{}?service=nothing", 404),
        ("admin", "/staff/payments.{}?from=yesterday&until=9999-12-31", 200),
    ],
)
def test_what_does_not_make_sense_is_never_a_failure(
    portal: Portal, role: str, path: str, status: int
) -> None:
    browser = portal.signed_in(role=role)
    assert {browser.http.get(path.format(form)).status_code for form in ("csv", "pdf")} == {status}


@pytest.mark.parametrize("form", ["csv", "pdf"])
def test_a_refusal_is_a_page_and_no_broken_file(portal: Portal, form: str) -> None:
    portal.siblings.answers["GET", "/v1/payments"] = problem(422, "validation_failed")
    response = portal.signed_in().http.get(f"/transactions.{form}?status=nonsense")
    assert response.status_code == 422
    assert "Content-Disposition" not in response.headers


def test_more_rows_join_those_that_are_shown_and_the_address_says_how_many(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": PAYMENTS, "next": "pay_5"})
    browser = portal.signed_in()
    (more,) = browser.get("/transactions?kind=transfer").tree.xpath("//*[@id='more']/a")
    assert more.get("href") == "/transactions?kind=transfer&rows=40"
    assert more.get("data-address") == more.get("href")
    part = browser.get(more.get("hx-get"), HX_Request="true")
    asked = portal.siblings.requests("GET", "/v1/payments")[-1].query
    assert (asked["after"], asked["limit"], asked["kind"]) == ("pay_5", "20", "transfer")
    (then,) = part.tree.xpath("//*[@id='more']/a/@data-address")
    assert then == "/transactions?kind=transfer&rows=60"
    browser.get(then)
    asked = portal.siblings.requests("GET", "/v1/payments")[-1].query
    assert (asked.get("after", ""), asked["limit"]) == ("", "60")


@pytest.mark.parametrize(("rows", "limit"), [("1", "20"), ("many", "20"), ("-3", "20"), ("9999", "200")])
def test_the_address_asks_for_no_more_than_a_service_gives(portal: Portal, rows: str, limit: str) -> None:
    assert portal.signed_in().get(f"/transactions?rows={rows}").status == 200
    assert portal.siblings.requests("GET", "/v1/payments")[-1].query["limit"] == limit


def test_a_list_that_is_too_long_for_a_page_goes_on_on_the_next(portal: Portal) -> None:
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": PAYMENTS, "next": "pay_5"})
    (more,) = portal.signed_in().get("/transactions?rows=200").tree.xpath("//*[@id='more']/a")
    assert more.get("hx-get") is None
    assert more.get("href") == "?after=pay_5"


def test_a_list_that_cannot_go_on_says_so(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", "/v1/payments"] = problem(503, "service_unavailable")
    part = browser.get("/transactions?next=pay_5&rows=40", HX_Request="true")
    assert "not available just now" in part.text
    assert part.tree.xpath("//a/@href") == ["/transactions?next=pay_5&rows=40"]
    portal.siblings.answers["GET", "/v1/payments"] = Answer(body={"items": PAYMENTS, "next": None})
    browser.get("/transactions?next=pay_5&rows=40")
    asked = portal.siblings.requests("GET", "/v1/payments")[-1].query
    assert (asked.get("after", ""), asked["limit"]) == ("", "40")
