"""Who is believed: each way of making a token that is not identity's, or not for us, or not of now."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from arhan.kernel import auth
from arhan.kernel.auth import (
    ANYONE_HALF_SIGNED_IN,
    ANYONE_SIGNED_IN,
    PUBLIC,
    KeySource,
    Permit,
    Principal,
    TokenVerifier,
    UnknownKeyError,
    bearer_token,
    check_permit,
    permit,
)
from arhan.kernel.errors import Refused

ISSUER = "https://arhan.example/identity"
BANK_KEY = OKPKey.generate_key("Ed25519", {"kid": "the bank's key"})
STRANGERS_KEY = OKPKey.generate_key("Ed25519", {"kid": "the bank's key"})


def published(*keys: OKPKey) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=False) for key in keys]}


def claims(**changes: Any) -> dict[str, Any]:
    """What identity says of a customer; a change to None leaves the claim out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": ["account", "payment"],
        "sub": "usr_ada",
        "role": "customer",
        "tier": 2,
        "scope": "cards:order loans:apply",
        "sid": "ses_1",
        "acr": "pwd",
        "auth_time": now,
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def sign(said: dict[str, Any], *, key: OKPKey = BANK_KEY, **header: Any) -> str:
    full = {"alg": "Ed25519", "typ": "at+jwt", "kid": key.kid} | header
    present = {name: value for name, value in full.items() if value is not None}
    return jwt.encode(present, said, key, algorithms=[str(full["alg"])])


def part(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


def hand_made(header: dict[str, Any], said: dict[str, Any], *, secret: bytes | None = None) -> str:
    """A token no library would make; signed with HMAC-SHA-256 if there is a secret."""
    signed = f"{part(header)}.{part(said)}"
    mac = hmac.digest(secret, signed.encode(), hashlib.sha256) if secret else b""
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@pytest.fixture
def verifier() -> TokenVerifier:
    made = TokenVerifier(audience="payment", issuer=ISSUER)
    made.install_keys(published(BANK_KEY))
    return made


def refusal(verifier: TokenVerifier, token: str) -> str:
    with pytest.raises(Refused) as caught:
        verifier.verify(token)
    return caught.value.refusal.code


def test_a_good_token_says_who_asks(verifier: TokenVerifier) -> None:
    found = verifier.verify(sign(claims()))
    assert (found.subject, found.role, found.tier, found.session, found.acr) == (
        "usr_ada",
        "customer",
        2,
        "ses_1",
        "pwd",
    )
    assert found.scopes == {"cards:order", "loans:apply"}


def test_a_token_for_one_audience_alone_may_say_it_without_a_list(verifier: TokenVerifier) -> None:
    assert verifier.verify(sign(claims(aud="payment"))).subject == "usr_ada"


def test_a_token_that_says_no_algorithm_is_needed(verifier: TokenVerifier) -> None:
    for name in ("none", "None", "NONE", ""):
        header = {"alg": name, "typ": "at+jwt", "kid": BANK_KEY.kid}
        assert refusal(verifier, hand_made(header, claims())) == "not_authenticated"


def test_a_token_whose_shared_secret_is_the_public_key(verifier: TokenVerifier) -> None:
    document = BANK_KEY.as_dict(private=False)
    raw = base64.urlsafe_b64decode(str(document["x"]) + "=")
    pem = BANK_KEY.as_pem(private=False)
    header = {"alg": "HS256", "typ": "at+jwt", "kid": BANK_KEY.kid}
    for secret in (raw, pem, json.dumps(document).encode()):
        assert refusal(verifier, hand_made(header, claims(), secret=secret)) == "not_authenticated"


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # that is why it is refused
def test_the_bank_s_key_under_another_algorithm_s_name(verifier: TokenVerifier) -> None:
    header = {"alg": "EdDSA", "typ": "at+jwt", "kid": BANK_KEY.kid}
    token = jwt.encode(header, claims(), BANK_KEY, algorithms=["EdDSA"])
    assert refusal(verifier, token) == "not_authenticated"


def test_a_stranger_s_key_under_the_bank_s_name(verifier: TokenVerifier) -> None:
    assert refusal(verifier, sign(claims(), key=STRANGERS_KEY)) == "not_authenticated"


@pytest.mark.parametrize(
    "brought",
    [
        {"jwk": STRANGERS_KEY.as_dict(private=False)},
        {"jku": "https://elsewhere.example/jwks.json"},
        {"x5u": "https://elsewhere.example/certificate.pem"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_a_token_that_brings_its_own_key_along(verifier: TokenVerifier, brought: dict[str, Any]) -> None:
    assert refusal(verifier, sign(claims(), key=STRANGERS_KEY, **brought)) == "not_authenticated"


@pytest.mark.parametrize("kid", [None, "another key", ["the bank's key"], {}, 7, True])
def test_a_key_nobody_published_is_never_looked_for_elsewhere(verifier: TokenVerifier, kid: Any) -> None:
    header = {"alg": "Ed25519", "typ": "at+jwt"} | ({} if kid is None else {"kid": kid})
    with pytest.raises((Refused, UnknownKeyError)):
        verifier.verify(hand_made(header, claims()))


def test_a_signature_of_other_words(verifier: TokenVerifier) -> None:
    header, _, signature = sign(claims()).split(".")
    promoted = part(claims(role="admin", acr="mfa"))
    assert refusal(verifier, f"{header}.{promoted}.{signature}") == "not_authenticated"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["account"]},
        {"aud": "account"},
        {"aud": "payment account"},
        {"aud": []},
        {"aud": None},
        {"aud": {"payment": True}},
        {"iss": "https://elsewhere.example/identity"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"sub": None},
        {"role": None},
        {"iat": None},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": "never"},
    ],
    ids=str,
)
def test_a_claim_that_does_not_hold(verifier: TokenVerifier, changes: dict[str, Any]) -> None:
    assert refusal(verifier, sign(claims(**changes))) == "not_authenticated"


def test_a_token_that_has_expired(verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert refusal(verifier, sign(claims(iat=now - 700, exp=now - 1))) == "not_authenticated"


def test_a_token_of_tomorrow(verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert refusal(verifier, sign(claims(nbf=now + 3600))) == "not_authenticated"


def test_a_clock_that_runs_a_little_ahead_is_forgiven(verifier: TokenVerifier) -> None:
    now = int(time.time())
    assert verifier.verify(sign(claims(iat=now + 3, nbf=now + 3))).subject == "usr_ada"


def test_a_token_that_was_good_is_refused_once_it_expires(
    verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign(claims())
    verifier.verify(token)
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    assert refusal(verifier, token) == "not_authenticated"


@pytest.mark.parametrize("typ", ["JWT", "", "refresh+jwt", None])
def test_something_else_that_identity_signed(verifier: TokenVerifier, typ: str | None) -> None:
    assert refusal(verifier, sign(claims(), typ=typ)) == "not_authenticated"


def test_an_access_token_is_no_statement_of_another_kind(verifier: TokenVerifier) -> None:
    with pytest.raises(Refused):
        verifier.statement(sign(claims()), typ="proof+jwt")
    assert verifier.statement(sign(claims(), typ="proof+jwt"), typ="proof+jwt")["sub"] == "usr_ada"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "." * 4000,
        "x" * 5000,
        part([]) + ".e30.x",
        part("text") + ".e30.x",
        part(None) + ".e30.x",
        base64.urlsafe_b64encode(b"[" * 2900).decode(),
        base64.urlsafe_b64encode(b'{"a":' * 550).decode() + ".e30.x",
        base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".e30.x",
        part({"kid": "the bank's key"}) + ".e30.x",
        part({"kid": "the bank's key", "alg": "Ed25519"}) + ".e30",
        part({"kid": "the bank's key", "alg": ["Ed25519"]}) + ".e30.x",
        part({"kid": "the bank's key", "alg": "Ed25519", "crit": ["exp"]}) + ".e30.x",
        part({"kid": "the bank's key", "alg": "Ed25519", "b64": False}) + ".e30.x",
    ],
    ids=lambda token: token[:20] or "nothing",
)
def test_what_is_no_token_at_all_is_refused_and_breaks_nothing(verifier: TokenVerifier, token: str) -> None:
    assert refusal(verifier, token) == "not_authenticated"


def test_no_token_of_a_session_that_has_ended(verifier: TokenVerifier) -> None:
    token = sign(claims())
    verifier.verify(token)
    verifier.revoke("ses_1", until=time.time() + 600)
    assert refusal(verifier, token) == "not_authenticated"
    assert refusal(verifier, sign(claims(jti="another"))) == "not_authenticated"
    assert verifier.verify(sign(claims(sid="ses_2"))).session == "ses_2"


def test_a_revocation_is_forgotten_with_the_last_token_it_is_about(verifier: TokenVerifier) -> None:
    verifier.revoke("ses_1", until=100.0)
    verifier.forget_revocations(now=99.0)
    assert refusal(verifier, sign(claims())) == "not_authenticated"
    verifier.forget_revocations(now=101.0)
    assert verifier.verify(sign(claims())).session == "ses_1"


def test_nobody_is_believed_once_identity_was_silent_too_long(verifier: TokenVerifier) -> None:
    token = sign(claims())
    verifier.verify(token)
    verifier.believe_until(time.monotonic() - 1)
    assert refusal(verifier, token) == "service_unavailable"


def test_with_a_withdrawn_key_go_the_tokens_it_signed(verifier: TokenVerifier) -> None:
    token = sign(claims())
    verifier.verify(token)
    verifier.install_keys(published(OKPKey.generate_key("Ed25519", {"kid": "the next key"})))
    with pytest.raises(UnknownKeyError):
        verifier.verify(token)


class Identity:
    """Where keys come from, and whether it answers."""

    def __init__(self, *keys: OKPKey) -> None:
        self.keys = keys
        self.asked = self.watched = 0
        self.answers = self.tells_news = True

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        if not self.answers:
            raise ConnectionError
        return published(*self.keys)

    def watch(self, _source: KeySource) -> None:
        if not self.tells_news:
            raise ConnectionError
        self.watched += 1


@pytest.fixture
def untaught() -> TokenVerifier:
    return TokenVerifier(audience="payment", issuer=ISSUER)


def test_keys_are_fetched_when_a_token_names_one_we_do_not_know(untaught: TokenVerifier) -> None:
    identity = Identity(BANK_KEY)
    source = KeySource(untaught, identity.fetch)
    assert source.verify(sign(claims())).subject == "usr_ada"
    assert source.verify(sign(claims(sub="usr_uche"))).subject == "usr_uche"
    assert identity.asked == 1


def test_made_up_keys_do_not_make_us_ask_again_and_again(untaught: TokenVerifier) -> None:
    identity = Identity(BANK_KEY)
    source = KeySource(untaught, identity.fetch)
    for number in range(20):
        stranger = OKPKey.generate_key("Ed25519", {"kid": f"made up {number}"})
        with pytest.raises(Refused, match="unknown key"):
            source.verify(sign(claims(), key=stranger))
    assert identity.asked < 20


def test_a_silent_identity_is_no_reason_to_send_somebody_away_for_good(untaught: TokenVerifier) -> None:
    identity = Identity(BANK_KEY)
    identity.answers = False
    source = KeySource(untaught, identity.fetch)
    with pytest.raises(Refused, match="service_unavailable"):
        source.verify(sign(claims()))
    identity.answers = True
    assert source.verify(sign(claims())).subject == "usr_ada"


def test_nobody_is_believed_before_we_hear_who_may_not_come_in(untaught: TokenVerifier) -> None:
    identity = Identity(BANK_KEY)
    identity.tells_news = False
    source = KeySource(untaught, identity.fetch, watch=identity.watch)
    for _ in range(3):
        with pytest.raises(Refused, match="service_unavailable"):
            source.verify(sign(claims()))
    identity.tells_news = True
    assert source.verify(sign(claims())).subject == "usr_ada"
    assert identity.watched == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwdw==", "token", "Bearer\tx"])
def test_a_header_without_a_bearer_token(header: str) -> None:
    with pytest.raises(Refused, match="not_authenticated"):
        bearer_token(header)


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER  abc "])
def test_a_header_with_a_bearer_token(header: str) -> None:
    assert bearer_token(header) == "abc"


def person(role: str, *, acr: str = "mfa", scopes: frozenset[str] = frozenset()) -> Principal:
    return Principal(subject="usr_1", role=role, acr=acr, scopes=scopes)


def service(*scopes: str) -> Principal:
    return Principal(subject="ledger", role="service", scopes=frozenset(scopes))


@pytest.mark.parametrize(
    ("route", "who", "answer"),
    [
        (permit("customer"), person("customer", acr="pwd"), ""),
        (permit("customer"), person("teller"), "not_permitted"),
        (permit("teller"), person("customer"), "not_permitted"),
        (permit("teller"), person("teller"), ""),
        (permit("teller"), person("teller", acr="pwd"), "second_factor_required"),
        (ANYONE_SIGNED_IN, person("admin", acr="pwd"), "second_factor_required"),
        (ANYONE_HALF_SIGNED_IN, person("admin", acr="pwd"), ""),
        (permit("risk", permission="rules:write"), person("risk"), "not_permitted"),
        (
            permit("risk", permission="rules:write"),
            person("risk", scopes=frozenset({"rules:write"})),
            "",
        ),
        (
            permit("risk", permission="rules:write"),
            person("teller", scopes=frozenset({"rules:write"})),
            "not_permitted",
        ),
        (permit("customer", scope="account:read"), service("account:read"), ""),
        (permit("customer", scope="account:read"), service("account:move"), "not_permitted"),
        (permit("customer"), service("account:read"), "not_permitted"),
        (permit("customer"), service(""), "not_permitted"),
        (permit(scope="account:read"), person("admin", scopes=frozenset({"account:read"})), "not_permitted"),
        (Permit(), person("admin"), "not_permitted"),
        (Permit(), service("account:read"), "not_permitted"),
        (permit("customer"), person("service"), "not_permitted"),
        (permit("customer"), person(""), "not_permitted"),
    ],
)
def test_who_may_call_a_route(route: Permit, who: Principal, answer: str) -> None:
    if not answer:
        check_permit(route, who)
        return
    with pytest.raises(Refused) as caught:
        check_permit(route, who)
    assert caught.value.refusal.code == answer


def test_a_route_for_a_role_that_does_not_exist_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="no such role: governor"):
        permit("teller", "governor")


def test_a_public_route_says_so_in_the_document() -> None:
    assert PUBLIC.describe()["public"] is True
    assert permit("teller").describe() == {
        "public": False,
        "roles": ["teller"],
        "permission": None,
        "scope": None,
        "single_factor": False,
    }


def test_a_refused_token_leaves_a_line_that_says_why_and_not_what(
    untaught: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(auth, "log", SimpleNamespace(warning=lambda _event, **told: lines.append(told)))
    source = KeySource(untaught, Identity(BANK_KEY).fetch)
    token = sign(claims(aud="account"))
    with pytest.raises(Refused):
        source.verify(token)
    assert lines == [{"code": "not_authenticated", "why": "The token was made for somebody else."}]
