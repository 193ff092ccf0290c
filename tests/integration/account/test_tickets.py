"""A customer asks, the desk answers: the thread, the queue, the clock, the attachments."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from arhan.account.domain import tickets as rules
from arhan.kernel.ids import new_id
from tests.account_office import AccountOffice
from tests.unit.kernel.test_documents import png

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

MONDAY = "2026-03-02T09:00"


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


@pytest.fixture
def ada(office: AccountOffice) -> Somebody:
    office.go_to(MONDAY)
    return office.customer()


@pytest.fixture
def desk(office: AccountOffice) -> Somebody:
    return office.staff("support")


def ask(office: AccountOffice, who: Somebody, **particulars: object) -> dict[str, Any]:
    body = {"subject": "transaction", "title": "Paid twice?", "body": "I see my payment twice."} | particulars
    found: dict[str, Any] = office.post("/v1/tickets", who, body, status=201)
    return found


def verb(office: AccountOffice, ticket: dict[str, Any], what: str, who: Somebody, body: object = None) -> Any:
    status = 201 if what == "messages" else 200
    return office.post(f"/v1/tickets/{ticket['id']}/{what}", who, body, status=status)


def picture() -> bytes:
    """The smallest whole PNG there is."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def test_from_question_to_thanks(office: AccountOffice, ada: Somebody, desk: Somebody) -> None:
    payment, account = new_id("pay"), office.open_account(ada)
    ticket = ask(office, ada, complaint=True, payment=payment, account=account)
    assert (ticket["status"], ticket["priority"], ticket["payment"]) == ("new", "high", payment)
    assert (ticket["respond_by"], ticket["resolve_by"]) == ("2026-03-02T11:00:00Z", "2026-03-04T09:00:00Z")

    taken = verb(office, ticket, "assign", desk, {"assignee": desk.id})
    assert (taken["status"], taken["assignee"]) == ("open", desk.id)
    verb(office, ticket, "messages", desk, {"body": "Looks like the shop's doing.", "internal": True})
    verb(office, ticket, "messages", desk, {"body": "Which shop was it?"})
    office.go_to("2026-03-03T09:00")
    assert office.get(f"/v1/tickets/{ticket['id']}", ada)["status"] == "waiting"
    verb(office, ticket, "messages", ada, {"body": "Shoprite, Ikeja."})

    seen = office.get(f"/v1/tickets/{ticket['id']}", ada)
    assert [m["body"] for m in seen["messages"]] == [
        "I see my payment twice.",
        "Which shop was it?",
        "Shoprite, Ikeja.",
    ], "what staff write among themselves the customer does not see"
    assert len(office.get(f"/v1/tickets/{ticket['id']}", desk)["messages"]) == 4
    assert seen["resolve_by"] == "2026-03-05T09:00:00Z", (
        "a working day's wait for the customer is not the bank's"
    )

    resolved = verb(office, ticket, "resolve", desk, {"remarks": "The shop gave one of the two back."})
    assert (resolved["status"], resolved["remarks"]) == ("resolved", "The shop gave one of the two back.")
    verb(office, ticket, "messages", ada, {"body": "It has not come."})
    assert office.get(f"/v1/tickets/{ticket['id']}", ada)["status"] == "open"
    verb(office, ticket, "resolve", desk, {"remarks": "It came today."})
    assert verb(office, ticket, "close", ada)["status"] == "closed"
    office.post(f"/v1/tickets/{ticket['id']}/messages", ada, {"body": "Thanks"}, status=409)
    told = office.sql(
        "SELECT type, data::json->>'kind' FROM outbox WHERE subject = %s ORDER BY id", ticket["id"]
    )
    facts = [type_ for type_, _ in told if type_ != "account.notice.raised"]
    assert facts == ["account.ticket.opened"] + ["account.ticket.changed"] * 7
    assert [kind for _, kind in told if kind] == ["ticket_answered", "ticket_resolved", "ticket_resolved"]


def test_a_ticket_is_its_customers_and_the_desks(
    office: AccountOffice, ada: Somebody, desk: Somebody
) -> None:
    ticket, other = ask(office, ada), office.customer("Chidi Eze")
    path = f"/v1/tickets/{ticket['id']}"
    office.get(path, other, status=404)
    office.post(f"{path}/messages", other, {"body": "Me too"}, status=404)
    office.post(f"{path}/close", other, status=404)
    office.post(f"{path}/assign", ada, {"assignee": None}, status=403)
    office.post(f"{path}/resolve", office.staff("auditor"), {"remarks": "no"}, status=403)
    office.post(f"{path}/close", desk, status=409)
    assert office.get("/v1/tickets", other)["items"] == []
    assert [t["id"] for t in office.get("/v1/tickets", ada)["items"]] == [ticket["id"]]


def test_a_ticket_refers_to_what_is_the_customers_own(office: AccountOffice, ada: Somebody) -> None:
    theirs = office.open_account(office.customer("Chidi Eze"))
    body = {"subject": "account", "title": "Whose?", "body": "What is on it?", "account": theirs}
    assert office.post("/v1/tickets", ada, body, status=422)["code"] == "link_not_yours"
    office.post("/v1/tickets", ada, body | {"account": "acc_1"}, status=400)


def test_a_ticket_refers_to_no_card_but_ones_own(office: AccountOffice, ada: Somebody) -> None:
    body = {"subject": "card", "title": "Whose card?", "body": "Please block it.", "card": new_id("card")}
    assert office.post("/v1/tickets", ada, body, status=422)["code"] == "link_not_yours"
    account = office.open_account(ada)
    mine = a_card(office, ada, account)
    assert ask(office, ada, **body | {"card": mine})["card"] == mine
    chidi = office.customer("Chidi Eze")
    assert office.post("/v1/tickets", chidi, body | {"card": mine}, status=422)["code"] == "link_not_yours"


def a_card(office: AccountOffice, who: Somebody, account: str) -> str:
    card = new_id("card")
    office.sql(
        "INSERT INTO card (id, account, customer, kind, variant, bin, last4, expires_on, name, state, reason,"
        " changed_by, changed_at, issued_at, number_ciphertext, key_id, number_index, controls, bank_controls)"
        " VALUES (%s, %s, %s, 'virtual', 'standard', '222399', '0000', '2031-01-31', '', 'open', '', '', now(),"
        " now(), '', '', %s::bytea, '{}', '{}')",
        card,
        account,
        who.id,
        card,
    )
    return card


def test_the_time_in_which_it_seemed_resolved_is_not_the_banks(
    office: AccountOffice, ada: Somebody, desk: Somebody
) -> None:
    ticket = ask(office, ada)
    assert ticket["resolve_by"] == "2026-03-09T09:00:00Z", "five working days"
    office.go_to("2026-03-03T09:00")
    verb(office, ticket, "resolve", desk, {"remarks": "It was a display error."})
    office.go_to("2026-03-24T09:00")
    verb(office, ticket, "messages", ada, {"body": "It is there again."})
    again = office.get(f"/v1/tickets/{ticket['id']}", ada)
    assert (again["status"], again["overdue"]) == ("open", False)
    assert working_days_left(again["resolve_by"]) == 4, "one of the five was spent"


def working_days_left(resolve_by: str) -> int:
    """From the 24th of March on."""
    until = datetime.fromisoformat(resolve_by)
    return rules.working_s(datetime(2026, 3, 24, 9, tzinfo=UTC), until) // rules.A_DAY_S


def test_the_desk_searches_its_queue(office: AccountOffice, ada: Somebody, desk: Somebody) -> None:
    words = new_id("w")
    low = ask(office, ada, subject="other", title=f"Opening hours {words}")
    urgent = ask(office, ada, subject="card", body=f"My card is gone {words}")
    verb(office, low, "messages", desk, {"body": f"a secret {words}x", "internal": True})

    def found(query: str, who: Somebody = desk) -> list[str]:
        return [t["id"] for t in office.get(f"/v1/tickets?{query}", who)["items"]]

    assert found(f"query={words}") == [urgent["id"], low["id"]]
    assert found(f"query={words}&sort=due") == [urgent["id"], low["id"]], "the sooner due comes first"
    assert found(f"query={words}&sort=due&after={urgent['id']}") == [low["id"]]
    assert found(f"query={words}&subject=card") == [urgent["id"]]
    assert found(f"query={words}&assignee=nobody&open=true") == [urgent["id"], low["id"]]
    assert found(f"query={words}x") == [low["id"]]
    assert found(f"query={words}x", ada) == [], "customers do not search what they do not see"
    page = office.get(f"/v1/tickets?query={words}&limit=1", desk)
    assert [t["id"] for t in page["items"]] == [urgent["id"]]
    assert found(f"query={words}&limit=1&after={page['next']}") == [low["id"]]

    assert found(f"query={words}&overdue=true") == []
    office.go_to("2026-03-02T15:00")
    assert found(f"query={words}&overdue=true") == [urgent["id"]], "nobody has answered for six hours"
    assert office.get(f"/v1/tickets/{urgent['id']}", ada)["overdue"] is True
    raised = verb(office, low, "priority", desk, {"priority": "urgent"})
    assert (raised["priority"], raised["respond_by"], raised["overdue"]) == (
        "urgent",
        "2026-03-02T10:00:00Z",
        True,
    )


def test_attachments_are_checked_encrypted_and_the_parties_own(
    office: AccountOffice, ada: Somebody, desk: Somebody
) -> None:
    ticket = ask(office, ada)
    message = ticket["messages"][0]["id"]
    path = f"/v1/tickets/{ticket['id']}/messages/{message}/attachments"

    def send(content: bytes, who: Somebody, kind: str = "image/png") -> int:
        return office.ask("POST", path, who, content=content, content_type=kind).status

    assert send(b"MZ" + bytes(100), ada) == 422
    assert send(picture(), ada, "text/html") == 422
    assert send(picture(), desk) == 404, "to the customer's message only the customer attaches"
    assert send(picture(), ada) == 201
    (attached,) = office.get(f"/v1/tickets/{ticket['id']}", desk)["messages"][0]["attachments"]
    shown = office.ask("GET", f"/v1/tickets/{ticket['id']}/attachments/{attached['id']}", desk)
    assert (shown.status, shown.content, shown.headers["X-Content-Type-Options"]) == (
        200,
        picture(),
        "nosniff",
    )
    elsewhere = ask(office, ada)
    assert office.ask("GET", f"/v1/tickets/{elsewhere['id']}/attachments/{attached['id']}", ada).status == 404
    ((sealed,),) = office.sql("SELECT encode(sealed, 'escape') FROM document WHERE id = %s", attached["id"])
    assert "PNG" not in sealed


def test_an_attachment_sent_again_is_the_one_that_is_there(office: AccountOffice, ada: Somebody) -> None:
    """Whose answer was lost sends it again, under whatever key; ten different ones are enough."""
    ticket = ask(office, ada)
    second = verb(office, ticket, "messages", ada, {"body": "And this is the slip."})["id"]
    first = ticket["messages"][0]["id"]

    def send(message: str, content: bytes, who: Somebody = ada) -> Any:
        path = f"/v1/tickets/{ticket['id']}/messages/{message}/attachments"
        answer = office.ask("POST", path, who, content=content, content_type="image/png")
        return answer.json().get("id") if answer.status == 201 else answer.json()["code"]

    kept = send(first, png())
    assert [send(first, png()) for _ in range(2)] == [kept, kept]
    assert send(second, png()) != kept, "of another message it is another"
    others = [send(first, png(width=width)) for width in range(4, 13)]
    assert len({kept, *others}) == 10
    assert send(first, png(width=13)) == "too_many_documents"
    assert send(first, png()) == kept
    shown = office.get(f"/v1/tickets/{ticket['id']}", ada)["messages"]
    attached = {message["id"]: [each["id"] for each in message["attachments"]] for message in shown}
    assert set(attached[first]) == {kept, *others}
    assert (len(attached[first]), len(attached[second])) == (10, 1)


def test_twenty_open_tickets_are_the_most(office: AccountOffice) -> None:
    asking = office.customer("Chidi Eze")
    first, *_ = [ask(office, asking) for _ in range(20)]
    body = {"subject": "other", "title": "One more", "body": "Please"}
    assert office.post("/v1/tickets", asking, body, status=422)["code"] == "too_many_tickets"
    verb(office, first, "close", asking)
    ask(office, asking)
