"""What makes a password good enough: length, no common password, not easily guessed.

NIST SP 800-63B-4 and ASVS 5 (6.2): no rules about kinds of characters, everything printable is
welcome, and nothing is cut off. How hard it is to guess is zxcvbn's estimate.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_LENGTH = 8
MAX_LENGTH = 128
MIN_SCORE = 3
"""zxcvbn: at least 10^8 guesses, out of reach for guessing over the network and slow offline."""
_ESTIMATED = 20
"""Characters looked at: the estimate's work explodes with length, and a strong beginning is enough."""
_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
"""The 30,000 most common passwords."""
_BANK_WORDS = ("arhan", "bank", "password")
_SHORTEST_WORD = 3


def find_weakness(password: str, *, about: Iterable[str] = ()) -> str | None:
    """A sentence saying why this password is not good enough; None when it is.

    `about` is what others know of the person: their names and addresses are worth nothing in it.
    """
    if len(password) < MIN_LENGTH:
        return f"At least {MIN_LENGTH} characters are needed."
    if len(password) > MAX_LENGTH:
        return f"At most {MAX_LENGTH} characters are kept."
    if password.lower() in _COMMON:
        return "This is one of the most common passwords."
    estimate = zxcvbn(_without(password, _words(about))[:_ESTIMATED] or "x")
    if estimate["score"] < MIN_SCORE:
        feedback = estimate["feedback"]
        sentences = [feedback["warning"], *feedback["suggestions"]]
        return " ".join(sentence for sentence in sentences if sentence) or "Add another word or two."
    return None


def _words(about: Iterable[str]) -> list[str]:
    words = {word for text in about for word in re.split(r"[^a-z0-9]+", text.lower())}
    words |= {text.lower() for text in about} | set(_BANK_WORDS)
    return sorted((word for word in words if len(word) >= _SHORTEST_WORD), key=len, reverse=True)


def _without(password: str, words: Iterable[str]) -> str:
    """The password with each known word shrunk to its first letter."""
    for word in words:
        password = re.sub(re.escape(word), word[0], password, flags=re.IGNORECASE)
    return password
