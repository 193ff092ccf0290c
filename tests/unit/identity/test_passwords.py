"""What makes a password good enough."""

from __future__ import annotations

import time

import pytest

from arhan.identity.domain.passwords import find_weakness

ABOUT = ["chidi.okafor", "chidi.okafor@example.com", "Chidinma", "Okafor", "+2348031234567"]


@pytest.mark.parametrize(
    "password",
    [
        "a long and winding road",
        "SecurePass123!",
        "kola-nut-river-42",
        "correct horse battery staple",
        "ọmọ tó bá ṣíwọ́ ìyá",
        "x7#Kq9!mT",
        "🐘🦒🦓🐊🦁🐆🦏🐒 in the reserve",
        "t0o many l33t $ymb0l$ 4re fine",
        "q" + "wnfkzj" * 21,
    ],
)
def test_good_enough(password: str) -> None:
    assert find_weakness(password, about=ABOUT) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("x7#Kq9!", "At least 8 characters are needed."),
        ("x" * 129, "At most 128 characters are kept."),
        ("password1", "This is one of the most common passwords."),
        ("PASSWORD1", "This is one of the most common passwords."),
        ("Passw0rd!", "commonly used"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "Repeats"),
        ("qwertyuiop123", "one of the most common"),
        ("Chidinma2024", "Add another word"),
        ("chidi.okafor@example.com", "Add another word"),
        ("okafor+2348031234567", "Add another word"),
        ("arhanbank123", "Add another word"),
    ],
)
def test_not_good_enough(password: str, why: str) -> None:
    assert why in (find_weakness(password, about=ABOUT) or "good enough")


def test_judging_stays_quick_whatever_is_typed() -> None:
    begin = time.process_time()
    find_weakness(("4@8({[<369&#!1/|0$5+7%2/4" * 6)[:128])
    assert time.process_time() - begin < 2.0
