"""What people are told: each thing once, to whom it concerns and nobody else, and as they chose."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from arhan.contracts.account import AccountStatusChanged, NoticeRaised
from arhan.contracts.payment import (
    OrderApprovalLapsed,
    OrderApprovalRequired,
    OrderApproved,
    OrderCompleted,
    OrderDeclined,
    OrderReviewed,
    StandingOrderMissed,
)
from arhan.kernel.inbox import pack
from tests.integration.identity.test_letters import newest_letter

if TYPE_CHECKING:
    from arhan.contracts.payment import OrderKind
    from arhan.kernel.outbox import Fact
    from tests.integration.identity.conftest import Identity, Person

_positions = {name: itertools.count(1) for name in ("account", "payment")}
_orders = itertools.count(1)
AT = "2026-11-22T18:00:00Z"


def hear(identity: Identity, *facts: Fact, publisher: str = "payment") -> str:
    """Deliver these events as the next batch; the batch, to deliver it again."""
    positions = [next(_positions[publisher]) for _ in facts]
    events = [
        {
            "position": position,
            "id": f"evt_{publisher}_{position}",
            "source": f"/{publisher}",
            "type": fact.event_type(),
            "subject": fact.event_subject(),
            "time": AT,
            "traceparent": "",
            "data": msgspec.to_builtins(fact),
        }
        for position, fact in zip(positions, facts, strict=True)
    ]
    batch = pack(publisher=publisher, after=positions[0] - 1, through=positions[-1], events=events)
    deliver(identity, batch)
    return batch


def deliver(identity: Identity, batch: str) -> None:
    assert identity.http.post("/events", content=batch).status_code == 204


def order(
    payer: Person | None,
    payee: Person | None,
    *,
    of: type[OrderCompleted | OrderDeclined | OrderReviewed] = OrderCompleted,
    kind: OrderKind = "transfer",
    amount: int = 25_000,
    code: str = "",
) -> OrderCompleted | OrderDeclined | OrderReviewed:
    return of(
        id=f"pay_{next(_orders):026d}",
        kind=kind,
        payer_account="acc_payer",
        payer_customer=payer.id if payer else "",
        payee_account="acc_payee",
        payee_customer=payee.id if payee else "",
        amount=amount,
        currency="NGN",
        created_at=AT,
        decided_at=AT,
        code=code,
    )


def told(identity: Identity, token: str, query: str = "") -> dict[str, Any]:
    answer = identity.get(f"/v1/notifications{query}", token=token)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def access(identity: Identity, person: Person) -> str:
    return str(identity.sign_in(person)["access_token"])


def kinds(found: dict[str, Any]) -> list[str]:
    return [item["kind"] for item in found["items"]]


def test_both_sides_of_a_payment_are_told_once_however_often_it_is_heard(identity: Identity) -> None:
    payer, payee = identity.customer("ada"), identity.customer("bola")
    paid = order(payer, payee)
    batch = hear(identity, paid)
    deliver(identity, batch)
    hear(identity, paid)  # as after the loss of the cursor: another position, the same payment
    (sent,) = told(identity, access(identity, payer))["items"]
    (received,) = told(identity, access(identity, payee))["items"]
    assert (sent["kind"], sent["name"], sent["amount"], sent["currency"]) == (
        "money_sent",
        "Bola A***",
        25_000,
        "NGN",
    )
    assert (received["kind"], received["name"], received["subject"]) == (
        "money_received",
        "Ada Adeyemi",
        paid.id,
    )


@pytest.mark.parametrize(
    ("of", "kind", "to_payer", "to_payee"),
    [
        (OrderCompleted, "transfer", ["money_sent"], ["money_received"]),
        (OrderCompleted, "card_payment", ["card_used"], ["money_received"]),
        (OrderCompleted, "loan_repayment", ["instalment_paid"], []),
        (OrderCompleted, "loan_disbursement", [], ["loan_paid_out"]),
        (OrderCompleted, "deposit", [], ["cash_deposited"]),
        (OrderCompleted, "refund", ["refund_sent"], ["refund_received"]),
        (OrderCompleted, "standing_order", ["standing_order_paid"], ["money_received"]),
        (OrderDeclined, "transfer", ["payment_declined"], []),
        (OrderDeclined, "card_payment", ["card_declined"], []),
        (OrderDeclined, "loan_repayment", ["instalment_missed"], []),
        (OrderDeclined, "standing_order", ["standing_order_failed"], []),
        (OrderReviewed, "transfer", ["payment_in_review"], []),
    ],
)
def test_what_became_of_a_payment(
    identity: Identity,
    of: type[OrderCompleted | OrderDeclined | OrderReviewed],
    kind: OrderKind,
    to_payer: list[str],
    to_payee: list[str],
) -> None:
    payer, payee = identity.customer(), identity.customer("bola")
    hear(identity, order(payer, payee, of=of, kind=kind))
    assert kinds(told(identity, access(identity, payer))) == to_payer
    assert kinds(told(identity, access(identity, payee))) == to_payee


def test_the_banks_own_sides_and_strangers_are_told_nothing_and_harm_nobody(identity: Identity) -> None:
    payee = identity.customer()
    stranger = OrderCompleted(**(msgspec.structs.asdict(order(None, payee)) | {"payer_customer": "usr_gone"}))
    hear(identity, order(None, payee, kind="deposit"), stranger)
    assert sorted(kinds(told(identity, access(identity, payee)))) == ["cash_deposited", "money_received"]


def test_a_payment_to_sign_is_told_to_everybody_who_may_and_its_end_to_who_made_it(
    identity: Identity,
) -> None:
    maker, chi, dayo, payee = (identity.customer(name) for name in ("ada", "chi", "dayo", "bola"))
    firm = msgspec.structs.asdict(order(None, payee)) | {"payer_customer": "biz_1", "initiator": maker.id}
    waits = OrderApprovalRequired(**firm | {"approvers": [chi.id, dayo.id], "code": "signatures_needed"})
    hear(identity, waits)
    hear(identity, waits)
    for signatory in (chi, dayo):
        (asked,) = told(identity, access(identity, signatory))["items"]
        assert (asked["kind"], asked["subject"]) == ("approval_wanted", waits.id)
        assert (asked["name"], asked["amount"], asked["topic"]) == ("Ada Adeyemi", 25_000, "approvals")
    assert "Ada Adeyemi asks you to sign a payment of NGN 250.00" in newest_letter(
        identity, chi.email, "Your signature is wanted"
    )
    assert told(identity, access(identity, maker))["items"] == []
    hear(identity, OrderApproved(**firm | {"id": "pay_a"}))
    hear(identity, OrderDeclined(**firm | {"id": "pay_b", "code": "declined_by_signatory"}))
    hear(identity, OrderApprovalLapsed(**firm | {"id": "pay_c", "code": "not_approved"}))
    hear(identity, OrderDeclined(**firm | {"id": "pay_d", "code": "withdrawn"}))
    hear(identity, OrderDeclined(**firm | {"id": "pay_e", "code": "insufficient_funds"}))
    found = [(item["subject"], item["kind"]) for item in told(identity, access(identity, maker))["items"]]
    assert found == [
        ("pay_e", "payment_declined"),
        ("pay_c", "payment_not_approved"),
        ("pay_b", "payment_not_approved"),
        ("pay_a", "payment_approved"),
    ]


def test_an_owner_hears_once_of_what_they_made_and_too_of_what_another_made(identity: Identity) -> None:
    owner, holder, payee = (identity.customer(name) for name in ("ada", "chi", "bola"))
    made = msgspec.structs.asdict(order(owner, payee, of=OrderDeclined, code="declined_by_signatory"))
    hear(identity, OrderDeclined(**made | {"initiator": owner.id}))
    assert kinds(told(identity, access(identity, owner))) == ["payment_not_approved"]
    hear(identity, OrderDeclined(**made | {"id": "pay_z", "initiator": holder.id}))
    assert kinds(told(identity, access(identity, owner))) == ["payment_declined", "payment_not_approved"]
    assert kinds(told(identity, access(identity, holder))) == ["payment_not_approved"]


def test_between_ones_own_accounts_one_notice_is_enough(identity: Identity) -> None:
    saver = identity.customer()
    hear(identity, order(saver, saver))
    assert kinds(told(identity, access(identity, saver))) == ["money_sent"]


def test_unread_ones_are_counted_and_read_one_by_one_or_up_to_what_was_seen(identity: Identity) -> None:
    payer, payee = identity.customer(), identity.customer("bola")
    hear(identity, *[order(payer, payee) for _ in range(3)])
    token = access(identity, payee)
    found = told(identity, token)
    assert found["unread"] == 3
    newest, middle, oldest = (item["id"] for item in found["items"])
    assert identity.post(f"/v1/notifications/{oldest}/read", token=token).status_code == 204
    assert identity.post(f"/v1/notifications/{oldest}/read", token=token).status_code == 204
    assert identity.get("/v1/notifications/unread", token=token).json() == {"unread": 2}
    assert [item["id"] for item in told(identity, token, "?unread=true")["items"]] == [newest, middle]
    assert identity.post("/v1/notifications/reads", {"through": middle}, token=token).status_code == 204
    assert identity.get("/v1/notifications/unread", token=token).json() == {"unread": 1}


def test_somebody_elses_are_not_there(identity: Identity) -> None:
    payer, payee, stranger = identity.customer(), identity.customer("bola"), identity.customer("eve")
    hear(identity, order(payer, payee))
    (item,) = told(identity, access(identity, payee))["items"]
    eve = access(identity, stranger)
    assert told(identity, eve)["items"] == []
    answer = identity.post(f"/v1/notifications/{item['id']}/read", token=eve)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    identity.post("/v1/notifications/reads", {"through": item["id"]}, token=eve)
    assert told(identity, access(identity, payee))["unread"] == 1


def test_pages_follow_each_other_without_gap_or_repeat(identity: Identity) -> None:
    payer, payee = identity.customer(), identity.customer("bola")
    paid = [order(payer, payee) for _ in range(5)]
    hear(identity, *paid)
    token = access(identity, payee)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = told(identity, token, f"?limit=2&after={after}")
        seen += [item["subject"] for item in page["items"]]
        after = page["next"]
    assert seen == [each.id for each in reversed(paid)]


def test_how_to_be_told_is_the_persons_choice_but_not_about_their_safety(identity: Identity) -> None:
    payer, payee = identity.customer(), identity.customer("bola")
    token = access(identity, payee)
    usual = identity.get("/v1/me/notification-preferences", token=token).json()["items"]
    assert {"topic": "money_in", "in_app": True, "email": False, "fixed": False} in usual
    wishes = [
        {"topic": "money_in", "in_app": False, "email": True},
        {"topic": "security", "in_app": False, "email": False},
    ]
    chosen = identity.http.put(
        "/v1/me/notification-preferences",
        json={"items": wishes},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["items"]
    assert {"topic": "money_in", "in_app": False, "email": True, "fixed": False} in chosen
    assert {"topic": "security", "in_app": True, "email": True, "fixed": True} in chosen
    batch = hear(identity, order(payer, payee, amount=1_234_567))
    deliver(identity, batch)
    assert told(identity, token) == {"items": [], "next": None, "unread": 0}
    letter = newest_letter(identity, payee.email, "You received money")
    assert "NGN 12,345.67 from Alice Adeyemi" in letter
    assert letter.count("You received") == 1
    (letters,) = identity.database.execute(
        "SELECT count(*) FROM mailbox WHERE address = %s AND subject = 'You received money'", [payee.email]
    ).fetchall()
    assert letters == (1,)


def test_what_account_raises_is_told_and_a_dated_notice_once(identity: Identity) -> None:
    borrower = identity.customer()
    due = NoticeRaised(
        id="loan_1",
        customer=borrower.id,
        kind="instalment_due",
        amount=862_742,
        currency="NGN",
        due_on="2026-12-01",
    )
    answered = NoticeRaised(id="tkt_1", customer=borrower.id, kind="ticket_answered", name="Charged twice")
    hear(identity, due, answered, publisher="account")
    hear(identity, due, answered, publisher="account")
    found = told(identity, access(identity, borrower))
    assert sorted(kinds(found)) == ["instalment_due", "ticket_answered", "ticket_answered"]
    assert "NGN 8,627.42 will be collected on 2026-12-01" in newest_letter(
        identity, borrower.email, "An instalment falls due"
    )


def test_a_standing_order_given_up_is_told_with_its_payee_and_its_day(identity: Identity) -> None:
    payer = identity.customer()
    missed = StandingOrderMissed(
        id="sto_1",
        customer=payer.id,
        payee_name="Landlord",
        amount=5_000_000,
        currency="NGN",
        due_date="2026-12-01",
        code="insufficient_funds",
    )
    hear(identity, missed)
    hear(identity, missed)
    (item,) = told(identity, access(identity, payer))["items"]
    assert (item["kind"], item["name"], item["due_on"], item["state"]) == (
        "standing_order_failed",
        "Landlord",
        "2026-12-01",
        "insufficient_funds",
    )


def test_a_freeze_is_told_unless_it_is_ones_own(identity: Identity) -> None:
    owner = identity.customer()
    by = {"id": "acc_1", "customer": owner.id, "status": "frozen", "reason": ""}
    own = AccountStatusChanged(**by, changed_by=owner.id)
    banks = AccountStatusChanged(**by, changed_by="usr_clerk")
    hear(identity, own, banks, publisher="account")
    (item,) = told(identity, access(identity, owner))["items"]
    assert (item["kind"], item["state"], item["subject"]) == ("account_changed", "frozen", "acc_1")


def test_a_new_device_is_told_in_the_portal_too(identity: Identity) -> None:
    alice = identity.customer()
    access(identity, alice)
    tokens = identity.post(
        "/v1/tokens",
        {"username": alice.username, "password": alice.password},
        x_forwarded_for="10.99.1.1",
        user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    ).json()
    (item,) = told(identity, tokens["access_token"])["items"]
    assert (item["kind"], item["topic"]) == ("new_device", "security")


def test_only_people_who_are_signed_in_are_told(identity: Identity) -> None:
    assert identity.get("/v1/notifications").status_code == 401
