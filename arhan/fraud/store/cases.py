"""Cases: the queue, one case's file, and what its resolution leaves behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from arhan.contracts.fraud import Reason
from arhan.fraud.domain.cases import Case, CaseFile, Explained

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg import Cursor

    from arhan.contracts.fraud import DecisionOutcome
    from arhan.fraud.domain.cases import Verdict

_COLUMNS = """
    c.id, c.payment, c.status, c.opened_at, d.kind, d.payer_account, d.payer_customer, d.payee_account,
    d.payee_customer, d.amount, d.currency, d.reasons::text, c.proposed_by, c.proposed_at, c.verdict, c.note,
    c.resolved_by, c.resolved_at
"""
_FROM = " FROM fraud_case c JOIN decision d ON d.id = c.decision_id "
_REASONS_AT = Case.__struct_fields__.index("reasons")

_decode_reasons = msgspec.json.Decoder(list[Reason]).decode
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


def list_cases(cursor: Cursor[Any], *, status: str, customer: str, after: str, limit: int) -> list[Case]:
    """Cases older than the one named, newest first; of one status and one customer, or of any."""
    cursor.execute(
        "SELECT" + _COLUMNS + _FROM + " WHERE (%(status)s = '' OR c.status = %(status)s)"
        " AND (%(customer)s = '' OR %(customer)s IN (d.payer_customer, d.payee_customer))"
        " AND (%(after)s = '' OR c.id < %(after)s) ORDER BY c.id DESC LIMIT %(limit)s",
        {"status": status, "customer": customer, "after": after, "limit": limit},
    )
    return [_case(row) for row in cursor.fetchall()]


def lock_case(cursor: Cursor[Any], id_: str) -> Case | None:
    """One case, which nobody else resolves until the transaction ends."""
    cursor.execute("SELECT" + _COLUMNS + _FROM + " WHERE c.id = %s FOR NO KEY UPDATE OF c", (id_,))
    row = cursor.fetchone()
    return _case(row) if row else None


def get_file(cursor: Cursor[Any], id_: str) -> CaseFile | None:
    """A case with its evidence and its rules' words for analysts."""
    cursor.execute(
        "SELECT d.id, coalesce(d.evidence::text, '{}'), d.context::text, coalesce(o.status, ''),"
        + _COLUMNS
        + _FROM
        + " LEFT JOIN payment_outcome o ON o.payment = c.payment WHERE c.id = %s",
        (id_,),
    )
    row = cursor.fetchone()
    if row is None:
        return None
    decision, evidence, context, payment_status, *columns = row
    case = _case(columns)
    return CaseFile(
        case=case,
        decision=decision,
        explanations=_explain(cursor, case.reasons),
        evidence=_decode_object(evidence),
        context=_decode_object(context),
        payment_status=payment_status,
    )


def propose_release(cursor: Cursor[Any], id_: str, *, note: str, person: str, at: datetime) -> None:
    """The first of the two people who let held money go."""
    cursor.execute(
        "UPDATE fraud_case SET status = 'release_proposed', proposed_by = %s, proposed_at = %s, note = %s"
        " WHERE id = %s",
        (person, at, note, id_),
    )


def resolve(cursor: Cursor[Any], id_: str, *, verdict: Verdict, note: str, person: str, at: datetime) -> None:
    """End a case; a note adds to what the first person wrote."""
    cursor.execute(
        "UPDATE fraud_case SET status = 'resolved', verdict = %s, resolved_by = %s, resolved_at = %s,"
        " note = concat_ws(E'\\n', nullif(note, ''), nullif(%s, '')) WHERE id = %s",
        (verdict, person, at, note, id_),
    )


def supersede_decision(
    cursor: Cursor[Any],
    case: Case,
    *,
    id_: str,
    outcome: DecisionOutcome,
    reasons: Sequence[Reason],
    person: str,
    at: datetime,
    expires_at: datetime | None,
) -> None:
    """What the person decided stands from now on for whoever asks about this payment."""
    cursor.execute(
        "INSERT INTO decision (id, payment, revision, fingerprint, outcome, payer_customer, payer_account,"
        " payee_customer, payee_account, amount, currency, kind, context, reasons, decided_at, expires_at,"
        " decided_by) SELECT %s, payment, revision + 1, fingerprint, %s, payer_customer, payer_account,"
        " payee_customer, payee_account, amount, currency, kind, context, %s, %s, %s, %s"
        " FROM decision WHERE id = (SELECT decision_id FROM fraud_case WHERE id = %s)",
        (id_, outcome, msgspec.json.encode(reasons).decode(), at, expires_at, person, case.id),
    )


def _explain(cursor: Cursor[Any], reasons: Sequence[Reason]) -> list[Explained]:
    cursor.execute(
        "SELECT v.rule, v.version, v.explanation FROM unnest(%s::text[], %s::int[])"
        " WITH ORDINALITY AS hit (rule, version, n) JOIN rule_version v USING (rule, version) ORDER BY n",
        ([reason.rule for reason in reasons], [reason.version for reason in reasons]),
    )
    return [
        Explained(rule=rule, version=version, explanation=words) for rule, version, words in cursor.fetchall()
    ]


def _case(row: Sequence[Any]) -> Case:
    found = dict(zip(Case.__struct_fields__, row, strict=True))
    return Case(**found | {"reasons": _decode_reasons(row[_REASONS_AT])})
