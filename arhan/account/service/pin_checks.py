"""Is this PIN right? Three wrong answers, however many ask at once, and it is blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from arhan.account.domain import pins
from arhan.account.store import resolutions as store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from arhan.account.store.resolutions import Cursor, Guess, Verdict


class Verifier(Protocol):
    """How a PIN is recognised, and how many wrong guesses are left."""

    @property
    def account(self) -> str:
        """What the PIN belongs to: an account, or a card."""

    @property
    def salt(self) -> bytes | None:
        """None where there is no PIN."""

    @property
    def iterations(self) -> int:
        """Of the hash."""

    @property
    def pin_version(self) -> int:
        """Goes up whenever the PIN is set or blocked."""

    @property
    def tries_left(self) -> int:
        """0: blocked."""


class Verifiers(Protocol):
    """Where verifiers are kept.

    Those of accounts (store/resolutions.py), of their parties (party_pins.py) or of cards (card_pins.py).
    """

    def find_by_id(self, cursor: Cursor, ids: Collection[str]) -> Mapping[str, Verifier]:
        """By what they belong to."""

    def count_guesses(self, cursor: Cursor, guesses: Collection[Guess]) -> dict[str, Verdict]:
        """Compare and count in one statement."""


class Entered(msgspec.Struct, frozen=True):
    """A PIN that was entered for an account, sealed under the bank's key."""

    account: str
    sealed: bytes


class Checked(msgspec.Struct, frozen=True):
    """The answer to one entered PIN."""

    right: bool
    tries_left: int
    version: int
    blocked: bool = False
    """It was blocked before: this PIN was not even looked at."""


def check(cursor: Cursor, entered: Sequence[Entered], *, verifiers: Verifiers = store) -> list[Checked]:
    """Answer each in turn. Each round takes the first open guess of every account.

    A right guess answers everybody who entered the same; a wrong one counts for itself alone.
    """
    answers: dict[int, Checked] = {}
    waiting = list(range(len(entered)))
    while waiting:
        holders = verifiers.find_by_id(cursor, {entered[place].account for place in waiting})
        turn: dict[str, int] = {}
        for place in waiting:
            holder = holders[entered[place].account]
            if not holder.tries_left:
                answers[place] = Checked(False, 0, holder.pin_version, blocked=True)  # noqa: FBT003 - not right
            else:
                turn.setdefault(holder.account, place)
        verdicts = verifiers.count_guesses(
            cursor, [_guess(entered[place], holders[account]) for account, place in turn.items()]
        )
        for verdict in verdicts.values():
            _answer(entered, waiting, turn[verdict.account], verdict, answers)
        waiting = [place for place in waiting if place not in answers]
    return [answers[place] for place in range(len(entered))]


def _guess(entered: Entered, holder: Verifier) -> store.Guess:
    assert holder.salt is not None, "only an account with a PIN is asked for it"
    candidate = pins.derive(sealed=entered.sealed, salt=holder.salt, iterations=holder.iterations)
    return store.Guess(holder.account, holder.pin_version, candidate)


def _answer(
    entered: Sequence[Entered],
    waiting: Sequence[int],
    turn: int,
    verdict: Verdict,
    answers: dict[int, Checked],
) -> None:
    checked = Checked(verdict.right, verdict.tries_left, verdict.version)
    answers[turn] = checked
    if verdict.right:
        answers.update((place, checked) for place in waiting if entered[place] == entered[turn])


def has_pin(cursor: Cursor, account: str, *, verifiers: Verifiers = store) -> bool:
    """Whether the account, or whatever else it is, has a PIN at all."""
    holder = verifiers.find_by_id(cursor, {account}).get(account)
    return holder is not None and holder.salt is not None
