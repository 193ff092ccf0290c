"""An ended session is over everywhere within a second, although tokens are verified offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arhan.kernel import http, revocations, settings
from arhan.kernel.errors import Refused
from tests.bank import eventually
from tests.integration.identity.conftest import CLIENT_SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.kernel.auth import KeySource
    from tests.integration.identity.conftest import Identity

CACHED = (settings.load, http.service_tokens, http.token_verifier, http.key_source)


@pytest.fixture
def account(identity: Identity, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeySource]:
    """What a process of the account service believes."""
    told = {
        "DATABASE_URL": "postgresql://nobody@/nowhere",
        "SECRET_KEY": "account's",
        "ARHAN_CLIENT_SECRET": CLIENT_SECRETS["account"],
        "IDENTITY_SERVICE_URL": identity.url,
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for function in CACHED:
        function.cache_clear()
    yield http.key_source("account")
    for function in CACHED:
        function.cache_clear()


def is_refused(source: KeySource, token: str) -> bool:
    try:
        source.verify(token)
    except Refused:
        return True
    return False


def wait_until_refused(source: KeySource, token: str) -> None:
    """How long it may take is said by the interval at which every process asks."""
    assert revocations.INTERVAL_S < 1.0
    eventually(lambda: is_refused(source, token), what="the refusal of a token whose session has ended")


def test_a_token_dies_with_its_session_within_a_second_in_other_services(
    identity: Identity, account: KeySource
) -> None:
    alice = identity.customer()
    here, there = identity.sign_in(alice)["access_token"], identity.sign_in(alice)["access_token"]
    assert account.verify(here).subject == alice.id
    assert account.verify(there).subject == alice.id
    identity.post("/v1/logout", token=here)
    wait_until_refused(account, here)
    assert account.verify(there).subject == alice.id, "the other session lives on"


def test_a_process_that_starts_after_the_end_of_a_session_knows_of_it(
    identity: Identity, account: KeySource
) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    identity.post("/v1/logout", token=token)
    with pytest.raises(Refused, match="not_authenticated"):
        account.verify(token)


def test_a_stolen_refresh_token_kills_the_thief_s_access_token_too(
    identity: Identity, account: KeySource
) -> None:
    tokens = identity.sign_in(identity.customer())
    stolen = tokens["refresh_token"]
    thief = identity.post("/v1/tokens/refresh", {"refresh_token": stolen}).json()["access_token"]
    assert account.verify(thief).role == "customer"
    identity.post("/v1/tokens/refresh", {"refresh_token": stolen})
    wait_until_refused(account, thief)


def test_changing_the_password_ends_the_other_sessions(identity: Identity, account: KeySource) -> None:
    alice = identity.customer()
    here, there = identity.sign_in(alice)["access_token"], identity.sign_in(alice)["access_token"]
    assert account.verify(there).subject == alice.id
    body = {"current_password": alice.password, "new_password": "another long and winding road"}
    assert identity.post("/v1/me/password", body, token=here).status_code == 204
    wait_until_refused(account, there)
    assert account.verify(here).subject == alice.id, "the session the change was made in stays"
    assert identity.try_to_sign_in(alice).status_code == 401
    identity.sign_in(alice, password="another long and winding road")


def test_without_news_for_too_long_nobody_is_believed(
    identity: Identity, account: KeySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    monkeypatch.setattr(revocations, "PATIENCE_S", 0.0)
    with pytest.raises(Refused, match="service_unavailable"):
        account.verify(token)


def test_revocations_are_for_services_only(identity: Identity) -> None:
    token = identity.sign_in(identity.customer())["access_token"]
    assert identity.get("/internal/v1/revocations", token=token).status_code == 403
    assert identity.get("/internal/v1/revocations").status_code == 401
