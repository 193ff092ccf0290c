from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.errors import Refused
from arhan.payment.domain.intents import Intent, Parties, Proof, Side
from arhan.payment.domain.orders import bank_party
from arhan.payment.service import parties
from arhan.payment.service.parties import Directory, Memory
from tests.payment_fakes import PIN, Books, holder

if TYPE_CHECKING:
    from collections.abc import Callable

ASK = "/internal/v1/resolutions"


@pytest.fixture
def books() -> Books:
    return Books(holder("ada"), holder("bola"), holder("chidi"))


@pytest.fixture
def directory(books: Books) -> Directory:
    return Directory(books)  # type: ignore[arg-type]


def find(directory: Directory, *intents: Intent) -> list[Any]:
    found = asyncio.run(directory.find(intents))
    return [f.refusal.code if isinstance(f, Refused) else f for f in found]


def proof(pin: str | None = PIN, *, session: str = "ses_1", person: str = "usr_ada") -> Proof:
    return Proof(person=person, session=session, pin=pin)


def test_payer_and_payee_are_found_and_the_proved_pin_version_with_them(
    directory: Directory, intend: Callable[..., Intent]
) -> None:
    (found,) = find(directory, intend())
    assert isinstance(found, Parties)
    assert (found.payer.account, found.payee.account, found.pin_version) == ("acc_ada", "acc_bola", 1)


def test_what_was_asked_once_is_remembered(
    directory: Directory, books: Books, intend: Callable[..., Intent]
) -> None:
    assert directory.known(intend()) is None
    find(directory, intend())
    known = directory.known(intend(key="k2"))
    assert known is not None
    assert known.pin_version == 1
    assert len(books.called(ASK)) == 1


@pytest.mark.parametrize(
    "other",
    [proof("9999"), proof(None), proof(session="ses_2"), proof(person="usr_eve")],
    ids=["another pin", "no pin", "another session", "another person"],
)
def test_a_proof_counts_for_its_pin_its_login_and_its_person_only(
    directory: Directory, intend: Callable[..., Intent], other: Proof
) -> None:
    find(directory, intend())
    assert directory.known(intend(proof=other)) is None


def test_a_proof_the_books_refused_is_forgotten(directory: Directory, intend: Callable[..., Intent]) -> None:
    find(directory, intend())
    directory.forget_proof(session="ses_1", account="acc_ada")
    assert directory.known(intend()) is None


def test_a_proof_is_forgotten_after_two_minutes(
    directory: Directory, intend: Callable[..., Intent], monkeypatch: pytest.MonkeyPatch
) -> None:
    find(directory, intend())
    later = time.monotonic() + parties.PROOF_REMEMBERED_S + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert directory.known(intend()) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payer": Side(account="acc_nobody")}, "account_not_found"),
        ({"payer": Side(account="acc_bola")}, "account_not_found"),
        ({"payee": Side(number="0000000000")}, "payee_not_found"),
        ({"proof": proof("9999")}, "wrong_pin"),
        ({"proof": proof(None)}, "pin_required"),
    ],
    ids=["no such payer", "somebody else's account", "no such payee", "wrong pin", "no pin"],
)
def test_who_cannot_pay_whom(
    directory: Directory, intend: Callable[..., Intent], changes: dict[str, Any], code: str
) -> None:
    assert find(directory, intend(**changes)) == [code]


def test_after_three_wrong_pins_the_right_one_is_refused(
    directory: Directory, intend: Callable[..., Intent]
) -> None:
    wrong = [intend(proof=proof(pin)) for pin in ("1111", "2222", "3333")]
    assert [find(directory, intent) for intent in wrong] == [["wrong_pin"]] * 3
    assert find(directory, intend()) == ["pin_blocked"]


def test_the_same_wrong_pin_many_times_in_one_list_is_one_try(
    directory: Directory, books: Books, intend: Callable[..., Intent]
) -> None:
    numbers = [books.holders[account].party.number for account in ("acc_bola", "acc_chidi")] * 50
    intents = [intend(proof=proof("9999"), payee=Side(number=number)) for number in numbers]
    assert find(directory, *intents) == ["wrong_pin"] * 100
    assert books.holders["acc_ada"].tries_left == 2
    ((asked),) = books.called(ASK)
    assert len(asked.resolutions) == 3


def test_how_many_tries_are_left_is_told(directory: Directory, intend: Callable[..., Intent]) -> None:
    (refused,) = asyncio.run(directory.find([intend(proof=proof("9999"))]))
    assert isinstance(refused, Refused)
    assert refused.extra == {"tries_left": 2}


def test_an_unknown_payee_costs_the_others_nothing(
    directory: Directory, intend: Callable[..., Intent]
) -> None:
    good, bad = intend(), intend(key="k2", payee=Side(number="0000000000"))
    found = find(directory, good, bad)
    assert isinstance(found[0], Parties)
    assert found[1] == "payee_not_found"


def test_the_bank_itself_is_never_asked_for(directory: Directory, intend: Callable[..., Intent]) -> None:
    cash = bank_party("bank_cash_ngn", "NGN")
    (found,) = find(directory, intend(payer=Side(party=cash), proof=None))
    assert isinstance(found, Parties)
    assert (found.payer.name, found.pin_version) == ("Arhan", None)


def test_a_sibling_names_accounts_by_id_and_needs_no_pin(
    directory: Directory, intend: Callable[..., Intent]
) -> None:
    instructed = intend(payer=Side(account="acc_ada"), payee=Side(account="acc_bola"), proof=None)
    (found,) = find(directory, instructed)
    assert isinstance(found, Parties)
    assert found.pin_version is None
    assert directory.known(intend()) is None, "an instruction proves no PIN"


def test_memory_forgets_its_older_half_when_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parties, "MOST_REMEMBERED", 4)
    memory: Memory[int, str] = Memory(seconds=60)
    for number in range(5):
        memory.put(number, str(number))
    assert [memory.get(number) for number in range(5)] == [None, None, "2", "3", "4"]
