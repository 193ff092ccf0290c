"""Checking the books: against themselves, against their seals, and against the account service."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from arhan.kernel.database import django_transaction
from arhan.ledger.domain.checks import Difference, Report
from arhan.ledger.domain.merkle import TILE_WIDTH, Growing, hash_full
from arhan.ledger.domain.seals import Key, SealError, open_seal
from arhan.ledger.store import checking as store
from arhan.ledger.store import journal, seals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from arhan.contracts.account import BalanceLine, BalancePage
    from arhan.ledger.store.seals import StoredSeal

    Fetch = Callable[[str], BalancePage]
    """Reads the page of account's balances after an account id."""
    Tell = Callable[[str, int, int], None]
    """Hears what is being looked at, how much of it is done, and how much there is."""

QUESTIONS = (
    store.find_missing,
    store.find_unbalanced,
    store.find_unequal_sums,
    store.find_broken_chains,
    store.find_wrong_totals,
)
LOOK_AGAIN_S = 0.2


def check_books(*, fetch: Fetch, patience_s: float, tell: Tell = lambda *_: None) -> Report:
    """Everything `arhan books check` looks at.

    The journal is checked in one snapshot of it. Then every balance of the account service is
    compared with the line of that number in the journal; where that line is not there yet, the ledger
    is given `patience_s` without progress before it counts as missing.
    """
    report = Report()
    with django_transaction() as cursor:
        store.hold_still(cursor)
        report.counts = store.count(cursor)
        for done, question in enumerate(QUESTIONS):
            tell("questions to the journal", done, len(QUESTIONS))
            report.add(question(cursor))
        report.add(_check_seals(cursor, entries=report.counts["entries"], tell=tell))
        newest = store.newest_lines(cursor)
    report.counts["accounts"] = 0
    report.add(_check_balances(report, newest, fetch=fetch, patience_s=patience_s, tell=tell))
    return report


def _check_seals(cursor: Any, *, entries: int, tell: Tell) -> Iterator[Difference]:
    """Hash every entry anew and compare with what was kept and sealed."""
    due = seals.list_seals(cursor)[::-1]
    tree, tiles = Growing(), Tiles(store.read_tiles(cursor))
    for written in store.read_all(cursor):
        leaf = written.entry.leaf()
        if leaf != written.leaf:
            subject = f"entry {written.entry.number}"
            yield Difference("seals", subject, f"{written.entry.movement} is not as it was written")
        tree.add(leaf)
        yield from tiles.add(leaf)
        while due and due[-1].size == tree.size:
            yield from _check_seal(due.pop(), root=tree.root())
        if tree.size % store.PAGE == 0:
            tell("entries hashed", tree.size, entries)
    for seal in due:
        yield Difference(
            "seals", f"seal {seal.size}", f"it covers {seal.size} entries, there are {tree.size}"
        )
    for level, index in tiles.left():
        yield Difference("seals", f"tile {level}/{index}", "its entries are not there")


def _check_seal(seal: StoredSeal, *, root: bytes) -> Iterator[Difference]:
    subject = f"seal {seal.size}"
    if seal.root != root:
        yield Difference("seals", subject, "the entries it covers are not those that were sealed")
    try:
        said = open_seal(seal.note, key=Key(seal.key.name, seal.key.public))
    except SealError as error:
        yield Difference("seals", subject, str(error))
        return
    if (said.size, said.root) != (seal.size, seal.root):
        yield Difference("seals", subject, "its signed note says something else")


class Tiles:
    """Compares kept hashes of full tiles with those of the entries as they are read."""

    def __init__(self, kept: dict[tuple[int, int], bytes]) -> None:
        """`kept` by level and index; a tile not kept yet is not due yet."""
        self._kept = kept
        self._rows: list[list[bytes]] = [[]]
        self._full: list[int] = [0]

    def add(self, found: bytes, *, level: int = 0) -> Iterator[Difference]:
        """Take in the next hash of a level."""
        row = self._rows[level]
        row.append(found)
        if len(row) < TILE_WIDTH:
            return
        if len(self._rows) == level + 1:
            self._rows.append([])
            self._full.append(0)
        index, tile = self._full[level], hash_full(row)
        self._full[level] += 1
        row.clear()
        if self._kept.pop((level + 1, index), tile) != tile:
            yield Difference("seals", f"tile {level + 1}/{index}", "it is not the hash of its entries")
        yield from self.add(tile, level=level + 1)

    def left(self) -> list[tuple[int, int]]:
        """Kept tiles for which there were not entries enough."""
        return sorted(self._kept)


def _check_balances(
    report: Report, newest: dict[str, int], *, fetch: Fetch, patience_s: float, tell: Tell
) -> Iterator[Difference]:
    """Account by account; `newest` are the ledger's newest lines from before the first page was read."""
    unseen, after, total = dict(newest), "", len(newest)
    waiting = Patience(patience_s)
    while True:
        page = fetch(after)
        for line in page.items:
            lines_before = unseen.pop(line.account, 0)
            if lines_before > line.sequence:
                message = f"the books have {lines_before} lines, the account service {line.sequence}"
                yield Difference("balances", line.account, message)
        yield from _compare(page.items, waiting)
        report.counts["accounts"] += len(page.items)
        tell("accounts compared", report.counts["accounts"], max(total, report.counts["accounts"]))
        if page.next is None:
            break
        after = page.next
    for account, lines in unseen.items():
        message = f"the books have {lines} lines, the account service does not know it"
        yield Difference("balances", account, message)


class Patience:
    """How long the ledger may stand still before what it has not written counts as missing."""

    def __init__(self, seconds: float) -> None:
        """Counted anew whenever the journal grows."""
        self._seconds = seconds
        self._size = -1
        self._until = 0.0

    def is_left(self, size: int) -> bool:
        """Whether to wait for more than `size` entries."""
        if size != self._size:
            self._size, self._until = size, time.monotonic() + self._seconds
        return time.monotonic() < self._until


def _compare(lines: Sequence[BalanceLine], waiting: Patience) -> Iterator[Difference]:
    moved = {line.account: line for line in lines if line.sequence}
    for line in lines:
        if not line.sequence and line.balance:
            yield Difference("balances", line.account, f"a balance of {line.balance} without any entry")
    written = _written(moved, waiting)
    for account, line in moved.items():
        if account not in written:
            yield Difference("balances", account, f"line {line.sequence} is missing in the books")
        elif written[account] != (line.balance, line.ledger_account, line.currency):
            balance, code, currency = written[account]
            message = (
                f"the account service says {line.currency} {line.balance} under {line.ledger_account},"
                f" line {line.sequence} of the books {currency} {balance} under {code}"
            )
            yield Difference("balances", account, message)


def _written(moved: dict[str, BalanceLine], waiting: Patience) -> dict[str, tuple[int, str, str]]:
    """The journal's lines of these numbers, once they are there or patience ends."""
    places = [(line.account, line.sequence) for line in moved.values()]
    while True:
        with django_transaction() as cursor:
            written = store.balances_at(cursor, places)
            size = journal.last_number(cursor)
        if len(written) == len(places) or not waiting.is_left(size):
            return written
        time.sleep(LOOK_AGAIN_S)
