"""The quick ways of computing give what the exact ways give."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from arhan.account.loans import Rounding
from arhan.account.loans.annuity import _exact, annuity
from arhan.account.loans.interest import Interest
from arhan.account.loans.rounding import divide, to_multiple

amounts = st.integers(0, 10**15)
fractions = st.fractions(0, 20, max_denominator=10**6)
roundings = st.sampled_from(Rounding)


def nearest(value: Fraction, rounding: Rounding) -> int:
    """Rounding spelt out."""
    below = value.numerator // value.denominator
    rest = value - below
    if rest != Fraction(1, 2):
        return below + (rest > Fraction(1, 2))
    return below + 1 if rounding is Rounding.HALF_UP or below % 2 else below


@given(amounts, st.integers(1, 10**9), roundings)
def test_division_rounds_to_the_nearest(amount: int, denominator: int, rounding: Rounding) -> None:
    assert divide(amount, denominator, rounding) == nearest(Fraction(amount, denominator), rounding)
    assert divide(-amount, denominator, rounding) == -divide(amount, denominator, rounding)


@given(amounts, fractions, st.fractions(0, 10**9, max_denominator=10**4), roundings)
def test_interest_is_rounded_once_and_to_the_nearest(
    amount: int, per_unit: Fraction, besides: Fraction, rounding: Rounding
) -> None:
    exact = per_unit * amount + besides

    assert Interest.of(per_unit, besides).on(amount, rounding) == nearest(exact, rounding)


@given(
    amounts,
    st.lists(
        st.sampled_from([Fraction(0), Fraction(1, 1200), Fraction(31, 36500)]) | fractions,
        min_size=1,
        max_size=60,
    ),
    roundings,
)
def test_the_quick_annuity_is_the_exact_one(amount: int, growth: list[Fraction], rounding: Rounding) -> None:
    interests = [Interest.of(rate) for rate in growth]

    assert annuity(amount, interests, rounding) == _exact(amount, interests, rounding)


@given(st.integers(0, 10**6), st.lists(st.just(Fraction(0)), min_size=1, max_size=6), roundings)
def test_an_instalment_half_way_between_two_units_is_rounded_by_the_rule(
    amount: int, growth: list[Fraction], rounding: Rounding
) -> None:
    """The same zero written in several ways, so that the periods do not look alike."""
    unlike = [Interest(0, 1, 2 * (index + 1)) for index, _ in enumerate(growth)]

    assert annuity(amount, unlike, rounding) == divide(amount, len(growth), rounding)


@given(st.integers(1, 10**9), st.integers(1, 10**6), roundings)
def test_an_amount_is_never_rounded_away(amount: int, multiple: int, rounding: Rounding) -> None:
    rounded = to_multiple(amount, multiple, rounding)

    assert rounded > 0
    assert rounded == amount or rounded % multiple == 0
