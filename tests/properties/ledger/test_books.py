"""Whatever happens and however it is delivered, the journal is what account posted: once, in order, whole."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from arhan.kernel.inbox import Batch, Inbox
from arhan.kernel.outbox import Event
from arhan.ledger.domain.journal import total_by_day, write_entry
from arhan.ledger.domain.merkle import Growing, Tree, hash_full, root_of_inclusion
from arhan.ledger.domain.trial_balance import Turnover, draw_up
from tests.ledger_house import Books

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAMES = {"alice": "2010", "bob": "2010", "cash": "1010", "fees": "4020", "interest": "5010"}
SOME_ACCOUNT = st.sampled_from(sorted(NAMES))
TRANSFERS = st.lists(st.tuples(SOME_ACCOUNT, SOME_ACCOUNT, st.integers(1, 10**15)), max_size=40)


class Cursor:
    """Just enough of a cursor for the inbox: one position that moves with the effect or not at all."""

    def __init__(self, subscriber: Subscriber) -> None:
        self._subscriber = subscriber

    def execute(self, query: str, values: tuple[Any, ...]) -> None:
        if query.startswith("UPDATE inbox_cursor"):
            self._subscriber.position = values[0]

    def fetchone(self) -> tuple[int]:
        return (self._subscriber.position,)


class Subscriber:
    """A service that remembers what it was told, in order."""

    def __init__(self, published: Sequence[Event]) -> None:
        self.published = published
        self.position = 0
        self.heard: list[int] = []
        self.inbox = Inbox(begin=self.begin, apply=self.apply, feed=self.feed)

    @contextmanager
    def begin(self) -> Iterator[Cursor]:
        yield Cursor(self)

    def apply(self, _cursor: Cursor, events: Sequence[Event]) -> None:
        self.heard += [event.position for event in events]

    def feed(self, *, publisher: str, after: int, limit: int) -> Batch:
        found = [e for e in self.published if e.position > after][: min(limit, 3)]
        through = found[-1].position if found else after
        return Batch(publisher=publisher, after=after, through=through, events=found)


def event(position: int) -> Event:
    return Event(
        position=position, id="", source="/account", type="", subject="", time="", traceparent="", data={}
    )


@given(
    count=st.integers(1, 30),
    deliveries=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=30),
)
def test_however_batches_arrive_each_event_is_applied_once_and_in_order(
    count: int, deliveries: list[tuple[int, int]]
) -> None:
    """Any stretches, overlapping, repeated, out of order, with gaps; then one tick."""
    published = [event(position) for position in range(1, count + 1)]
    subscriber = Subscriber(published)
    for after, length in deliveries:
        events = published[after : after + length]
        if events:
            through = events[-1].position
            subscriber.inbox.receive(Batch(publisher="account", after=after, through=through, events=events))
            assert subscriber.heard == list(range(1, len(subscriber.heard) + 1))
            assert len(subscriber.heard) >= through
    subscriber.inbox.catch_up("account")
    assert subscriber.heard == list(range(1, count + 1))


@given(TRANSFERS)
def test_every_trial_balance_balances_and_tells_each_balance(
    transfers: list[tuple[str, str, int]],
) -> None:
    books = Books()
    for name, code in NAMES.items():
        books.open(name, ledger_account=code)
    moved = [books.transfer(payer, payee, amount) for payer, payee, amount in transfers]
    entries = [write_entry(m, number=n, entry_id=f"je_{n}") for n, m in enumerate(moved, start=1)]
    sheets = draw_up(
        Turnover(currency, code, debits, credits_)
        for (_, code, currency), (debits, credits_) in total_by_day(entries).items()
    )
    assert all(sheet.balanced for sheet in sheets)
    for row in (row for sheet in sheets for row in sheet.rows):
        stored = sum(
            a.balance for a in books.accounts.values() if a.ledger_account == row.ledger_account.code
        )
        assert row.balance == (stored if row.ledger_account.normal_side == "credit" else -stored)


def row_of(leaves: list[bytes], *, level: int, first: int, stop: int) -> list[bytes]:
    row = leaves
    for _ in range(level):
        row = [hash_full(row[i : i + 256]) for i in range(0, len(row) - 255, 256)]
    return row[first:stop]


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 1500), data=st.data())
def test_every_entry_is_provable_at_every_size_and_no_other_is(size: int, data: st.DataObject) -> None:
    leaves = [number.to_bytes(32) for number in range(size)]
    grown = Growing()
    for leaf in leaves:
        grown.add(leaf)
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(size, lambda *, level, first, stop: row_of(leaves, level=level, first=first, stop=stop))
    assert tree.root() == grown.root()
    path = tree.inclusion_path(index)
    assert root_of_inclusion(leaf=leaves[index], index=index, size=size, path=path) == grown.root()
    forged = bytes([leaves[index][0] ^ 1]) + leaves[index][1:]
    assert root_of_inclusion(leaf=forged, index=index, size=size, path=path) != grown.root()
