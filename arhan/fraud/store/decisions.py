"""The hot path's queries: lock payers, read all that is known about a batch, keep what was decided.

Everything is set-based: the number of statements does not depend on the size of the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.fraud import Reason
from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.domain.screening import Memory, PayerKey, Standing, card_key, is_judged, payer_key
from arhan.fraud.store import locks
from arhan.kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from psycopg import AsyncConnection, AsyncCursor

    from arhan.contracts.fraud import Screening
    from arhan.fraud.domain.screening import Decided

_READ = """
SELECT s.payment, s.payer, s.currency, s.payee,
       history.history::text, extract(epoch FROM pair.first_paid_at)::bigint,
       standing.id, standing.revision, standing.fingerprint, standing.outcome,
       standing.reasons::text, standing.decided_at, standing.expires_at,
       (SELECT max(id) FROM rule_change)
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[]) AS s (payment, payer, currency, payee)
LEFT JOIN payer_history history ON history.customer = s.payer AND history.currency = s.currency
LEFT JOIN pair_history pair ON pair.payer_customer = s.payer AND pair.payee_account = s.payee
LEFT JOIN LATERAL (
    SELECT * FROM decision WHERE decision.payment = s.payment ORDER BY revision DESC LIMIT 1
) standing ON true
"""

_READ_CARDS = """
SELECT customer, currency, history::text FROM payer_history
JOIN unnest(%b::text[], %b::text[]) AS wanted (customer, currency) USING (customer, currency)
"""

# Types as COPY sends them. JSON comes encoded already: psycopg's own "json" would quote the text once more.
DECISION_COLUMNS = {
    "id": "text",
    "payment": "text",
    "revision": "int2",
    "fingerprint": "bytea",
    "outcome": "text",
    "payer_customer": "text",
    "payer_account": "text",
    "payee_customer": "text",
    "payee_account": "text",
    "amount": "int8",
    "currency": "text",
    "kind": "text",
    "context": "text",
    "reasons": "text",
    "watched": "text",
    "evidence": "text",
    "decided_at": "timestamptz",
    "expires_at": "timestamptz",
    "decided_by": "text",
}
_COPY = f"COPY decision ({', '.join(DECISION_COLUMNS)}) FROM STDIN (FORMAT binary)"
_TYPES = list(DECISION_COLUMNS.values())

SAVE_HISTORIES = """
INSERT INTO payer_history (customer, currency, history)
SELECT customer, currency, history::json
FROM unnest(%b::text[], %b::text[], %b::text[]) AS changed (customer, currency, history)
ON CONFLICT (customer, currency) DO UPDATE SET history = excluded.history
"""

OPEN_CASES = """
INSERT INTO fraud_case (id, decision_id, payment, status, opened_at, proposed_by, verdict, note, resolved_by)
SELECT id, decision, payment, 'open', opened_at, '', '', '', ''
FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[]) AS c (id, decision, payment, opened_at)
"""

_CONTEXT = (
    "session",
    "device",
    "address",
    "tier",
    "channel",
    "card",
    "card_bin",
    "card_last4",
    "mcc",
    "country",
    "created_at",
    "payer_opened_at",
)

_decode_history = msgspec.json.Decoder(PayerHistory).decode
_decode_reasons = msgspec.json.Decoder(list[Reason]).decode
_encode = msgspec.json.Encoder().encode


async def lock_payers(connection: AsyncConnection[Any], screenings: Sequence[Screening]) -> None:
    """Wait for whoever is deciding about the same payers; payments nobody is judged for lock themselves."""
    names = [
        locks.history_lock(payer_key(screening)) if is_judged(screening) else screening.payment
        for screening in screenings
    ]
    await connection.execute(locks.TAKE, (names,))


async def read_memory(
    connection: AsyncConnection[Any], screenings: Sequence[Screening]
) -> tuple[Memory, int]:
    """What is known about these payments, their payers and pairs, and the number of the rule book in force.

    One query, and one more where cards pay. The caller holds the payers' locks.
    """
    keys = [payer_key(screening) for screening in screenings]
    cursor = connection.cursor(binary=True)
    await cursor.execute(
        _READ,
        (
            [screening.payment for screening in screenings],
            [key.customer for key in keys],
            [key.currency for key in keys],
            [screening.payee_account for screening in screenings],
        ),
    )
    rows = await cursor.fetchall()
    memory = Memory()
    change = 0
    for row in rows:
        change = row[-1] or 0
        _remember(memory, row)
    await _read_cards(cursor, memory, {key for s in screenings if (key := card_key(s)) is not None})
    return memory, change


async def _read_cards(cursor: AsyncCursor[Any], memory: Memory, keys: Collection[PayerKey]) -> None:
    """What was done with these cards."""
    if keys:
        await cursor.execute(_READ_CARDS, ([key.customer for key in keys], [key.currency for key in keys]))
        for card, currency, history in await cursor.fetchall():
            memory.histories[PayerKey(card, currency)] = _decode_history(history)


def _remember(memory: Memory, row: Sequence[Any]) -> None:
    payment, payer, currency, payee, history, paid_since = row[:6]
    key = PayerKey(payer, currency)
    if history is not None and key not in memory.histories:
        memory.histories[key] = _decode_history(history)
    if paid_since is not None:
        memory.payee_paid_since[payer, payee] = paid_since
    if row[6] is not None:
        memory.standing[payment] = _standing(payment, row[6:13])


def _standing(payment: str, row: Sequence[Any]) -> Standing:
    id_, revision, mark, outcome, reasons, decided_at, expires_at = row
    return Standing(
        id=id_,
        payment=payment,
        revision=revision,
        fingerprint=bytes(mark),
        outcome=outcome,
        reasons=_decode_reasons(reasons),
        decided_at=decided_at,
        expires_at=expires_at,
    )


async def keep_decisions(connection: AsyncConnection[Any], made: Sequence[Decided]) -> None:
    """Write new decisions with one binary COPY."""
    async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for decided in made:
            await copy.write_row(decision_row(decided))


def decision_row(decided: Decided) -> tuple[Any, ...]:
    """A decision in the order of DECISION_COLUMNS."""
    screening = decided.screening
    return (
        decided.id,
        decided.payment,
        decided.revision,
        decided.fingerprint,
        decided.outcome,
        screening.payer_customer,
        screening.payer_account,
        screening.payee_customer,
        screening.payee_account,
        screening.amount,
        screening.currency,
        screening.kind,
        _json({name: value for name in _CONTEXT if (value := getattr(screening, name))}),
        _json(decided.reasons) if decided.reasons else "[]",
        _json(decided.watched) if decided.watched else None,
        _json(decided.evidence) if decided.evidence else None,
        decided.decided_at,
        decided.expires_at,
        decided.decided_by,
    )


def _json(value: object) -> str:
    return _encode(value).decode()


async def save_histories(
    connection: AsyncConnection[Any], histories: Mapping[PayerKey, PayerHistory]
) -> None:
    """Write payers' histories back; the caller holds their locks."""
    await connection.execute(SAVE_HISTORIES, history_columns(histories))


def history_columns(histories: Mapping[PayerKey, PayerHistory]) -> tuple[list[str], list[str], list[str]]:
    """The arrays SAVE_HISTORIES takes."""
    return (
        [key.customer for key in histories],
        [key.currency for key in histories],
        [_json(history) for history in histories.values()],
    )


async def open_cases(connection: AsyncConnection[Any], reviewed: Sequence[Decided]) -> None:
    """One case for each payment that a person must look at."""
    await connection.execute(OPEN_CASES, case_columns(reviewed))


def case_columns(reviewed: Sequence[Decided]) -> tuple[list[Any], ...]:
    """The arrays OPEN_CASES takes."""
    return (
        [new_id("cas") for _ in reviewed],
        [decided.id for decided in reviewed],
        [decided.payment for decided in reviewed],
        [decided.decided_at for decided in reviewed],
    )
