"""For random products and histories, interest recomputed from the entries is what was posted.

The reference is written down once more here, day by day with exact fractions, from nothing but the
entries: it shares no line with the bank's own.
"""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

import pytest

from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = 145_880_280 * 10**6
A_DAY = timedelta(days=1)
SEEDS = range(int(os.environ.get("ARHAN_INTEREST_SEEDS", "2")))
CURRENCIES = ("NGN", "JPY", "KWD")
"""Of two, no and three minor digits: an account of each, of a random product."""
CAPITALISATIONS = ("daily", "monthly", "quarterly", "yearly")
"""Dealt to the accounts one after the other, so that a few seeds have them all; deposits are paid at maturity."""
DAYS = 5


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        yield opened


def random_terms(chance: random.Random, *, capitalisation: str) -> dict[str, Any]:
    ends = sorted(chance.sample(range(1_000_00, 500_000_00), chance.randrange(3)))
    tiers: list[dict[str, Any]] = [{"up_to": end, "rate": chance.randrange(200_000)} for end in ends]
    terms: dict[str, Any] = {
        "tiers": [*tiers, {"rate": chance.randrange(200_000)}],
        "tier_method": chance.choice(["slices", "whole"]),
        "day_count": chance.choice(["actual/365", "actual/360", "actual/364", "actual/actual", "30/360"]),
        "compounding": chance.choice(["none", "daily"]),
        "capitalisation": capitalisation,
        "withholding_tax": chance.choice([0, 100_000, chance.randrange(1, 1_000_000)]),
        "minimum_balance": chance.choice([0, 50_000_00]),
    }
    if chance.random() < 0.5:
        terms |= {"overdraft_limit": 10**9, "overdraft_rate": chance.randrange(1, 400_000)}
    return terms


def random_deposit(chance: random.Random) -> dict[str, Any]:
    """The terms of a fixed-term product: one rate, paid when it ends."""
    return {
        "fixed_term": {"chart": [{"months": 1, "rate": chance.randrange(1, 400_000)}]},
        "day_count": chance.choice(["actual/365", "actual/360", "actual/364", "actual/actual", "30/360"]),
        "compounding": chance.choice(["none", "daily"]),
        "capitalisation": "maturity",
        "withholding_tax": chance.choice([0, 100_000, chance.randrange(1, 1_000_000)]),
        "minimum_balance": 0,
    }


def place(desk: Any, chance: random.Random, *, code: str, first: date) -> tuple[str, dict[str, Any]]:
    """A deposit of a random product that ends after a few nights; and its terms as the reference reads them."""
    terms = random_deposit(chance)
    desk.offer(code=code, kind="fixed_term", terms=terms)
    owner, amount = f"usr_{code}", chance.randrange(1, 400_000_00)
    home = desk.open_account(product="current", customer=owner)
    desk.put_in(account=home, amount=amount)
    wish = {"source": home, "customer": owner, "amount": amount, "months": 1, "product": code}
    deposit: str = desk.open_deposit(**wish)
    ends = first + chance.randrange(2, DAYS + 1) * A_DAY
    desk.let_end(deposit=deposit, day=ends.isoformat())
    (row,) = terms["fixed_term"]["chart"]
    return deposit, terms | {"tiers": [{"rate": row["rate"]}], "tier_method": "slices", "ends": ends}


def year_part(day: date, day_count: str) -> Fraction:
    after = day + A_DAY
    if day_count == "30/360":
        return Fraction(0 if after.day == 31 and day.day == 30 else _thirty(after) - _thirty(day), 360)
    if day_count == "actual/actual":
        leap = after.year % 4 == 0 and (after.year % 100 != 0 or after.year % 400 == 0)
        return Fraction(1, 366 if leap else 365)
    return Fraction(1, int(day_count.removeprefix("actual/")))


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def a_day(terms: dict[str, Any], day: date, balance: int, accrued: Fraction) -> Fraction:
    """Minor units that a day earns."""
    if balance <= 0 or balance < terms["minimum_balance"]:
        return Fraction(0)
    base = balance + (max(accrued, Fraction(0)) if terms["compounding"] == "daily" else 0)
    begin, total = Fraction(0), Fraction(0)
    for tier in terms["tiers"]:
        end = tier.get("up_to")
        if terms["tier_method"] == "whole":
            if end is None or base <= end:
                total = base * tier["rate"]
                break
            continue
        top = base if end is None else min(base, Fraction(end))
        total += max(top - begin, Fraction(0)) * tier["rate"]
        begin = Fraction(end or 0)
    exact = total / 10**6 * year_part(day, terms["day_count"])
    return Fraction(floor(exact * PARTS), PARTS)


def is_paid_at(terms: dict[str, Any], day: date) -> bool:
    often = terms["capitalisation"]
    if often in {"daily", "maturity"}:
        return bool(often == "daily" or day + A_DAY == terms["ends"])
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[often]
    return (day + A_DAY).month != day.month and day.month % months == 0


def rounded(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))


def expected(terms: dict[str, Any], entries: list[list[Any]], *, first: date, last: date) -> list[Any]:
    """What is posted at the end of each day, as (kind, day, amount), recomputed each time from the first day."""
    found: list[Any] = []
    settled: dict[date, tuple[int, int]] = {}
    closed = first
    while closed <= last:
        known = [e for e in entries if date.fromisoformat(e[1]) <= closed and not _is_tonight(e, closed)]
        earned = owed = Fraction(0)
        day = first
        while day <= closed:
            paid, charged = settled.get(day, (0, 0))
            earned, owed = earned - paid, owed - charged
            balance = sum(e[3] for e in known if date.fromisoformat(e[2]) <= day)
            earned += a_day(terms, day, balance, earned)
            if balance < 0:
                owed -= (
                    balance * Fraction(terms["overdraft_rate"], 10**6) * year_part(day, terms["day_count"])
                )
            day += A_DAY
        if is_paid_at(terms, closed):
            gross, charge = max(rounded(earned), 0), max(rounded(owed), 0)
            tax = rounded(Fraction(gross * terms["withholding_tax"], 10**6))
            settled[closed + A_DAY] = (gross, charge)
            found += [("interest", closed.isoformat(), gross - tax)] if gross else []
            found += [("overdraft_interest", closed.isoformat(), -charge)] if charge else []
        closed += A_DAY
    return found


def _is_tonight(entry: list[Any], closed: date) -> bool:
    """Posted by the closing itself, after it counted."""
    return entry[0] in {"interest", "overdraft_interest"} and entry[1] == closed.isoformat()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_posted_is_what_the_entries_say(desk: Any, seed: int) -> None:
    chance = random.Random(seed)
    first = date(2028 + seed // 2, (3, 12)[seed % 2], 29)  # a quarter ends, then a year
    desk.begin(day=first.isoformat())
    currencies = {f"random{seed}_{currency.lower()}": currency for currency in CURRENCIES}
    dealt = [CAPITALISATIONS[(3 * seed + n) % len(CAPITALISATIONS)] for n in range(len(CURRENCIES))]
    products = {
        code: random_terms(chance, capitalisation=capitalisation)
        for code, capitalisation in zip(currencies, dealt, strict=True)
    }
    for code, terms in products.items():
        kind = "current" if "overdraft_limit" in terms else "savings"
        desk.offer(code=code, kind=kind, currency=currencies[code], terms=terms)
    accounts = {desk.open_account(product=code): code for code in products}
    unbounded = "UPDATE balance SET tier = NULL WHERE account = ANY (%s) RETURNING account"
    assert len(desk.select(query=unbounded, values=[list(accounts)])) == len(accounts), (
        "limits are not at stake"
    )
    shops = {"NGN": "current", "JPY": "current_jpy", "KWD": "current_kwd"}
    shops = {currency: desk.open_account(product=code) for currency, code in shops.items()}
    deposit, its_terms = place(desk, chance, code=f"deposit{seed}", first=first)
    for n in range(DAYS):
        day = first + n * A_DAY
        for account, code in accounts.items():
            value = first + max(n + chance.randrange(-3, 3), 0) * A_DAY
            amount = chance.randrange(1, 400_000_00)
            there = {"currency": currencies[code]}
            booked = desk.put_in(account=account, amount=amount, value_date=value.isoformat(), **there)
            assert booked == day.isoformat(), booked
            if "overdraft_limit" in products[code] and chance.random() < 0.5:
                paid = chance.randrange(1, 900_000_00)
                spent = desk.spend(payer=account, payee=shops[currencies[code]], amount=paid, **there)
                assert spent == day.isoformat(), spent
        assert desk.close(through=day.isoformat())["closed"] == [day.isoformat()]
    for account, code in accounts.items():
        entries = desk.entries(account=account)
        posted = [(e[0], e[1], e[3]) for e in entries if e[0] in {"interest", "overdraft_interest"}]
        last = first + (DAYS - 1) * A_DAY
        assert posted == expected(products[code], entries, first=first, last=last), products[code]
    entries = desk.entries(account=deposit)
    posted = [(e[0], e[1], e[3]) for e in entries if e[0] == "interest"]
    assert posted == expected(its_terms, entries, first=first, last=its_terms["ends"] - A_DAY), its_terms
    assert desk.balance(account=deposit) == 0, "it was paid out with its interest"
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0
