"""Questions about the whole journal, asked by `arhan books check`; each answers with what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.ledger.domain.checks import MOST_NAMED, Difference
from arhan.ledger.store.reading import SELECT_ENTRIES, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.ledger.store.reading import WrittenEntry

PAGE = 2000

_SIGNED = "CASE l.side WHEN 'credit' THEN l.amount ELSE -l.amount END"

_GAPS = """
    SELECT before + 1, number - 1
    FROM (SELECT number, lag(number, 1, 0::bigint) OVER (ORDER BY number) AS before FROM journal_entry) AS e
    WHERE number <> before + 1"""

_ALONE = """
    SELECT DISTINCT l.entry FROM journal_line l
    WHERE NOT EXISTS (SELECT FROM journal_entry e WHERE e.number = l.entry)"""

_UNBALANCED = """
    SELECT e.number, e.movement, count(l.entry), coalesce(sum(l.amount) FILTER (WHERE l.side = 'debit'), 0),
           coalesce(sum(l.amount) FILTER (WHERE l.side = 'credit'), 0)
    FROM journal_entry e LEFT JOIN journal_line l ON l.entry = e.number
    GROUP BY e.number, e.movement
    HAVING count(l.entry) < 2 OR sum(CASE l.side WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0
    ORDER BY e.number"""

_ZERO_SUM = """
    SELECT e.currency, coalesce(sum(l.amount) FILTER (WHERE l.side = 'debit'), 0),
           coalesce(sum(l.amount) FILTER (WHERE l.side = 'credit'), 0)
    FROM journal_line l LEFT JOIN journal_entry e ON e.number = l.entry GROUP BY e.currency
    HAVING sum(CASE l.side WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0"""

_CHAINS = f"""
    SELECT account, sequence, balance_after, expected, number_expected
    FROM (SELECT l.account, l.sequence, l.balance_after,
                 coalesce(lag(l.balance_after) OVER w, 0) + {_SIGNED} AS expected,
                 coalesce(lag(l.sequence) OVER w, 0) + 1 AS number_expected,
                 coalesce(lag(l.entry) OVER w, 0) <= l.entry AS in_order
          FROM journal_line l WINDOW w AS (PARTITION BY l.account ORDER BY l.sequence)) AS chain
    WHERE balance_after <> expected OR sequence <> number_expected OR NOT in_order
    ORDER BY account, sequence"""  # noqa: S608 - our own words

_DAY_TOTALS = """
    SELECT coalesce(t.booking_date, l.booking_date), coalesce(t.ledger_account, l.ledger_account),
           coalesce(t.currency, l.currency), coalesce(t.debits, 0), coalesce(t.credits, 0),
           coalesce(l.debits, 0), coalesce(l.credits, 0)
    FROM day_total t FULL JOIN (
        SELECT e.booking_date, l.ledger_account, e.currency,
               sum(l.amount) FILTER (WHERE l.side = 'debit') AS debits,
               sum(l.amount) FILTER (WHERE l.side = 'credit') AS credits
        FROM journal_line l JOIN journal_entry e ON e.number = l.entry GROUP BY 1, 2, 3
    ) AS l USING (booking_date, ledger_account, currency)
    WHERE (coalesce(t.debits, 0), coalesce(t.credits, 0)) <> (coalesce(l.debits, 0), coalesce(l.credits, 0))"""


def hold_still(cursor: Any) -> None:
    """From here on this transaction sees the books as they are now, and can change nothing."""
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def count(cursor: Any) -> dict[str, int]:
    """How much there is to look at."""
    cursor.execute(
        "SELECT (SELECT count(*) FROM journal_entry), (SELECT count(*) FROM journal_line),"
        " (SELECT count(*) FROM seal)"
    )
    entries, lines, seals = cursor.fetchone()
    return {"entries": entries, "lines": lines, "seals": seals}


def find_missing(cursor: Any) -> Iterator[Difference]:
    """Numbers the journal skips, and lines whose entry is not there."""
    for first, last in _rows(cursor, _GAPS):
        yield Difference("nothing_missing", f"entry {first}", f"entries {first} to {last} are missing")
    for (number,) in _rows(cursor, _ALONE):
        yield Difference("nothing_missing", f"entry {number}", "its lines are there, the entry is not")


def find_unbalanced(cursor: Any) -> Iterator[Difference]:
    """Entries that do not balance."""
    for number, movement, lines, debits, credits_ in _rows(cursor, _UNBALANCED):
        message = f"{movement} has {lines} lines, debits {debits} and credits {credits_}"
        yield Difference("entries_balanced", f"entry {number}", message)


def find_unequal_sums(cursor: Any) -> Iterator[Difference]:
    """Currencies in which the books do not sum to zero."""
    for currency, debits, credits_ in _rows(cursor, _ZERO_SUM):
        yield Difference("zero_sum", currency or "no currency", f"debits {debits}, credits {credits_}")


def find_broken_chains(cursor: Any) -> Iterator[Difference]:
    """Lines that do not follow from the line before them on their account."""
    for account, sequence, found, expected, number in _rows(cursor, _CHAINS):
        if sequence != number:
            message = f"line {number} is missing before line {sequence}"
        elif found != expected:
            message = f"line {sequence} leaves {found} where {expected} follows"
        else:
            message = f"line {sequence} is of an older entry than the line before it"
        yield Difference("running_balances", account, message)


def find_wrong_totals(cursor: Any) -> Iterator[Difference]:
    """Days whose kept totals are not those of their lines."""
    for day, code, currency, debits, credits_, true_debits, true_credits in _rows(cursor, _DAY_TOTALS):
        message = f"kept {debits} / {credits_}, lines say {true_debits} / {true_credits}"
        yield Difference("day_totals", f"{day} {code} {currency}", message)


def _rows(cursor: Any, query: str) -> list[tuple[Any, ...]]:
    """What a question finds; one more than will be named, so that it shows when there are more."""
    cursor.execute(query + " LIMIT %s", [MOST_NAMED + 1])
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def read_all(cursor: Any) -> Iterator[WrittenEntry]:
    """Every entry in order, page by page."""
    last = 0
    while True:
        cursor.execute(SELECT_ENTRIES + " WHERE e.number > %s ORDER BY e.number LIMIT %s", [last, PAGE])
        rows = cursor.fetchall()
        if not rows:
            return
        yield from map(read_entry, rows)
        last = rows[-1][0]


def newest_lines(cursor: Any) -> dict[str, int]:
    """Every account with lines, and the number of its newest."""
    cursor.execute("SELECT account, max(sequence) FROM journal_line GROUP BY account")
    return dict(cursor.fetchall())


def balances_at(cursor: Any, places: Sequence[tuple[str, int]]) -> dict[str, tuple[int, str, str]]:
    """Per account, at the line of that number: balance after it, ledger account, currency."""
    cursor.execute(
        "SELECT l.account, l.balance_after, l.ledger_account, e.currency"
        " FROM unnest(%s::text[], %s::bigint[]) AS asked (account, sequence)"
        " JOIN journal_line l ON l.account = asked.account AND l.sequence = asked.sequence"
        " JOIN journal_entry e ON e.number = l.entry",
        [[account for account, _ in places], [sequence for _, sequence in places]],
    )
    return {account: (balance, code, currency) for account, balance, code, currency in cursor.fetchall()}


def read_tiles(cursor: Any) -> dict[tuple[int, int], bytes]:
    """Every kept hash of a full tile, by level and index."""
    cursor.execute('SELECT level, "index", hash FROM tile')
    return {(level, index): bytes(found) for level, index, found in cursor.fetchall()}
