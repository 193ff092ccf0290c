"""Who is behind an account, and three tries for a PIN however many guess at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from arhan.account.domain import pins
from arhan.account.service.resolutions import Resolver
from arhan.account.store.pins import set_verifier
from arhan.contracts.account import Party, PinProof, Resolution, ResolutionRequest
from arhan.kernel.ids import new_id
from tests.account_house import PIN_KEY
from tests.unit.account.books import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_house import StoredBooks

KEY = PIN_KEY.encode()
PIN = "0427"
PERSON = "usr_test"


@pytest.fixture
def resolver(books: StoredBooks) -> Iterator[Resolver]:
    found = Resolver(books.url, pin_key=KEY, now=lambda: books.now)
    yield found
    found.close()


def set_pin(books: StoredBooks, account: str, pin: str = PIN) -> None:
    sealed = pins.seal(key=KEY, account=account, pin=pin)
    salt = b"a salt of a test"
    with books.database.transaction(), books.database.cursor() as cursor:
        set_verifier(
            cursor,
            account=account,
            salt=salt,
            iterations=pins.ITERATIONS,
            verifier=pins.derive(sealed=sealed, salt=salt, iterations=pins.ITERATIONS),
            tries=pins.TRIES,
        )


@pytest.fixture
def payer(books: StoredBooks) -> str:
    """An account with a PIN."""
    books.open_account("ada")
    account = books.prefix + "ada"
    set_pin(books, account)
    return account


def ask(account: str, pin: str | None, *, session: str = "ses_1") -> ResolutionRequest:
    return ResolutionRequest(payer_account=account, person=PERSON, session=session, pin=pin)


def codes(resolutions: list[Resolution]) -> Counter[str]:
    return Counter(resolution.code for resolution in resolutions)


def test_payer_and_payee_are_named(books: StoredBooks, resolver: Resolver, payer: str) -> None:
    books.open_account("bayo")
    books.database.execute(
        "UPDATE account SET number = '0000014579', name = 'Bayo Ade' WHERE id = %s", (books.prefix + "bayo",)
    )
    asked = ResolutionRequest(
        payer_account=payer, payee_number="0000014579", person=PERSON, session="s", pin=PIN
    )
    (found,) = resolver.resolve([asked])
    assert found.code == ""
    assert found.pin_version == 1
    assert found.payer is not None
    assert found.payer.account == payer
    assert found.payee == Party(
        account=books.prefix + "bayo",
        number="0000014579",
        name="Bayo Ade",
        customer=PERSON,
        currency="NGN",
        product="",
        opened_at="2026-03-02T09:00:00.000000Z",
    )


def test_who_is_not_there_or_not_yours(books: StoredBooks, resolver: Resolver, payer: str) -> None:
    books.open_account("gone")
    gone = books.prefix + "gone"
    books.database.execute("UPDATE account SET status = 'closed' WHERE id = %s", (gone,))
    books.open_account("bare")
    answers = resolver.resolve(
        [
            ResolutionRequest(payer_account=payer, person="usr_other", pin=PIN),
            ResolutionRequest(payer_account=new_id("acc"), person=PERSON, pin=PIN),
            ResolutionRequest(payer_account=payer, person=PERSON, pin="9999", payee_number="0000000000"),
            ResolutionRequest(payee_account=gone),
            ResolutionRequest(payer_account=payer, person=PERSON),
            ResolutionRequest(payer_account=payer, person=PERSON, pin_needed=False),
            ResolutionRequest(payer_account=books.prefix + "bare", person=PERSON, pin=PIN),
            ResolutionRequest(payee_account=payer),
        ]
    )
    assert [answer.code for answer in answers] == [
        "account_not_found",
        "account_not_found",
        "payee_not_found",
        "payee_not_found",
        "pin_required",
        "",
        "pin_not_set",
        "",
    ]
    assert tries_left(books, payer) == 3, "a wrong payee costs no try"


def tries_left(books: StoredBooks, account: str) -> int:
    row = books.database.execute(
        "SELECT tries_left FROM pin_verifier WHERE account = %s", (account,)
    ).fetchone()
    assert row is not None
    return int(row[0])


def test_three_wrong_tries_block_and_a_right_one_forgives(
    books: StoredBooks, resolver: Resolver, payer: str
) -> None:
    def guess(pin: str) -> tuple[str, int | None]:
        (answer,) = resolver.resolve([ask(payer, pin, session="")])
        return answer.code, answer.tries_left

    assert guess("1111") == ("wrong_pin", 2)
    assert guess("2222") == ("wrong_pin", 1)
    assert guess(PIN) == ("", None)
    assert guess("1111") == ("wrong_pin", 2)
    assert guess("2222") == ("wrong_pin", 1)
    assert guess("3333") == ("wrong_pin", 0)
    assert guess(PIN) == ("pin_blocked", 0)
    set_pin(books, payer, "7777")
    assert guess(PIN) == ("wrong_pin", 2)
    assert guess("7777") == ("", None)


@pytest.mark.parametrize("same", [True, False], ids=["the same guess", "different guesses"])
def test_fifty_wrong_guesses_at_once_are_tried_three_times(
    books: StoredBooks, payer: str, same: bool
) -> None:
    """Each guesser is an engine of its own: nothing but the database stands between them."""
    together = Barrier(10)

    def guess(number: int) -> list[Resolution]:
        resolver = Resolver(books.url, pin_key=KEY, now=lambda: START)
        together.wait(timeout=60)
        wrong = ["1111" if same else f"{1000 + number * 5 + turn}" for turn in range(5)]
        try:
            return resolver.resolve([ask(payer, pin) for pin in wrong])
        finally:
            resolver.close()

    with ThreadPoolExecutor(10) as guessers:
        answers = [answer for found in guessers.map(guess, range(10)) for answer in found]
    assert codes(answers) == {"wrong_pin": 3, "pin_blocked": 47}
    assert sorted(a.tries_left for a in answers if a.code == "wrong_pin" and a.tries_left is not None) == [
        0,
        1,
        2,
    ]
    assert tries_left(books, payer) == 0


def test_fifty_right_pins_at_once_are_all_right(books: StoredBooks, payer: str) -> None:
    def prove(number: int) -> list[Resolution]:
        resolver = Resolver(books.url, pin_key=KEY, now=lambda: START)
        try:
            return resolver.resolve([ask(payer, PIN, session=f"ses_{number}") for _ in range(5)])
        finally:
            resolver.close()

    with ThreadPoolExecutor(10) as people:
        answers = [answer for found in people.map(prove, range(10)) for answer in found]
    assert codes(answers) == {"": 50}
    assert tries_left(books, payer) == 3


def test_a_right_pin_among_wrong_ones_in_one_batch(
    books: StoredBooks, resolver: Resolver, payer: str
) -> None:
    answers = resolver.resolve([ask(payer, pin) for pin in ("1111", PIN, "2222", "3333", PIN, "4444", PIN)])
    assert [answer.code for answer in answers] == [
        "wrong_pin",
        "",
        "wrong_pin",
        "wrong_pin",
        "",
        "wrong_pin",
        "",
    ]
    assert tries_left(books, payer) == 0
    (answer,) = resolver.resolve([ask(payer, PIN)])
    assert answer.code == "pin_blocked"


def test_a_proof_is_remembered_for_five_minutes_for_its_login_alone(
    books: StoredBooks, resolver: Resolver, payer: str
) -> None:
    def salt_is_used(session: str, pin: str = PIN) -> bool:
        """Whether the verifier was asked: with a verifier nothing can match, only a proof helps."""
        (answer,) = resolver.resolve([ask(payer, pin, session=session)])
        return answer.code != ""

    (proved,) = resolver.resolve([ask(payer, PIN, session="ses_1")])
    assert (proved.code, proved.pin_version) == ("", 1)
    books.database.execute("UPDATE pin_verifier SET verifier = '' WHERE account = %s", (payer,))
    assert not salt_is_used("ses_1")
    books.wait(299)
    assert not salt_is_used("ses_1")
    books.wait(1)
    assert salt_is_used("ses_1")
    set_pin(books, payer)
    assert not salt_is_used("ses_1")
    books.database.execute("UPDATE pin_verifier SET verifier = '' WHERE account = %s", (payer,))
    assert salt_is_used("ses_2")
    assert salt_is_used("")


def test_a_wrong_pin_is_no_better_for_a_proof(books: StoredBooks, resolver: Resolver, payer: str) -> None:
    resolver.resolve([ask(payer, PIN)])
    (wrong,) = resolver.resolve([ask(payer, "1111")])
    assert (wrong.code, wrong.tries_left) == ("wrong_pin", 2)


def test_blocking_or_changing_a_pin_outdates_what_was_proved(
    books: StoredBooks, resolver: Resolver, payer: str
) -> None:
    """The proof travels with the movement; the books refuse it in the very transaction."""
    (proved,) = resolver.resolve([ask(payer, PIN)])
    assert pin_version(books) == proved.pin_version == 1
    resolver.resolve([ask(payer, pin, session="thief") for pin in ("1111", "2222", "3333")])
    assert pin_version(books) == 2
    (blocked,) = resolver.resolve([ask(payer, PIN)])
    assert blocked.code == "pin_blocked", "a proof of the blocked version does not help"
    set_pin(books, payer, "7777")
    assert pin_version(books) == 3
    assert PinProof(payer, 1).version != pin_version(books)


def pin_version(books: StoredBooks) -> int:
    return books.snapshot().accounts["ada"].pin_version


def test_pins_are_stored_as_nothing_that_helps_a_thief(books: StoredBooks, payer: str) -> None:
    row = books.database.execute(
        "SELECT iterations, salt, verifier FROM pin_verifier WHERE account = %s", (payer,)
    ).fetchone()
    assert row is not None
    iterations, salt, verifier = row
    assert iterations >= 1_000
    guesses = (f"{number:04d}" for number in range(10_000))
    without_key = (pins.seal(key=b"", account=payer, pin=pin) for pin in guesses)
    sample = [next(without_key) for _ in range(500)]
    assert verifier not in {pins.derive(sealed=s, salt=salt, iterations=1_000) for s in sample}
    assert timedelta(minutes=5) == pins.PROOF_LIFE
