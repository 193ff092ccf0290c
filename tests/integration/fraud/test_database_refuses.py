"""What the database refuses by itself, should the code above it be wrong one day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors

from tests.fraud_payments import payment, somebody
from tests.integration.fraud.test_deciding import decided

if TYPE_CHECKING:
    from arhan.contracts.fraud import Screening


@pytest.fixture
def held(database_url: str) -> Screening:
    asked = payment(somebody("ada"), naira=3_000_000)
    decided(database_url, asked)
    return asked


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decision SET outcome = 'allow' WHERE payment = %(payment)s",
        "DELETE FROM decision WHERE payment = %(payment)s",
        "UPDATE rule_version SET definition = '{}' WHERE rule = 'amount_limit'",
        "UPDATE rule_version SET outcome = 'allow' WHERE rule = 'amount_limit'",
        "DELETE FROM rule_version WHERE rule = 'amount_limit'",
        "UPDATE rule_change SET person = 'somebody else'",
    ],
)
def test_what_was_decided_is_not_changed(
    database: psycopg.Connection[Any], held: Screening, statement: str
) -> None:
    with pytest.raises(errors.RestrictViolation):
        database.execute(statement, {"payment": held.payment})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_version SET promoted_by = created_by WHERE rule = 'amount_limit'",
        "UPDATE rule_version SET promoted_by = '' WHERE rule = 'amount_limit'",
        "UPDATE rule_version SET state = 'asleep' WHERE rule = 'amount_limit'",
        (
            "UPDATE fraud_case SET status = 'resolved', verdict = 'release', resolved_by = 'usr_one',"
            " proposed_by = 'usr_one' WHERE payment = %(payment)s"
        ),
        (
            "UPDATE fraud_case SET status = 'resolved', verdict = 'release', resolved_by = 'usr_one'"
            " WHERE payment = %(payment)s"
        ),
        "UPDATE fraud_case SET status = 'resolved', verdict = 'decline' WHERE payment = %(payment)s",
        "UPDATE fraud_case SET verdict = 'decline' WHERE payment = %(payment)s",
    ],
)
def test_nothing_comes_into_force_without_a_second_person(
    database: psycopg.Connection[Any], held: Screening, statement: str
) -> None:
    with pytest.raises(errors.CheckViolation):
        database.execute(statement, {"payment": held.payment})


def test_a_resolved_case_is_over(database: psycopg.Connection[Any], held: Screening) -> None:
    database.execute(
        "UPDATE fraud_case SET status = 'resolved', verdict = 'decline', resolved_by = 'usr_one'"
        " WHERE payment = %s",
        (held.payment,),
    )
    with pytest.raises(errors.RestrictViolation):
        database.execute(
            "UPDATE fraud_case SET note = 'Changed my mind.' WHERE payment = %s", (held.payment,)
        )


def test_a_payment_has_one_open_case_and_one_decision_per_revision(
    database: psycopg.Connection[Any], held: Screening
) -> None:
    for table in ("fraud_case", "decision"):
        columns = [
            row[0]
            for row in database.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
            ).fetchall()
        ]
        values = ", ".join("'another'" if name == "id" else f'"{name}"' for name in columns)
        copy = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE payment = %s"  # noqa: S608
        with pytest.raises(errors.UniqueViolation):
            database.execute(copy.encode(), (held.payment,))
