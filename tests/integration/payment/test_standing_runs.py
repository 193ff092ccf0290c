"""What standing orders have due is paid: once, on its day, whatever dies, repeats, meets or changes meanwhile."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.ids import new_id
from arhan.payment.domain import standing_orders as domain
from arhan.payment.domain.schedules import Schedule
from arhan.payment.domain.standing_orders import StandingOrder
from arhan.payment.service import standing_runs
from arhan.payment.store import standing_orders as store
from tests.payment_fakes import LOST, SILENT, Books, Holder, Screener, holder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.contracts.payment import StandingOrdersRun
    from tests.payment_house import House

BEFORE = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_others(house: House) -> Iterator[None]:
    yield
    house.execute("TRUNCATE standing_order, standing_order_execution")


def give(house: House, payer: Holder, payee: Holder, **changes: Any) -> str:
    """A confirmed order: 30.00 on the first of each month from December 2026 on, changed as the test says."""
    first = changes.pop("first_date", date(2026, 12, 1))
    schedule = Schedule(
        frequency=changes.pop("frequency", "monthly"),
        first_date=first,
        last_date=changes.pop("last_date", None),
        day_of_month=changes.pop("day_of_month", first.day),
    )
    coming = schedule.after(None)
    assert coming is not None
    wish: dict[str, Any] = {
        "id": new_id("sto"),
        "customer": payer.party.customer,
        "payer_account": payer.party.account,
        "payer_number": payer.party.number,
        "payee_account": payee.party.account,
        "payee_number": payee.party.number,
        "payee_name": payee.party.name,
        "payee_customer": payee.party.customer,
        "amount": 3000,
        "currency": payer.party.currency,
        "narration": "Rent",
        "frequency": schedule.frequency,
        "first_date": first,
        "last_date": schedule.last_date,
        "times": None,
        "day_of_month": schedule.day_of_month,
        "business_days": "as_is",
        "status": "active",
        "due_date": coming.due_date,
        "pay_date": coming.pay_date,
        "try_date": coming.pay_date,
        "created_at": BEFORE,
        "changed_at": BEFORE,
    }
    order = StandingOrder(**(wish | changes))
    with house.database.cursor() as cursor:
        store.insert(cursor, order)
    return order.id


def run(house: House, on: str) -> StandingOrdersRun:
    """What close of business does until nothing is left, as if everybody's time to answer were over."""
    while True:
        house.execute("UPDATE standing_order_execution SET ask_at = now() - interval '1 s'")
        done = house.run(standing_runs.run(house.desk, on=date.fromisoformat(on)))
        if not done.ordered and not done.settled:
            return done


def seen(house: House, order: str) -> StandingOrder:
    with house.database.cursor() as cursor:
        found = store.get(cursor, order)
    assert found is not None
    return found


def paid(house: House, order: str) -> list[tuple[str, str, int, str]]:
    """Due date, how it stands, which try, why."""
    rows = house.execute(
        "SELECT due_date::text, status, attempt, code FROM standing_order_execution"
        " WHERE standing_order = %s ORDER BY due_date",
        order,
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def told(house: House, order: str) -> list[str]:
    rows = house.execute("SELECT type, data FROM outbox WHERE subject = %s ORDER BY id", order)
    return [row[0].removeprefix("payment.standing_order.") for row in rows]


def test_it_is_paid_on_its_day_and_not_before(house: House, ada: Holder, bola: Holder) -> None:
    rent = give(house, ada, bola)
    run(house, "2026-11-30")
    assert (ada.balance, bola.balance) == (100_000, 100_000)
    run(house, "2026-12-01")
    assert (ada.balance, bola.balance) == (97_000, 103_000)
    assert paid(house, rent) == [("2026-12-01", "paid", 1, "")]
    order = seen(house, rent)
    assert (str(order.due_date), str(order.try_date), order.done, order.paid) == (
        "2027-01-01",
        "2027-01-01",
        1,
        1,
    )
    ((kind, state, initiator, narration),) = house.execute(
        "SELECT kind, state, initiator, narration FROM payment_order WHERE key = %s", f"{rent}:2026-12-01:1"
    )
    assert (kind, state, initiator, narration) == ("standing_order", "completed", "usr_ada", "Rent")


def test_a_second_run_on_the_day_changes_nothing(house: House, ada: Holder, bola: Holder) -> None:
    rent = give(house, ada, bola)
    run(house, "2026-12-01")
    before = (seen(house, rent), paid(house, rent), told(house, rent))
    again = run(house, "2026-12-01")
    assert (again.ordered, again.settled, again.open) == (0, 0, 0)
    assert (seen(house, rent), paid(house, rent), told(house, rent)) == before
    assert ada.balance == 97_000


def test_days_the_bank_was_late_are_all_made_up_for(house: House, ada: Holder, bola: Holder) -> None:
    weekly = give(house, ada, bola, frequency="weekly")
    run(house, "2026-12-20")
    assert [row[0] for row in paid(house, weekly)] == ["2026-12-01", "2026-12-08", "2026-12-15"]
    assert ada.balance == 91_000


def test_too_little_money_is_tried_again_on_the_days_that_follow(
    house: House, ada: Holder, bola: Holder
) -> None:
    rent = give(house, ada, bola)
    ada.balance = 10
    run(house, "2026-12-01")
    run(house, "2026-12-01")
    assert paid(house, rent) == [("2026-12-01", "failed", 1, "insufficient_funds")]
    run(house, "2026-12-02")
    assert paid(house, rent) == [("2026-12-01", "failed", 2, "insufficient_funds")]
    ada.balance = 5000
    run(house, "2026-12-03")
    assert paid(house, rent) == [("2026-12-01", "paid", 3, "")]
    assert (ada.balance, seen(house, rent).paid, told(house, rent)) == (2000, 1, [])


def test_after_four_days_it_is_given_up_and_its_payer_is_told(
    house: House, ada: Holder, bola: Holder
) -> None:
    rent = give(house, ada, bola)
    ada.balance = 10
    for day in range(1, 9):
        run(house, f"2026-12-{day:02}")
    assert paid(house, rent) == [("2026-12-01", "skipped", 4, "insufficient_funds")]
    order = seen(house, rent)
    assert (order.status, str(order.due_date), order.done, order.paid) == ("active", "2027-01-01", 1, 0)
    assert told(house, rent) == ["missed"]


def test_a_try_never_comes_in_the_way_of_the_next_payment(house: House, ada: Holder, bola: Holder) -> None:
    daily = give(house, ada, bola, frequency="daily")
    ada.balance = 10
    run(house, "2026-12-01")
    run(house, "2026-12-02")
    assert [row[1] for row in paid(house, daily)] == ["skipped", "skipped"]
    assert told(house, daily) == ["missed", "missed"]


def test_it_ends_after_its_last_payment(house: House, ada: Holder, bola: Holder) -> None:
    twice = give(house, ada, bola, times=2)
    until = give(house, ada, bola, last_date=date(2027, 1, 31))
    for day in ("2026-12-01", "2027-01-01", "2027-02-01"):
        run(house, day)
    for order in (twice, until):
        assert (seen(house, order).status, seen(house, order).paid) == ("completed", 2)
        assert told(house, order) == ["changed"]
    assert ada.balance == 100_000 - 4 * 3000


@pytest.mark.parametrize("code", ["account_closed", "account_not_found"])
def test_a_payee_who_is_gone_ends_it(
    house: House, books: Books, ada: Holder, bola: Holder, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rent = give(house, ada, bola)
    if code == "account_closed":
        monkeypatch.setattr(books, "_refuse", lambda _command: code)
    else:
        del books.holders[ada.party.account]
    run(house, "2026-12-01")
    order = seen(house, rent)
    assert (order.status, order.code, order.try_date) == ("ended", code, None)
    assert told(house, rent) == ["missed", "changed"]


def test_one_that_rests_is_not_paid_and_goes_on_with_what_comes(
    house: House, ada: Holder, bola: Holder
) -> None:
    rent = give(house, ada, bola, status="paused")
    run(house, "2026-12-01")
    assert ada.balance == 100_000
    at = datetime(2026, 12, 15, 9, tzinfo=UTC)
    resumed = domain.moved(seen(house, rent), "resume", on=at.date(), at=at)
    assert (resumed.status, str(resumed.due_date), str(resumed.try_date)) == (
        "active",
        "2027-01-01",
        "2027-01-01",
    )


@pytest.mark.parametrize("status", ["unconfirmed", "paused", "cancelled", "completed", "ended"])
def test_only_active_ones_are_paid(house: House, ada: Holder, bola: Holder, status: str) -> None:
    over = {"due_date": None, "pay_date": None, "try_date": None}
    give(house, ada, bola, status=status, **(over if status in {"cancelled", "completed", "ended"} else {}))
    run(house, "2026-12-01")
    assert ada.balance == 100_000


def test_one_that_was_never_confirmed_lapses(house: House, ada: Holder, bola: Holder) -> None:
    old = give(house, ada, bola, status="unconfirmed", created_at=datetime.now(UTC) - timedelta(days=2))
    new = give(house, ada, bola, status="unconfirmed", created_at=datetime.now(UTC))
    run(house, "2026-12-01")
    assert (seen(house, old).status, seen(house, old).code) == ("cancelled", "not_confirmed")
    assert seen(house, new).status == "unconfirmed"


class Died(Exception):  # noqa: N818 - as a process does
    pass


@pytest.mark.parametrize(
    "place", ["standing_orders.put_down", "standing_orders.paid", "standing_orders.settled"]
)
def test_a_run_that_dies_is_gone_on_with_and_pays_once(
    house: House, ada: Holder, bola: Holder, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [give(house, ada, bola) for _ in range(3)]

    def die(name: str) -> None:
        if name == place:
            raise Died

    with monkeypatch.context() as patched:
        patched.setattr(standing_runs, "failpoint", die)
        with pytest.raises(Died):
            run(house, "2026-12-01")
    house.forget()
    run(house, "2026-12-01")
    assert (ada.balance, bola.balance) == (91_000, 109_000)
    assert [paid(house, order) for order in orders] == [[("2026-12-01", "paid", 1, "")]] * 3


@pytest.mark.parametrize("change", [{"amount": 9999}, {"status": "cancelled"}])
def test_what_is_put_down_is_paid_as_it_was_whatever_its_payer_changes(
    house: House, ada: Holder, bola: Holder, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rent = give(house, ada, bola)
    with monkeypatch.context() as patched:
        patched.setattr(standing_runs, "failpoint", _die_once("standing_orders.paid"))
        with pytest.raises(Died):
            run(house, "2026-12-01")
    house.forget()
    order = seen(house, rent)
    if "amount" in change:
        house.execute("UPDATE standing_order SET amount = 9999 WHERE id = %s", rent)
    else:
        with house.database.cursor() as cursor:
            store.write(cursor, domain.moved(order, "cancel", on=date(2026, 12, 1), at=BEFORE))
    run(house, "2026-12-01")
    assert ada.balance == 97_000
    assert paid(house, rent) == [("2026-12-01", "paid", 1, "")]
    after = seen(house, rent)
    assert after.paid == 1
    assert after.status == change.get("status", "active")


def _die_once(place: str) -> Any:
    def die(name: str) -> None:
        if name == place:
            raise Died

    return die


def test_resumed_while_its_payment_is_under_way_it_is_paid_once(
    house: House, ada: Holder, bola: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    rent = give(house, ada, bola)
    with monkeypatch.context() as patched:
        patched.setattr(standing_runs, "failpoint", _die_once("standing_orders.paid"))
        with pytest.raises(Died):
            run(house, "2026-12-01")
    house.forget()
    for verb in ("pause", "resume"):
        with house.database.cursor() as cursor:
            order = domain.moved(seen(house, rent), verb, on=date(2026, 12, 1), at=BEFORE)
            store.write(cursor, order)
    run(house, "2026-12-01")
    assert ada.balance == 97_000
    assert (paid(house, rent), str(seen(house, rent).due_date)) == (
        [("2026-12-01", "paid", 1, "")],
        "2027-01-01",
    )


def test_two_runs_that_meet_pay_once(house: House, ada: Holder, bola: Holder) -> None:
    orders = [give(house, ada, bola, amount=100) for _ in range(20)]

    async def meet() -> None:
        await asyncio.gather(*(standing_runs.run(house.desk, on=date(2026, 12, 1)) for _ in range(4)))

    house.run(meet())
    run(house, "2026-12-01")
    assert (ada.balance, bola.balance) == (98_000, 102_000)
    assert {row[1] for order in orders for row in paid(house, order)} == {"paid"}


@pytest.mark.parametrize("fate", [SILENT, LOST])
def test_an_answer_that_is_lost_is_asked_for_again(
    house: House, books: Books, ada: Holder, bola: Holder, fate: str
) -> None:
    rent = give(house, ada, bola)
    books.fates.extend(["", fate])  # who they are; the movement
    done = run(house, "2026-12-01")
    assert (done.open, seen(house, rent).try_date) == (1, None)
    house.sweep()
    run(house, "2026-12-01")
    assert (ada.balance, paid(house, rent)) == (97_000, [("2026-12-01", "paid", 1, "")])


def test_screening_stands_before_every_payment(
    house: House, screener: Screener, ada: Holder, bola: Holder
) -> None:
    screener.rule = lambda _screening: "decline"
    rent = give(house, ada, bola)
    run(house, "2026-12-01")
    assert ada.balance == 100_000
    assert paid(house, rent) == [("2026-12-01", "skipped", 1, "declined_by_screening")]
    assert told(house, rent) == ["missed"]


@pytest.mark.parametrize(("verdict", "ended"), [("screened", "paid"), ("declined", "skipped")])
def test_one_that_waits_for_a_person_keeps_nobody_waiting(
    house: House, screener: Screener, ada: Holder, bola: Holder, verdict: str, ended: str
) -> None:
    """Its schedule goes on; what staff decide is written down when it is known."""
    screener.rule = lambda _screening: "review"
    rent = give(house, ada, bola)
    assert run(house, "2026-12-01").open == 0
    assert paid(house, rent) == [("2026-12-01", "waiting", 1, "under_review")]
    assert str(seen(house, rent).due_date) == "2027-01-01"
    house.execute("UPDATE payment_order SET state = %s, code = '' WHERE state = 'review'", verdict)
    house.sweep()
    run(house, "2026-12-02")
    assert paid(house, rent) == [("2026-12-01", ended, 1, "")]
    assert seen(house, rent).paid == (ended == "paid")
    assert told(house, rent) == ([] if ended == "paid" else ["missed"])


def test_one_that_asks_for_its_payer_waits_a_day(
    house: House, screener: Screener, ada: Holder, bola: Holder
) -> None:
    screener.rule = lambda _screening: "step_up"
    rent = give(house, ada, bola)
    run(house, "2026-12-01")
    ((waits,),) = house.execute(
        "SELECT due_at - screened_at FROM payment_order WHERE key LIKE %s", f"{rent}:%"
    )
    assert waits == timedelta(days=1)
    house.execute("UPDATE payment_order SET due_at = now() WHERE state = 'requires_action'")
    house.run(house.drive.sweep())
    run(house, "2026-12-02")
    assert paid(house, rent) == [("2026-12-01", "skipped", 1, "not_confirmed")]
    assert ada.balance == 100_000


def test_a_new_device_does_not_pay_more_by_standing_orders(house: House, ada: Holder, bola: Holder) -> None:
    soon = int((datetime.now(UTC) + timedelta(hours=3)).timestamp())
    ada.balance = 100_000_000
    orders = [
        give(house, ada, bola, amount=1_500_000, device="dev_new", new_device_until=soon) for _ in range(3)
    ]
    run(house, "2026-12-01")
    stands = [paid(house, order)[0] for order in orders]
    assert sorted(row[1] for row in stands) == ["failed", "failed", "paid"]
    assert {row[3] for row in stands} == {"", "new_device_limit"}


def test_many_that_are_due_go_through_in_pages(house: House, books: Books) -> None:
    payers = [holder(f"payer{number}") for number in range(60)]
    shop = holder("shop")
    books.holders.update({h.party.account: h for h in [*payers, shop]})
    for payer in payers:
        for _ in range(10):
            give(house, payer, shop, amount=10)
    pages = []
    while True:
        done = house.run(standing_runs.run(house.desk, on=date(2026, 12, 1)))
        if not done.ordered:
            break
        pages.append((done.ordered, done.settled, done.open))
    assert pages == [(250, 250, 0), (250, 250, 0), (100, 100, 0)]
    assert shop.balance == 100_000 + 600 * 10
