"""A real portal over a real database; the other five services are played (tests/unit/frontend/siblings.py)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from lxml import html

from tests import postgres
from tests.unit.frontend.siblings import Siblings

if TYPE_CHECKING:
    from collections.abc import Iterator

ENCRYPTION_KEY = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
PASSWORD = "a long and winding road"
SESSION_COOKIE = "arhan-session"


@dataclass
class Page:
    """An answer as a person reads it."""

    response: httpx.Response
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.fromstring(self.response.text.strip() or "<html></html>")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def text(self) -> str:
        """What is to be read, white space made single."""
        for hidden in self.tree.xpath("//dialog|//script|//style"):
            hidden.drop_tree()
        return " ".join(self.tree.text_content().split())

    def form(self, *, action: str = "", having: str = "") -> Any:
        """The form that goes to `action`, or has a field `having`; the page's own when neither is said."""
        for form in self.tree.forms:
            own = not action and not having and not form.get("action")
            if own or (action and form.get("action") == action) or (having and having in form.fields):
                return form
        msg = f"no form {action or having} on {self.path}"
        raise AssertionError(msg)


class Browser:
    """Follows links and submits forms with the fields they have; keeps cookies."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60, follow_redirects=True)

    def get(self, path: str, **headers: str) -> Page:
        return Page(self.http.get(path, headers=_named(headers)))

    def submit(self, page: Page, *, action: str = "", having: str = "", **values: str) -> Page:
        form = page.form(action=action, having=having)
        fields = {name: value for name, value in form.form_values() if name} | values
        target = form.get("action") or str(page.response.url)
        return Page(self.http.post(target, data=fields, headers={"Origin": str(self.http.base_url)}))

    def sign_in(self, *, at: str = "/sign-in", **values: str) -> Page:
        asked = {"username": "ada", "password": PASSWORD} | values
        return self.submit(self.get(at), having="password", **asked)

    @property
    def session(self) -> str:
        """The value of the session cookie."""
        return self.http.cookies.get(SESSION_COOKIE) or ""


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Portal:
    """The office as browsers see it, with a back door to its database."""

    url: str
    siblings: Siblings
    database: psycopg.Connection[Any]
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        self.browsers.append(Browser(self.url))
        return self.browsers[-1]

    def expire_tokens(self) -> None:
        """Every access token has just run out."""
        self.database.execute("UPDATE browser_session SET access_expires_at = now()")

    def close_browsers(self) -> None:
        for browser in self.browsers:
            browser.http.close()
        self.browsers.clear()

    def signed_in(self, *, role: str = "customer") -> Browser:
        """A browser in which Ada is signed in."""
        self.siblings.role = role
        browser = self.browser()
        page = browser.sign_in()
        assert page.status == 200, page.text
        return browser


@pytest.fixture(scope="session")
def _portal() -> Iterator[Portal]:
    with Siblings() as siblings, postgres.running(migrated=True) as databases:
        siblings.reset()
        port = _free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ARHAN_")}
        environment |= siblings.urls() | {
            "DATABASE_URL": databases.url("frontend"),
            "SECRET_KEY": "of a test",
            "ENCRYPTION_KEY": ENCRYPTION_KEY,
            "ARHAN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "arhan.frontend.settings",
        }
        command = ["-m", "arhan.runner.serve", "wsgi", "arhan.frontend.wsgi:application", "--port", str(port)]
        process = subprocess.Popen([sys.executable, *command], env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_ready(url, process)
            with psycopg.connect(databases.url("frontend"), autocommit=True) as database:
                yield Portal(url, siblings, database)
        finally:
            process.terminate()
            process.wait(timeout=30)


@pytest.fixture
def portal(_portal: Portal) -> Iterator[Portal]:
    """The portal on a quiet morning, nobody signed in."""
    _portal.siblings.reset()
    _portal.database.execute("DELETE FROM draft")
    _portal.database.execute("DELETE FROM browser_session")
    yield _portal
    _portal.close_browsers()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the portal ended while starting"
        try:
            if httpx.get(f"{url}/health/ready").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    pytest.fail("the portal does not become ready")
