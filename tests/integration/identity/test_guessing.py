"""Guessers: ten thousand guesses cost the bank next to nothing, tell nothing, and lock nobody out."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx

from tests.integration.identity.conftest import new_address
from tests.integration.identity.test_factors import set_up_authenticator

if TYPE_CHECKING:
    from tests.integration.identity.conftest import Identity, Person

GUESSES = 10_000
AT_ONCE = 4
ONE_HASH = 1_000
"""Iterations of the test office's password hash."""


def work(identity: Identity) -> int:
    """How many iterations of the password hash the office has done."""
    return int(identity.http.get("/work").text)


def guess(identity: Identity, username: str, addresses: list[str]) -> Counter[str]:
    """Ten thousand guesses from these addresses, as fast as the office can take them, on four threads."""

    def some(_of: int) -> Counter[str]:
        body = {"username": username, "addresses": addresses, "count": GUESSES // AT_ONCE}
        return Counter(httpx.post(identity.url + "/guess", json=body, timeout=200).json())

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(some, range(AT_ONCE)), Counter())


def eventually_signs_in(identity: Identity, person: Person) -> dict[str, Any]:
    """What a process has seen of a pause it believes for a second."""
    deadline = time.monotonic() + 30
    while (answer := identity.try_to_sign_in(person)).status_code != 200:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    return dict(answer.json())


def hours_pass(identity: Identity) -> None:
    identity.database.execute(
        "UPDATE guesses SET last_at = last_at - interval '16 minutes',"
        " blocked_until = blocked_until - interval '16 minutes'"
    )


def test_ten_thousand_guesses_are_refused_before_they_are_hashed_and_lock_nobody_out(
    identity: Identity,
) -> None:
    alice = identity.customer()
    device = identity.sign_in(alice)["device_token"]
    before = work(identity)
    addresses = [new_address() for _ in range(5)]
    answers = guess(identity, alice.username, addresses)
    assert set(answers) == {"invalid_credentials", "locked"}
    assert sum(answers.values()) == GUESSES
    assert answers["invalid_credentials"] <= 60, "five from each address, and one when a pause ends"
    assert work(identity) - before == answers["invalid_credentials"] * ONE_HASH
    # the rightful owner, from a device the bank knows, at the same moment
    assert identity.try_to_sign_in(alice, device_token=device).status_code == 200
    # and from a new device in the guesser's own network once the longest pause is over
    hours_pass(identity)
    alice.address = addresses[0]
    assert eventually_signs_in(identity, alice)


def test_codes_of_the_second_factor_are_guessed_no_better(identity: Identity) -> None:
    alice = identity.customer()
    set_up_authenticator(identity, alice, identity.sign_in(alice)["access_token"])
    before = work(identity)
    answers = Counter(str(identity.try_to_sign_in(alice, otp=f"{n:06d}").json()["code"]) for n in range(100))
    assert answers["otp_invalid"] <= 8, "five, and one whenever a pause ends"
    assert answers["otp_invalid"] + answers["locked"] == 100
    assert work(identity) - before == answers["otp_invalid"] * ONE_HASH
    hours_pass(identity)
    time.sleep(1.1)
    assert identity.sign_in(alice)


def test_an_unknown_name_and_a_wrong_password_are_the_same_work(identity: Identity) -> None:
    alice = identity.customer()

    def worked(name: str) -> int:
        before = work(identity)
        body = {"username": name, "password": "wrong"}
        identity.post("/v1/tokens", body, x_forwarded_for=new_address())
        return work(identity) - before

    assert worked(alice.username) == worked("nobody.has.this") == ONE_HASH
    disabled = identity.customer("bola")
    identity.database.execute("UPDATE person SET enabled = false WHERE id = %s", [disabled.id])
    assert worked(disabled.username) == ONE_HASH


def test_asking_for_a_reset_is_the_same_work_whoever_is_named(identity: Identity) -> None:
    alice = identity.customer()

    def asked(name: str) -> tuple[int, bytes, int]:
        before = work(identity)
        answer = identity.post("/v1/password-resets", {"username": name}, x_forwarded_for=new_address())
        return answer.status_code, answer.content, work(identity) - before

    assert asked(alice.username) == asked("nobody.has.this")
