from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from arhan.kernel.clock import now
from arhan.kernel.ids import first_id, id_pattern, is_id, new_id


def test_an_id_is_its_kind_and_26_characters() -> None:
    assert re.fullmatch(r"pay_[0-7][0-9a-hjkmnp-tv-z]{25}", new_id("pay"))


def test_ids_are_never_given_twice() -> None:
    assert len({new_id("pay") for _ in range(10_000)}) == 10_000


def test_ids_sort_in_the_order_they_were_made() -> None:
    made = [new_id("pay") for _ in range(10_000)]
    assert made == sorted(made)


def test_an_id_is_known_by_its_kind() -> None:
    payment = new_id("pay")
    assert is_id(payment, "pay")
    assert is_id(payment, "acc", "pay")
    assert not is_id(payment, "acc")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pay_",
        "pay",
        "01hx5ez2q8f9v0t1n2m3k4j5h6",
        "pay_01HX5EZ2Q8F9V0T1N2M3K4J5H6",  # capitals
        "pay_81hx5ez2q8f9v0t1n2m3k4j5h6",  # more than 128 bits
        "pay_01hx5ez2q8f9v0t1n2m3k4j5hi",  # i is no digit
        "pay_01hx5ez2q8f9v0t1n2m3k4j5h",  # one short
        "pay_01hx5ez2q8f9v0t1n2m3k4j5h66",  # one long
        "pay_01hx5ez2q8f9v0t1n2m3k4j5h6\n",
        " pay_01hx5ez2q8f9v0t1n2m3k4j5h6",
        "pay_\N{ARABIC-INDIC DIGIT ZERO}1hx5ez2q8f9v0t1n2m3k4j5h6",
    ],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert not is_id(text, "pay")


def test_the_pattern_of_a_schema_names_every_kind() -> None:
    assert re.search(id_pattern("acc", "loan"), new_id("loan"))
    assert not re.search(id_pattern("acc", "loan"), new_id("card"))


def test_the_first_id_of_a_moment_divides_before_from_after() -> None:
    before = now() - timedelta(seconds=1)
    made = new_id("pay")
    after = now() + timedelta(seconds=1)
    assert first_id("pay", before) < made < first_id("pay", after)


def test_the_first_id_of_a_moment_carries_its_milliseconds_and_nothing_else() -> None:
    found = first_id("pay", datetime(2026, 1, 1, tzinfo=UTC))
    assert is_id(found, "pay")
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    number = sum(digits.index(c) << 5 * place for place, c in enumerate(reversed(found[4:])))
    assert number == 1_767_225_600_000 << 80
