"""Signing in and out: what the browser gets, what the database keeps, how tokens stay fresh."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.integration.frontend.conftest import SESSION_COOKIE
from tests.unit.frontend.siblings import Answer, problem

if TYPE_CHECKING:
    from tests.integration.frontend.conftest import Portal


def test_signing_in_leads_home_and_the_cookie_is_for_the_server_alone(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.sign_in()
    assert page.path == "/dashboard"
    assert "Hello, Ada" in page.text
    (cookie,) = [v for r in page.response.history for v in r.headers.get_list("set-cookie") if "session" in v]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_no_token_reaches_the_browser_or_lies_open_in_the_database(portal: Portal) -> None:
    browser = portal.signed_in()
    seen = [browser.get(path).response for path in ("/dashboard", "/accounts", "/send", "/profile")]
    everything = "".join(response.text + str(response.headers) for response in seen) + str(
        browser.http.cookies
    )
    assert "access-1" not in everything
    assert "refresh-1" not in everything
    row = portal.database.execute(
        "SELECT access_token, refresh_token, secret_hash FROM browser_session"
    ).fetchone()
    assert row is not None
    kept = b"".join(bytes(value) for value in row)
    assert b"access-1" not in kept
    assert b"refresh-1" not in kept
    assert browser.session.encode() not in kept


def test_a_page_for_customers_leads_to_signing_in_and_back(portal: Portal) -> None:
    browser = portal.browser()
    page = browser.get("/accounts")
    assert page.path == "/sign-in"
    assert page.response.url.params["next"] == "/accounts"
    assert browser.submit(page, having="password", username="ada", password="x").path == "/accounts"


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_leads_nowhere_but_here(portal: Portal, elsewhere: str) -> None:
    browser = portal.browser()
    page = browser.submit(
        browser.get("/sign-in"), having="password", username="a", password="b", next=elsewhere
    )
    assert page.path == "/dashboard"
    assert page.response.url.host == "127.0.0.1"


def test_wrong_password_says_so_with_the_code(portal: Portal) -> None:
    portal.siblings.answers["POST", "/v1/tokens"] = problem(401, "invalid_credentials")
    page = portal.browser().sign_in()
    assert page.status == 422
    assert "do not go together" in page.text
    assert "invalid_credentials" in page.text
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (0,)


def test_the_code_is_asked_for_when_identity_wants_it_and_the_password_is_not_lost_with_htmx(
    portal: Portal,
) -> None:
    siblings = portal.siblings
    siblings.answers["POST", "/v1/tokens"] = lambda asked: (
        Answer(body=siblings.pair()) if asked.body.get("otp") == "123456" else problem(401, "otp_required")
    )
    browser = portal.browser()
    page = browser.sign_in()
    assert "the code from your authenticator app" in page.text
    assert page.tree.xpath("//input[@name='otp']")
    partial = browser.http.post(
        "/sign-in",
        data={"username": "ada", "password": "x", "csrfmiddlewaretoken": _token(page.response.text)},
        headers={"HX-Request": "true", "Origin": portal.url},
    )
    assert partial.status_code == 200
    assert 'name="otp"' in partial.text
    assert 'name="password"' not in partial.text
    assert (
        browser.submit(page, having="otp", username="ada", password="x", otp="123 456").path == "/dashboard"
    )


def _token(text: str) -> str:
    return text.split('name="csrfmiddlewaretoken" value="')[1].split('"', maxsplit=1)[0]


def test_signing_in_again_ends_the_session_before(portal: Portal) -> None:
    browser = portal.signed_in()
    before = browser.session
    browser.sign_in()
    assert browser.session != before
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (1,)
    stale = httpx.get(f"{portal.url}/dashboard", cookies={"arhan-session": before})
    assert stale.status_code == 302


def test_signing_out_ends_it_here_and_at_identity(portal: Portal) -> None:
    browser = portal.signed_in()
    secret = browser.session
    page = browser.submit(browser.get("/profile"), action="/sign-out")
    assert page.path == "/"
    assert browser.session == ""
    (told,) = portal.siblings.requests("POST", "/v1/logout")
    assert told.headers["authorization"] == "Bearer access-1"
    assert httpx.get(f"{portal.url}/dashboard", cookies={"arhan-session": secret}).status_code == 302


def test_an_expired_token_is_renewed_once_however_many_requests_notice(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.expire_tokens()
    portal.siblings.answers["POST", "/v1/tokens/refresh"] = lambda _: Answer(
        body=portal.siblings.pair(), after_s=0.3
    )
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _: browser.get("/accounts"), range(8)))
    assert [page.status for page in pages] == [200] * 8
    (renewal,) = portal.siblings.requests("POST", "/v1/tokens/refresh")
    assert renewal.body == {"refresh_token": "refresh-1"}
    used = {asked.headers["authorization"] for asked in portal.siblings.requests("GET", "/v1/accounts")[1:]}
    assert used == {"Bearer access-2"}


def test_a_refused_renewal_ends_the_session(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.expire_tokens()
    portal.siblings.answers["POST", "/v1/tokens/refresh"] = problem(401, "invalid_refresh_token")
    page = browser.get("/accounts")
    assert page.path == "/sign-in"
    assert "Your session has ended" in page.text
    assert browser.session == ""
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (0,)


def test_pages_render_while_identity_is_silent_and_the_token_expired(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.expire_tokens()
    portal.siblings.answers["POST", "/v1/tokens/refresh"] = problem(503, "service_unavailable")
    page = browser.get("/dashboard")
    assert page.status == 200
    assert "not available just now" in page.text
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (1,)


def test_a_login_ended_elsewhere_ends_here_too(portal: Portal) -> None:
    browser = portal.signed_in()
    portal.siblings.answers["GET", "/v1/accounts"] = problem(401, "not_authenticated")
    assert browser.get("/dashboard").path == "/sign-in"
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (0,)


@pytest.mark.parametrize(
    "aged",
    ["seen_at = now() - interval '15 minutes'", "began_at = now() - interval '12 hours'"],
    ids=["after a quarter of an hour away", "after twelve hours"],
)
def test_a_session_ends(portal: Portal, aged: str) -> None:
    browser = portal.signed_in()
    portal.database.execute(f"UPDATE browser_session SET {aged}")  # noqa: S608 - our own words
    assert browser.get("/dashboard").path == "/sign-in"
    assert portal.database.execute("SELECT count(*) FROM browser_session").fetchone() == (0,)


def test_a_form_without_its_token_is_refused(portal: Portal) -> None:
    browser = portal.signed_in()
    refused = browser.http.post("/sign-out", data={})
    assert refused.status_code == 403
    assert "form_out_of_date" in refused.text
    assert browser.get("/dashboard").status == 200


def test_a_form_from_another_origin_is_refused(portal: Portal) -> None:
    browser = portal.signed_in()
    token = _token(browser.get("/profile").response.text)
    refused = browser.http.post(
        "/sign-out", data={"csrfmiddlewaretoken": token}, headers={"Origin": "https://evil.example"}
    )
    assert refused.status_code == 403


def test_services_learn_where_the_request_came_from(portal: Portal) -> None:
    browser = portal.signed_in()
    browser.get("/accounts", X_Forwarded_For="203.0.113.9", User_Agent="Firefox", X_Request_Id="req-12345678")
    asked = portal.siblings.requests("GET", "/v1/accounts")[-1]
    assert asked.headers["x-forwarded-for"] == "203.0.113.9"
    assert asked.headers["user-agent"] == "Firefox"
    assert asked.headers["x-request-id"] == "req-12345678"


def test_a_cookie_somebody_else_put_there_never_becomes_a_session(portal: Portal) -> None:
    browser = portal.browser()
    planted = "planted-by-somebody-who-waits-for-it-to-be-signed-in"
    browser.http.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1", path="/")
    browser.sign_in()
    assert browser.session != planted
    thief = portal.browser()
    thief.http.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1", path="/")
    assert thief.get("/dashboard").path == "/sign-in"
