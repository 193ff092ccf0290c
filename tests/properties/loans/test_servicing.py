"""Whatever is paid and whenever, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from arhan.account.loans import Accrual, Component, LoanTerms, Unpaid, allocate, payoff, schedule
from tests.properties.loans.strategies import plain_terms, terms

days = st.dates(date(1999, 1, 1), date(2050, 1, 1))
owed = st.builds(
    Unpaid,
    number=st.integers(1, 99),
    due_on=days,
    principal=st.integers(0, 10**6),
    interest=st.integers(0, 10**6),
    fees=st.integers(0, 10**4),
    penalties=st.integers(0, 10**4),
)
debts = st.lists(owed, max_size=8, unique_by=lambda unpaid: unpaid.number)
orders = st.permutations(list(Component))


@given(st.integers(0, 10**7), debts, orders)
def test_allocation_never_loses_a_unit(amount: int, unpaid: list[Unpaid], order: list[Component]) -> None:
    paid = allocate(amount=amount, unpaid=unpaid, order=order)

    assert sum(part.amount for part in paid.parts) + paid.left == amount
    assert paid.left == max(0, amount - sum(debt.total for debt in unpaid))


@given(st.integers(0, 10**7), debts, orders)
def test_nothing_is_paid_twice_or_more_than_owed(
    amount: int, unpaid: list[Unpaid], order: list[Component]
) -> None:
    by_number = {debt.number: debt for debt in unpaid}
    parts = allocate(amount=amount, unpaid=unpaid, order=order).parts

    assert len({(part.number, part.component) for part in parts}) == len(parts)
    assert all(0 < part.amount <= by_number[part.number].of(part.component) for part in parts)


@given(st.integers(0, 10**7), debts, orders, days)
def test_the_oldest_is_paid_first_and_nothing_not_yet_due(
    amount: int, unpaid: list[Unpaid], order: list[Component], until: date
) -> None:
    by_number = {debt.number: debt for debt in unpaid}
    parts = allocate(amount=amount, unpaid=unpaid, order=order, until=until).parts
    due = [by_number[part.number].due_on for part in parts]

    assert due == sorted(due)
    assert all(day <= until for day in due)


@given(terms())
def test_a_loan_earns_by_each_due_date_what_its_instalments_charge_and_defer(agreed: LoanTerms) -> None:
    planned = schedule(agreed)
    accrual = Accrual(planned)
    charged = 0
    for row in planned.instalments:
        charged += row.interest
        assert accrual.until(row.due_on) >= charged
    assert accrual.until(planned.instalments[-1].due_on) == planned.total_interest
    assert accrual.until(agreed.disbursed_on) == 0


@given(st.data(), terms())
def test_interest_is_earned_day_by_day_and_never_taken_back(data: st.DataObject, agreed: LoanTerms) -> None:
    planned = schedule(agreed)
    accrual = Accrual(planned)
    length = (planned.instalments[-1].due_on - agreed.disbursed_on).days
    first = data.draw(st.integers(0, length))
    earned = [accrual.until(agreed.disbursed_on + timedelta(days=first + day)) for day in range(40)]

    assert all(earlier <= later for earlier, later in pairwise(earned))


@given(st.data(), plain_terms())
def test_a_payoff_of_a_loan_paid_as_agreed_is_what_is_owed_and_what_it_earned(
    data: st.DataObject, agreed: LoanTerms
) -> None:
    planned = schedule(agreed)
    accrual = Accrual(planned)
    on = data.draw(st.dates(agreed.disbursed_on, planned.rows[-1].due_on))
    due = [row for row in planned.rows if row.due_on <= on]
    ahead = [
        Unpaid(number=row.number, due_on=row.due_on, principal=row.principal, interest=row.interest)
        for row in planned.rows[len(due) :]
    ]
    closing = payoff(accrual=accrual, unpaid=ahead, on=on)

    assert closing.principal == (due[-1].balance if due else agreed.principal)
    assert closing.interest == max(0, accrual.until(on) - sum(row.interest for row in due))
    assert closing.total <= closing.principal + sum(row.interest for row in planned.rows[len(due) :])


@given(st.data(), plain_terms())
def test_paying_a_loan_off_bit_by_bit_pays_each_part_of_it_once(
    data: st.DataObject, agreed: LoanTerms
) -> None:
    rows = schedule(agreed).rows
    left = {(row.number, part): getattr(row, part) for row in rows for part in Component}
    to_pay = sum(left.values())
    while to_pay:
        amount = data.draw(st.integers(max(1, to_pay // 3), to_pay))
        unpaid = [
            Unpaid(
                number=row.number,
                due_on=row.due_on,
                principal=left[row.number, Component.PRINCIPAL],
                interest=left[row.number, Component.INTEREST],
            )
            for row in rows
        ]
        for number, component, part in allocate(amount=amount, unpaid=unpaid).parts:
            left[number, component] -= part
        to_pay -= amount

    assert not any(left.values())
