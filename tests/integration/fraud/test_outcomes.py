"""What payment says became of attempts, applied to a real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from arhan.contracts.payment import OrderCompleted, OrderDeclined, OrderReviewed
from arhan.fraud.domain.history import PayerHistory
from arhan.fraud.service.outcomes import record_outcomes
from arhan.kernel.clock import now, rfc3339
from arhan.kernel.inbox import Batch, Inbox
from arhan.kernel.outbox import Event
from tests.fraud_payments import payment, somebody
from tests.integration.fraud.test_deciding import decided, desks, history

if TYPE_CHECKING:
    import psycopg

    from arhan.contracts.fraud import Decision, Screening
    from arhan.contracts.payment import OrderSettled
    from arhan.fraud.store.connections import Office


def told(
    fact: type[OrderSettled], screening: Screening, *, code: str = "", at: datetime | None = None
) -> Event:
    order = fact(
        id=screening.payment,
        kind=screening.kind,  # type: ignore[arg-type]
        payer_account=screening.payer_account,
        payer_customer=screening.payer_customer,
        payee_account=screening.payee_account,
        payee_customer=screening.payee_customer,
        amount=screening.amount,
        currency=screening.currency,
        created_at=screening.created_at,
        decided_at=rfc3339(at or now()),
        code=code,
        card=screening.card,
    )
    return Event(
        position=1,
        id="evt_1",
        source="/payment",
        type=fact.event_type(),
        subject=order.id,
        time=order.decided_at,
        traceparent="",
        data=msgspec.to_builtins(order),
    )


def hear(office: Office, *events: Event) -> None:
    with office.begin() as cursor:
        record_outcomes(cursor, events)


def status(database: psycopg.Connection[Any], screening: Screening) -> Any:
    return database.execute(
        "SELECT status, code FROM payment_outcome WHERE payment = %s", (screening.payment,)
    ).fetchone()


def test_the_newest_word_about_a_payment_is_kept(office: Office, database: psycopg.Connection[Any]) -> None:
    asked = payment(somebody("ada"))
    hear(office, told(OrderReviewed, asked, code="under_review"))
    assert status(database, asked) == ("review_required", "under_review")
    hear(office, told(OrderCompleted, asked))
    assert status(database, asked) == ("completed", "")


def test_a_card_refused_by_its_issuer_is_counted_among_the_declined_of_the_card(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    card, payer = f"card_{somebody('visa')}", somebody("ada")
    asked = payment(payer, kind="card_payment", card=card)
    hear(office, told(OrderDeclined, asked, code="wrong_cvv"))
    allowed = payment(payer, kind="card_payment", card=card)
    assert [d.outcome for d in decided(database_url, allowed)] == ["allow"]
    assert on_card(database, card) == (1, 1)


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("insufficient_funds", (1, 0)),
        ("card_amount_limit", (0, 0)),
        ("online_payments_off", (0, 0)),
    ],
)
def test_what_a_cards_own_rules_refused_is_no_sign_of_a_stranger(
    office: Office, database: psycopg.Connection[Any], database_url: str, code: str, counted: tuple[int, int]
) -> None:
    card, payer = f"card_{somebody('visa')}", somebody("ada")
    screened, refused = (payment(payer, kind="card_payment", card=card) for _ in range(2))
    decided(database_url, screened)
    hear(office, told(OrderDeclined, screened, code=code))
    assert on_card(database, card) == counted
    if code != "insufficient_funds":
        hear(office, told(OrderDeclined, refused, code=code))
        assert on_card(database, card) == counted


def test_what_we_declined_is_counted_once_on_the_card_too(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    card, payer = f"card_{somebody('visa')}", somebody("ada")
    huge = payment(payer, naira=10_000_001, kind="card_payment", card=card)
    decided(database_url, huge)
    hear(office, told(OrderDeclined, huge, code="declined_by_screening"))
    assert on_card(database, card) == (1, 0)


def on_card(database: psycopg.Connection[Any], card: str) -> tuple[int, int]:
    """Attempts with a card in the last hour: declined, and those that may have moved money."""
    row = database.execute(
        "SELECT history::text FROM payer_history WHERE customer = %s AND currency = 'NGN'", (card,)
    ).fetchone()
    assert row is not None
    kept = msgspec.json.decode(row[0], type=PayerHistory)
    found = kept.within("1h", at=int(now().timestamp()))
    return found.declined, found.count


def test_a_payee_is_known_a_day_after_the_first_payment_that_went_through(
    office: Office, database_url: str
) -> None:
    ada = somebody("ada")
    long_ago = now() - timedelta(hours=25)

    def large() -> str:
        return decided(database_url, payment(ada, "bola", 600_000))[0].outcome

    assert large() == "step_up"
    hear(office, told(OrderDeclined, payment(ada, "bola", 1), at=long_ago))
    assert large() == "step_up"
    hear(office, told(OrderCompleted, payment(ada, "bola", 1)))
    assert large() == "step_up"
    hear(office, told(OrderCompleted, payment(ada, "bola", 1), at=long_ago))
    assert large() == "allow"


def test_an_attempt_the_books_refused_is_counted_among_the_declined(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    ada = somebody("ada")
    moved, refused = payment(ada, naira=30), payment(ada, naira=50)
    decided(database_url, moved, refused)
    hear(office, told(OrderCompleted, moved), told(OrderDeclined, refused, code="insufficient_funds"))
    counted = history(database, ada).within("24h", at=int(now().timestamp()))
    assert (counted.count, counted.total, counted.declined) == (1, 3_000, 1)


def test_an_attempt_we_declined_is_counted_once(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    ada = somebody("ada")
    huge = payment(ada, naira=10_000_001)
    decided(database_url, huge)
    hear(office, told(OrderDeclined, huge, code="declined_by_screening"))
    counted = history(database, ada).within("24h", at=int(now().timestamp()))
    assert (counted.count, counted.declined) == (0, 1)


def test_news_of_payments_never_screened_harms_nothing(office: Office) -> None:
    hear(office, told(OrderDeclined, payment(somebody("ada"))))
    hear(
        office,
        told(OrderCompleted, payment(kind="deposit", payer_customer="", payer_account="bank_cash_ngn")),
    )


def test_a_payment_held_while_we_were_silent_gets_a_case(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    asked = payment(somebody("ada"), naira=70)
    for _ in range(2):
        hear(office, told(OrderReviewed, asked))
    found = database.execute(
        "SELECT c.status, d.outcome, d.revision, d.reasons -> 0 ->> 'rule' FROM fraud_case c"
        " JOIN decision d ON d.id = c.decision_id WHERE c.payment = %s",
        (asked.payment,),
    ).fetchall()
    assert found == [("open", "review", 1, "held_without_answer")]
    assert decided(database_url, asked)[0].outcome == "review"


def test_a_payment_we_allowed_too_late_is_held_all_the_same(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    asked = payment(somebody("ada"), naira=70)
    assert decided(database_url, asked)[0].outcome == "allow"
    hear(office, told(OrderReviewed, asked))
    assert decided(database_url, asked)[0].outcome == "review"


def test_a_payment_we_sent_to_review_has_one_case(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    asked = payment(somebody("ada"), naira=3_000_000)
    decided(database_url, asked)
    hear(office, told(OrderReviewed, asked))
    cases = database.execute(
        "SELECT count(*) FROM fraud_case WHERE payment = %s", (asked.payment,)
    ).fetchone()
    assert cases == (1,)


def test_a_batch_delivered_twice_is_applied_once(office: Office, database: psycopg.Connection[Any]) -> None:
    ada = somebody("ada")
    event = told(OrderCompleted, payment(ada, "bola"))
    publisher = f"payment-{ada}"
    inbox = Inbox(begin=office.begin, apply=record_outcomes, feed=_no_feed)
    for _ in range(2):
        inbox.receive(Batch(publisher=publisher, after=0, through=1, events=[event]))
    row = database.execute("SELECT payments FROM pair_history WHERE payer_customer = %s", (f"usr_{ada}",))
    assert row.fetchone() == (1,)


def _no_feed(*, publisher: str, after: int, limit: int) -> Batch:
    return Batch(publisher=publisher, after=after, through=after, events=[])


def test_hearing_and_deciding_at_once_lose_no_count(
    office: Office, database: psycopg.Connection[Any], database_url: str
) -> None:
    """Declined attempts come off the history while the same payer goes on paying."""
    ada = somebody("ada")
    refused = [payment(ada, naira=1.01) for _ in range(20)]
    going_on = [payment(ada, naira=1.01) for _ in range(20)]
    decided(database_url, *refused)

    async def both() -> list[list[Decision]]:
        async with desks(database_url) as (desk,):
            hearing = [asyncio.to_thread(hear, office, told(OrderDeclined, each)) for each in refused]
            deciding = [desk.decide([each]) for each in going_on]
            done = await asyncio.gather(*hearing, *deciding)
            return [each for each in done if each is not None]

    asyncio.run(both())

    counted = history(database, ada).within("30d", at=int(datetime.now(UTC).timestamp()))
    assert (counted.count, counted.declined) == (20, 20)
