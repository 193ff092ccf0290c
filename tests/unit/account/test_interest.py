"""Interest against tables worked by hand, to the minor unit."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec
import pytest

from arhan.account.domain.fees import fee_of
from arhan.account.domain.interest import (
    PARTS,
    day_in_years,
    earned_on,
    ends_period,
    owed_on,
    recompute,
    share,
    whole_units,
)
from arhan.account.domain.product_terms import Fee, Terms, chart_rate, read

A_DAY = timedelta(days=1)
TIERS = [{"up_to": 100_000_00, "rate": 40_000}, {"up_to": 1_000_000_00, "rate": 60_000}, {"rate": 80_000}]


def earned(terms: dict[str, Any], balance: int, *, first: str, days: int, rate: int | None = None) -> int:
    """Minor units that a balance earns in so many days."""
    opened = date.fromisoformat(first)
    found = recompute(
        terms={opened: read(terms)},
        changes={opened: balance},
        settled={},
        until=opened + days * A_DAY,
        rate=rate,
    )
    return whole_units(found.earned)


@pytest.mark.parametrize(
    ("day_count", "first", "days", "interest"),
    [
        ("actual/365", "2026-01-01", 365, 3_500_00),
        ("actual/365", "2024-01-01", 366, 3_509_59),  # 100,000 x 3.5 % x 366/365 = 3,509.589
        ("actual/365", "2026-01-01", 31, 297_26),  # 297.260
        ("actual/360", "2026-01-01", 31, 301_39),  # 301.389
        ("actual/364", "2026-01-01", 31, 298_08),  # 298.077
        ("actual/actual", "2024-01-31", 29, 277_32),  # 29/366: 277.322
        ("actual/actual", "2023-12-16", 30, 287_28),  # 15/365 + 15/366: 143.836 + 143.443 = 287.278
        ("30/360", "2026-01-01", 365, 3_500_00),
        ("30/360", "2026-02-01", 28, 291_67),  # a month is a twelfth: 291.667
        ("30/360", "2026-01-01", 31, 291_67),
    ],
)
def test_simple_interest_on_100_000_at_3_5_percent(
    day_count: str, first: str, days: int, interest: int
) -> None:
    terms = {"tiers": [{"rate": 35_000}], "day_count": day_count}
    assert earned(terms, 100_000_00, first=first, days=days) == interest


def test_each_slice_earns_at_its_own_tier() -> None:
    """100,000 at 4 %, 900,000 at 6 %, 500,000 at 8 %: 98,000 a year."""
    assert earned({"tiers": TIERS}, 1_500_000_00, first="2026-01-01", days=365) == 98_000_00


def test_the_whole_balance_earns_at_the_tier_it_reaches() -> None:
    whole = {"tiers": TIERS, "tier_method": "whole"}
    assert earned(whole, 1_000_000_00, first="2026-01-01", days=365) == 60_000_00
    assert earned(whole, 1_000_000_01, first="2026-01-01", days=365) == 80_000_00
    assert earned(whole, 100_000_00, first="2026-01-01", days=365) == 4_000_00


def test_interest_compounded_daily_is_that_of_the_formula() -> None:
    """1,000,000 x (1 + 0.10/365)^365 - 1,000,000 = 105,155.78."""
    terms = {"tiers": [{"rate": 100_000}], "compounding": "daily"}
    assert earned(terms, 1_000_000_00, first="2026-01-01", days=365) == 105_155_78
    exact = 1_000_000_00 * ((1 + Fraction(1, 3650)) ** 365 - 1)
    assert round(exact) == 105_155_78


def test_a_day_under_the_minimum_balance_earns_nothing() -> None:
    terms = {"tiers": [{"rate": 35_000}], "minimum_balance": 10_000_00}
    assert earned(terms, 9_999_99, first="2026-01-01", days=365) == 0
    assert earned(terms, 10_000_00, first="2026-01-01", days=365) == 350_00


def test_a_deposit_earns_at_its_own_rate() -> None:
    assert earned({}, 1_000_000_00, first="2026-01-01", days=90, rate=80_000) == 19_726_03


def test_an_overdraft_costs_at_its_rate() -> None:
    terms = read({"overdraft_limit": 1, "overdraft_rate": 240_000})
    assert whole_units(30 * owed_on(terms, day=date(2026, 4, 1), balance=-50_000_00)) == 986_30
    assert owed_on(terms, day=date(2026, 4, 1), balance=0) == 0


def test_a_day_of_simple_interest_is_a_whole_number_of_parts_under_every_day_count() -> None:
    for day_count in ("actual/365", "actual/360", "actual/364", "actual/actual", "30/360"):
        terms = read({"tiers": [{"rate": 1}], "day_count": day_count})
        for day in (date(2023, 12, 31), date(2024, 2, 28), date(2024, 2, 29), date(2026, 1, 30)):
            weight, basis = day_in_years(day, terms.day_count)
            assert Fraction(earned_on(terms, day=day, balance=1), PARTS) == Fraction(weight, basis * 10**6)


def test_a_year_of_30_360_has_360_days() -> None:
    days = [date(2026, 1, 1) + n * A_DAY for n in range(365)]
    assert sum(day_in_years(day, "30/360")[0] for day in days) == 360


def test_what_was_paid_is_not_earned_again_and_the_rest_is_carried() -> None:
    opened = date(2026, 1, 1)
    terms = {opened: read({"tiers": [{"rate": 35_000}]})}
    found = recompute(
        terms=terms,
        changes={opened: 100_000_00, date(2026, 2, 1): 297_26},
        settled={date(2026, 2, 1): (297_26, 0)},
        until=date(2026, 2, 1),
    )
    assert Fraction(found.earned, PARTS) == Fraction(100_000_00 * 35 * 31, 1000 * 365) - 297_26


def test_halves_are_rounded_up() -> None:
    assert [whole_units(parts * PARTS // 2) for parts in (0, 1, 2, 3, -1, -2)] == [0, 1, 1, 2, 0, -1]
    assert share(150_685, 100_000) == 15_069


def test_periods_end_with_months_quarters_and_years() -> None:
    def ends(name: str, day: str) -> bool:
        found = date.fromisoformat(day)
        return ends_period(read({"capitalisation": name}), day=found, next_day=found + A_DAY)

    assert ends("daily", "2026-05-07")
    assert [ends("monthly", day) for day in ("2026-01-31", "2026-01-30")] == [True, False]
    assert [ends("quarterly", day) for day in ("2026-03-31", "2026-04-30")] == [True, False]
    assert [ends("yearly", day) for day in ("2026-12-31", "2026-06-30")] == [True, False]
    assert not ends("maturity", "2026-12-31")


@pytest.mark.parametrize(
    ("fee", "amount", "charged"),
    [
        ({"flat": 10_00}, 5_000_00, 10_00),
        ({"percent": 5_000}, 5_000_00, 25_00),  # 0.5 %
        ({"flat": 10_00, "percent": 5_000}, 5_000_00, 35_00),
        ({"percent": 5_000, "least": 50_00}, 5_000_00, 50_00),
        ({"percent": 5_000, "most": 2_000_00}, 10_000_000_00, 2_000_00),
        ({"flat": 50_00, "from_amount": 10_000_00}, 9_999_99, 0),  # the stamp duty's threshold
        ({"flat": 50_00, "from_amount": 10_000_00}, 10_000_00, 50_00),
    ],
)
def test_what_things_cost(fee: dict[str, int], amount: int, charged: int) -> None:
    read_fee = msgspec.convert({"event": "card", "name": "A fee", **fee}, Fee)
    assert fee_of(read_fee, amount=amount) == charged


def test_a_chart_gives_the_rate_of_the_highest_amount_reached() -> None:
    chart = [{"months": 3, "rate": 8, "from_amount": 10}, {"months": 3, "rate": 9, "from_amount": 100}]
    fixed = read({"capitalisation": "maturity", "fixed_term": {"chart": chart}}).fixed_term
    assert fixed is not None
    found = [chart_rate(fixed, months=m, amount=a) for m, a in ((3, 9), (3, 10), (3, 100), (6, 100))]
    assert found == [None, 8, 9, None]


@pytest.mark.parametrize(
    "terms",
    [
        {"tiers": [{"rate": 1, "up_to": 5}]},
        {"tiers": [{"rate": 1}, {"rate": 2}]},
        {"tiers": [{"rate": 1, "up_to": 5}, {"rate": 2, "up_to": 5}, {"rate": 3}]},
        {"overdraft_rate": 1},
        {"day_count": "actual/366"},
        {"fees": [{"event": "breathing", "name": "Air"}]},
        {"surprise": 1},
    ],
)
def test_terms_that_make_no_sense_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        read(terms)


def test_terms_are_stored_as_they_are_read() -> None:
    terms = read({"tiers": TIERS, "withholding_tax": 100_000})
    assert read(msgspec.to_builtins(terms)) == terms
    assert isinstance(terms, Terms)
