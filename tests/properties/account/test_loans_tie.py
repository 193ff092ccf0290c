"""Whatever happens to loans, and on whatever day: their schedules and the books agree to the minor unit."""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.account_house import migrated_database
from tests.loan_desk import LoanDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = int(os.environ.get("ARHAN_TEST_EXAMPLES", "6"))
EFFECTS = ("", "reduce_instalment", "reduce_term")

events = st.tuples(
    st.integers(0, 40),  # days later
    st.sampled_from(("nothing", "earn", "spend", "repay", "pay off", "silence", "speech")),
    st.integers(1, 5_000_00),
    st.sampled_from(EFFECTS),
)


@pytest.fixture(scope="module")
def desk() -> Iterator[Any]:
    with migrated_database() as environment, LoanDesk.open(environment) as opened:
        yield opened


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    amount=st.integers(1_000_00, 20_000_00),
    months=st.sampled_from((1, 3, 6, 12)),
    happens=st.lists(events, min_size=4, max_size=12),
)
def test_schedules_and_books_agree_every_day(
    desk: Any, amount: int, months: int, happens: list[tuple[int, str, int, str]]
) -> None:
    day = date(2026, 1, 31)
    desk.go_to(day=day.isoformat())
    desk.fall_silent(on=False)
    lent = desk.lend(amount=amount, months=months)
    loan, customer, account = lent["loan"], lent["customer"], lent["account"]
    shop = desk.open_account()["account"]
    for days, what, size, effect in happens:
        for _ in range(min(days, 2)):  # the days in between are closed, too
            day += timedelta(days=days // min(days, 2))
            desk.go_to(day=day.isoformat())
            desk.close_day()
            desk.tie()
        if what == "earn":
            desk.put_in(account=account, amount=size)
        elif what == "spend" and (held := desk.balance(account=account)):
            desk.spend(payer=account, payee=shop, amount=held)
        elif what == "repay":
            desk.repay(loan=loan, customer=customer, amount=size, effect=effect)
        elif what == "pay off" and "total" in (owed := desk.payoff(loan=loan)):
            desk.put_in(account=account, amount=owed["total"])
            desk.repay(loan=loan, customer=customer, amount=owed["total"], effect="reduce_term")
        elif what in {"silence", "speech"}:
            desk.fall_silent(on=what == "silence")
        desk.tie()
    rows = desk.look(loan=loan)["rows"]
    assert sum(row["principal"] for row in rows) == (amount if rows else 0)
