"""Interest, set by set: what the nightly run reads and writes.

A chunk is a range of accounts of one version of a product, so all of it has one currency and one
formula, which is written into the statement (domain/interest.py says the same in Python). All of a
chunk is done in one transaction, with the step's cursor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection

from arhan.account.domain.interest import PARTS, PER_RATE, day_in_years
from arhan.account.domain.product_terms import read
from arhan.account.models import AccountVersion, Accrual, EntryAhead, InterestPosting, ProductVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from arhan.account.domain.product_terms import Terms

ACTIVE_KINDS = (
    "transfer",
    "deposit",
    "refund",
    "card_payment",
    "standing_order",
    "card_capture",
)
"""What a holder, or somebody at the holder's wish, does; interest and fees are no sign of life."""

_IN_CHUNK = "a.version = %(version)s AND a.account > %(after)s AND a.account <= %(last)s"
_LAST_OF_CHUNK = """
SELECT max(account), count(*) FROM (
    SELECT account FROM accrual WHERE version = %s AND account > %s ORDER BY account LIMIT %s
) AS chunk
"""
_READ_FRESH = f"""
WITH fresh AS MATERIALIZED (
    SELECT e.account, e.sequence, m.value_date, m.value_date < a.accrued_until AS late,
           CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END AS amount,
           CASE WHEN m.kind = ANY (%(active)s) THEN m.booking_date END AS active_on
    FROM accrual a
    JOIN balance b ON b.account = a.account AND b.sequence > a.sequence
    JOIN entry e ON e.account = a.account AND e.sequence > a.sequence
    JOIN movement m ON m.id = e.movement
    WHERE {_IN_CHUNK}
), ahead AS (
    INSERT INTO entry_ahead (account, sequence, value_date, amount)
    SELECT account, sequence, value_date, amount FROM fresh WHERE value_date > %(day)s
), newest AS (
    SELECT account, max(sequence) AS sequence, max(active_on) AS active_on, bool_or(late) AS late,
           coalesce(sum(amount) FILTER (WHERE value_date <= %(day)s), 0)::bigint AS amount
    FROM fresh GROUP BY account
), counted AS (
    UPDATE accrual SET sequence = newest.sequence, value_balance = value_balance + newest.amount,
        active_on = greatest(accrual.active_on, newest.active_on)
    FROM newest WHERE accrual.account = newest.account
    RETURNING accrual.account, newest.late
)
SELECT account FROM counted WHERE late ORDER BY account
"""  # noqa: S608 - our own words
_COUNT_ENTRIES = f"""
WITH counted AS (
    DELETE FROM entry_ahead h USING accrual a
    WHERE a.account = h.account AND {_IN_CHUNK} AND h.value_date <= %(day)s
    RETURNING h.account, h.amount
), sums AS (
    SELECT account, sum(amount)::bigint AS amount FROM counted GROUP BY account
)
UPDATE accrual SET value_balance = value_balance + sums.amount FROM sums WHERE accrual.account = sums.account
"""  # noqa: S608 - our own words
_WHOLE = f"div(2 * {{0}} + {PARTS} - CASE WHEN 2 * {{0}} + {PARTS} < 0 THEN {2 * PARTS - 1} ELSE 0 END, {2 * PARTS})"
WHOLE_EARNED = _WHOLE.format("a.earned")
WHOLE_OWED = _WHOLE.format("a.owed")
_SUMS = f"""
SELECT coalesce(sum({WHOLE_EARNED}), 0)::bigint, coalesce(sum({WHOLE_OWED}), 0)::bigint
FROM accrual a WHERE {_IN_CHUNK}
"""  # noqa: S608 - our own words
_HISTORY = """
SELECT m.value_date, sum(CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END)::bigint
FROM entry e JOIN movement m ON m.id = e.movement
WHERE e.account = %s AND e.sequence <= %s GROUP BY 1
"""
_VERSIONS_OF = """
SELECT h.since, v.terms::text FROM account_version h JOIN product_version v ON v.id = h.version
WHERE h.account = %s
"""
_TO_PAY = f"""
SELECT a.account, {WHOLE_EARNED}::bigint, {WHOLE_OWED}::bigint
FROM accrual a WHERE a.version = %s AND a.account > %s AND ({WHOLE_EARNED} > 0 OR {WHOLE_OWED} > 0)
ORDER BY a.account LIMIT %s FOR NO KEY UPDATE
"""  # noqa: S608 - our own words
_SETTLE = f"""
WITH settled AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
        AS t (account, paid, tax, charged)
), kept AS (
    INSERT INTO interest_posting (account, until, paid, tax, charged, booked_on)
    SELECT account, %s, paid, tax, charged, %s FROM settled
    ON CONFLICT (account, until) DO UPDATE SET paid = interest_posting.paid + excluded.paid,
        tax = interest_posting.tax + excluded.tax, charged = interest_posting.charged + excluded.charged
)
UPDATE accrual SET earned = earned - settled.paid * {PARTS}::numeric,
    owed = owed - settled.charged * {PARTS}::numeric
FROM settled WHERE accrual.account = settled.account
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Chunk:
    """Accounts of one version, after one and up to another."""

    version: int
    after: str
    last: str
    accounts: int

    def parameters(self, **more: object) -> dict[str, object]:
        """As the statements name them."""
        return {"version": self.version, "after": self.after, "last": self.last, **more}


def list_versions() -> list[tuple[int, str, Terms]]:
    """Every version of every product that has accounts to be looked at: id, currency, terms."""
    found = ProductVersion.objects.select_related("product").order_by("id")
    return [(version.id, version.product.currency, read(version.terms)) for version in found]


def next_chunk(*, version: int, after: str, size: int) -> Chunk | None:
    """The next accounts of a version; None when there are no more."""
    ((last, count),) = _rows(_LAST_OF_CHUNK, [version, after, size])
    return Chunk(version, after, last, count) if count else None


def count_accounts() -> int:
    """How many accounts have interest to be looked at."""
    return Accrual.objects.count()


def read_fresh(chunk: Chunk, *, day: date) -> list[str]:
    """Count the entries that are new since the last run and bear interest by this day; keep the others for theirs.

    One pass, a row of each account written once. Answers the accounts with an entry that bears interest
    from a day that was accrued already.
    """
    found = _rows(_READ_FRESH, chunk.parameters(day=day, active=list(ACTIVE_KINDS)))
    return [account for (account,) in found]


def count_entries(chunk: Chunk, *, day: date) -> None:
    """Let the entries that waited for this day bear interest."""
    _do(_COUNT_ENTRIES, chunk.parameters(day=day))


def accrue(chunk: Chunk, *, terms: Terms, day: date, following: date) -> None:
    """Every account of the chunk earns, or owes, for a day."""
    statement = f"""
UPDATE accrual a SET earned = a.earned + {_earned(terms, day)}, owed = a.owed + {_owed(terms, day)},
    accrued_until = %(following)s
WHERE {_IN_CHUNK} AND a.accrued_until = %(day)s
"""  # noqa: S608 - our own words and numbers
    _do(statement, chunk.parameters(day=day, following=following))


def _earned(terms: Terms, day: date) -> str:
    """What a day earns, as SQL; the same as domain.interest.earned_on."""
    weight, basis = day_in_years(day, terms.day_count)
    base = f"a.value_balance::numeric * {PARTS}"
    if terms.compounding == "daily":
        base = f"({base} + greatest(a.earned, 0))"
    own = f"CASE WHEN a.rate IS NOT NULL THEN {base} * a.rate ELSE {_at_tiers(terms, base)} END"
    least = max(terms.minimum_balance, 1)
    return f"CASE WHEN a.value_balance >= {least} THEN div(({own}) * {weight}, {PER_RATE * basis}) ELSE 0 END"


def _at_tiers(terms: Terms, base: str) -> str:
    if not terms.tiers:
        return "0"
    if len(terms.tiers) == 1:
        return f"{base} * {terms.tiers[0].rate}"
    if terms.tier_method == "whole":
        cases = [
            f"WHEN {base} <= {t.up_to * PARTS} THEN {t.rate}" for t in terms.tiers if t.up_to is not None
        ]
        return f"{base} * CASE {' '.join(cases)} ELSE {terms.tiers[-1].rate} END"
    slices, begin = [], 0
    for tier in terms.tiers:
        end = base if tier.up_to is None else f"least({base}, {tier.up_to * PARTS})"
        slices.append(f"greatest({end} - {begin * PARTS}, 0) * {tier.rate}")
        begin = tier.up_to or 0
    return " + ".join(slices)


def _owed(terms: Terms, day: date) -> str:
    """What an overdrawn day costs, as SQL; the same as domain.interest.owed_on."""
    if not terms.overdraft_rate:
        return "0"
    weight, basis = day_in_years(day, terms.day_count)
    by_year = f"-a.value_balance::numeric * {PARTS} * {terms.overdraft_rate * weight}"
    return f"CASE WHEN a.value_balance < 0 THEN div({by_year}, {PER_RATE * basis}) ELSE 0 END"


def whole_sums(chunk: Chunk) -> tuple[int, int]:
    """Minor units earned and owed by the accounts of a chunk together, each rounded for itself."""
    ((earned, owed),) = _rows(_SUMS, chunk.parameters())
    return int(earned), int(owed)


@dataclass(frozen=True, slots=True)
class History:
    """All that an account's interest depends on."""

    changes: Mapping[date, int]
    terms: Mapping[date, Terms]
    settled: Mapping[date, tuple[int, int]]
    rate: int | None
    accrued_until: date


def history_of(account: str) -> History:
    """What happened on an account, as far as it was read."""
    ((sequence, rate, until),) = _rows(
        "SELECT sequence, rate, accrued_until FROM accrual WHERE account = %s", [account]
    )
    settled = _rows("SELECT until, paid, charged FROM interest_posting WHERE account = %s", [account])
    return History(
        changes=dict(_rows(_HISTORY, [account, sequence])),
        terms={since: _terms(text) for since, text in _rows(_VERSIONS_OF, [account])},
        settled={on: (paid, charged) for on, paid, charged in settled},
        rate=rate,
        accrued_until=until,
    )


def _terms(text: str) -> Terms:

    return read(msgspec.json.decode(text))


def lock(account: str) -> Accrual | None:
    """An account's accrual, locked until the transaction ends; lock it before the balance row."""
    return Accrual.objects.select_for_update(no_key=True).filter(account_id=account).first()


def set_standing(account: str, *, earned: int, owed: int) -> None:
    """Replace what was earned and owed by what was recomputed."""
    _do("UPDATE accrual SET earned = %s, owed = %s WHERE account = %s", [earned, owed, account])


def lock_to_pay(*, version: int, after: str, limit: int) -> list[tuple[str, int, int]]:
    """Accounts of a version with interest to be paid or charged, locked: account, earned, owed; minor units."""
    return [tuple(row) for row in _rows(_TO_PAY, [version, after, limit])]


def settle(lines: Sequence[tuple[str, int, int, int]], *, until: date, booked_on: date) -> None:
    """Remember what was paid, taxed and charged (account, paid, tax, charged), and count it as settled."""
    if lines:
        columns: list[list[Any]] = [list(column) for column in zip(*lines, strict=True)]
        _do(_SETTLE, [*columns, until, booked_on])


def forget(account: str) -> None:
    """A closed account earns nothing any more."""
    EntryAhead.objects.filter(account=account).delete()
    Accrual.objects.filter(account_id=account).delete()


def _rows(query: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _do(query: str, parameters: Sequence[Any] | Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)


def begin(account: str, *, version: ProductVersion, on: date, rate: int | None) -> None:
    """A new account earns from this day on."""
    Accrual.objects.create(account_id=account, version=version, rate=rate, accrued_until=on, active_on=on)
    AccountVersion.objects.create(account=account, since=on, version=version)


def set_rate(account: str, rate: int) -> None:
    """The rate of a deposit that is renewed."""
    Accrual.objects.filter(account_id=account).update(rate=rate)


def wake(account: str, *, on: date) -> None:
    """Its holder did something: the days of silence are counted anew."""
    _do("UPDATE accrual SET active_on = greatest(active_on, %s) WHERE account = %s", [on, account])


def find(account: str) -> Accrual | None:
    """How far an account's interest has come; None of a closed account."""
    return Accrual.objects.filter(account_id=account).first()


def list_postings(account: str, *, limit: int) -> list[InterestPosting]:
    """Interest that was paid and charged, newest first."""
    return list(InterestPosting.objects.filter(account=account).order_by("-until")[:limit])
