"""Whatever is lost, killed or repeated: every order reaches one end, and the books agree with it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from arhan.kernel.errors import Refused
from arhan.payment.domain.states import FINAL, ON_ITS_WAY, event_on_entering
from arhan.payment.store import orders as store
from tests.payment_fakes import LOST, SILENT, Books, Screener, holder
from tests.payment_house import House, migrated_database, refund, transfer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arhan.payment.domain.intents import Intent

NAMES = ("ada", "bola", "chidi")
people = st.sampled_from(NAMES)
amounts = st.integers(1, 60_000)
fates = st.lists(st.sampled_from([SILENT, LOST, ""]), min_size=1, max_size=3)
outcomes = st.sampled_from(["allow", "allow", "allow", "step_up", "review", "decline"])


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with migrated_database() as url:
        yield url


class Died(Exception):  # noqa: N818 - not an error, an end
    """The engine died here."""


class Payments(RuleBasedStateMachine):
    """Three people pay each other while calls and answers get lost and engines die."""

    url: ClassVar[str]
    wishes = Bundle("wishes")

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.holders = {name: holder(name) for name in NAMES}
        self.books = Books(*self.holders.values())
        self.screener = Screener()
        self.house = self.stack.enter_context(House.open(self.url, self.books, self.screener))
        self.keys: list[str] = []
        self.house.execute("ALTER TABLE payment_order DISABLE TRIGGER USER")
        self.house.execute("TRUNCATE payment_order, outbox")
        self.house.execute("ALTER TABLE payment_order ENABLE TRIGGER USER")

    def teardown(self) -> None:
        if hasattr(self, "house"):
            self.calm_down()
            self.stack.close()

    @rule(target=wishes, payer=people, payee=people, amount=amounts, outcome=outcomes)
    def pay(self, payer: str, payee: str, amount: int, outcome: str) -> Intent:
        wish = transfer(self.holders[payer], self.holders[payee], amount)
        self.screener.rule = lambda _screening: outcome
        self.keys.append(wish.key)
        self.attempt(wish)
        return wish

    @rule(wish=wishes)
    def pay_again(self, wish: Intent) -> None:
        before = self.order(wish)
        answered = self.attempt(wish)
        if before and before["state"] not in ON_ITS_WAY:
            assert answered is not None
            assert (answered.order.id, answered.replayed) == (before["id"], True)

    @rule(data=st.data(), amount=amounts)
    def give_back(self, data: Any, amount: int) -> None:
        done = [o for o in self.orders() if o["state"] == "completed" and not o["refund_of"]]
        if done:
            chosen = data.draw(st.sampled_from([o["id"] for o in done]))
            original = self.house.run(self.get(chosen))
            wish = refund(original, amount)
            self.keys.append(wish.key)
            self.attempt(wish)

    @rule(of_fraud=fates, of_account=fates)
    def lose(self, of_fraud: list[str], of_account: list[str]) -> None:
        self.screener.fates.extend(of_fraud)
        self.books.fates.extend(of_account)

    @rule(step=st.sampled_from(["_screen", "_post", "_settle"]))
    def die_before(self, step: str) -> None:
        """The next time an order comes to this step, the engine dies."""

        async def die(*_arguments: Any) -> Any:
            raise Died

        setattr(self.house.drive, step, die)

    @rule()
    def restart(self) -> None:
        self.house.forget()

    @rule(of_fraud=st.sampled_from(["", SILENT, LOST]), of_account=st.sampled_from(["", SILENT, LOST]))
    def sweep(self, of_fraud: str, of_account: str) -> None:
        self.screener.fates.appendleft(of_fraud)
        self.books.fates.appendleft(of_account)
        try:
            self.house.sweep()
        except Died:
            self.house.forget()

    @invariant()
    def money_is_neither_made_nor_lost(self) -> None:
        if hasattr(self, "house"):
            assert sum(h.balance for h in self.holders.values()) + self.books.cash == 300_000

    @invariant()
    def an_order_says_what_the_books_say(self) -> None:
        for order in self.orders():
            if order["state"] == "completed":
                assert order["id"] in self.books.posted
            elif order["state"] not in ON_ITS_WAY:
                assert order["id"] not in self.books.posted

    @invariant()
    def one_order_per_key_and_one_event_per_end(self) -> None:
        orders = self.orders()
        assert len({order["key"] for order in orders}) == len(orders)
        arrived = [o for o in orders if o["state"] not in ON_ITS_WAY]
        expected = [(o["id"], e.event_type()) for o in arrived if (e := event_on_entering(o["state"]))]
        if orders:
            assert self.house.execute("SELECT subject, type FROM outbox ORDER BY subject") == expected

    @invariant()
    def what_goes_back_never_exceeds_what_came(self) -> None:
        orders = self.orders()
        for original in orders:
            back = [o["amount"] for o in orders if o["refund_of"] == original["id"] and is_alive(o)]
            assert original["refunded"] == sum(back) <= original["amount"]

    def attempt(self, wish: Intent) -> Any:
        try:
            return self.house.pay(wish)
        except Refused:
            return None
        except Died:
            self.house.forget()
            return None

    def calm_down(self) -> None:
        """Nothing is lost any more: within two sweeps every order on its way reaches its end."""
        self.screener.fates.clear()
        self.books.fates.clear()
        self.house.forget()
        self.house.sweep()
        self.house.sweep()
        for order in self.orders():
            assert order["state"] in FINAL | {"review", "requires_action"}
        self.an_order_says_what_the_books_say()
        self.what_goes_back_never_exceeds_what_came()

    def orders(self) -> list[dict[str, Any]]:
        if not hasattr(self, "house"):
            return []
        return [
            row[0] for row in self.house.execute("SELECT row_to_json(o) FROM payment_order o ORDER BY id")
        ]

    def order(self, wish: Intent) -> dict[str, Any] | None:
        return next((order for order in self.orders() if order["key"] == wish.key), None)

    async def get(self, payment: str) -> Any:
        async with self.house.pool.connection() as connection:
            return await store.get(connection, payment)


def is_alive(order: dict[str, Any]) -> bool:
    return order["state"] not in {"declined", "cancelled"}


def test_every_order_reaches_one_end_and_the_books_agree(database: str) -> None:
    Payments.url = database
    run_state_machine_as_test(
        Payments,
        settings=settings(
            max_examples=100,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
