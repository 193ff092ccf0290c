"""A business: it applies, two people at the bank verify it, its signatories come in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

_numbers = count(100_000)


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


def apply(office: AccountOffice, who: Somebody, *, status: int = 201, **changes: Any) -> Any:
    body = {
        "registered_name": "Okafor & Sons Ltd",
        "registration_number": f"RC{next(_numbers)}",
        "product": "current",
        "signatures": 2,
    }
    return office.post("/v1/businesses", who, body | changes, status=status)


def verify(office: AccountOffice, business: str, *signatories: Somebody) -> str:
    """The account, after two people's yes."""
    for person in signatories:
        office.get("/v1/parties", person)
    desk, second = office.staff("support"), office.staff("risk")
    wanted = {"signatories": [{"person": p.id} for p in signatories], "reason": "Found in the register"}
    proposed = office.post(f"/v1/businesses/{business}/verification", desk, wanted, status=202)
    office.post(f"/v1/proposals/{proposed['id']}/approve", desk, {"reason": "."}, status=403)
    done = office.post(f"/v1/proposals/{proposed['id']}/approve", second, {"reason": "Seen, too"})
    account: str = done["result"]["account"]
    return account


def join(office: AccountOffice, account: str, who: Somebody) -> None:
    (party,) = [p for p in office.get("/v1/parties", who)["items"] if p["account"] == account]
    proof = office.proof(who, "join_account", reference=party["id"])
    office.post(f"/v1/parties/{party['id']}/accept", who, {"proof": proof, "pin": "2468"})


def test_with_the_second_yes_its_account_is_open_and_its_signatories_invited(office: AccountOffice) -> None:
    ada, bola = office.customer("Ada Eze"), office.customer("Bola Ade")
    business = apply(office, ada)
    assert (business["state"], business["account"]) == ("applied", None)
    account = verify(office, business["id"], ada, bola)
    office.get(f"/v1/accounts/{account}", ada, status=404)
    join(office, account, ada)
    join(office, account, bola)
    shown = office.get(f"/v1/accounts/{account}", ada)
    assert (shown["name"], shown["customer"], shown["signatures"]) == ("Okafor & Sons Ltd", business["id"], 2)
    assert shown["balance"] == 0, "a business is not welcomed with a bonus"
    found = office.resolve(payer_account=account, person=bola.id, session="ses_b", pin="2468")
    assert (found["code"], found["signatures"], found["payer"]["name"]) == ("", 2, "Okafor & Sons Ltd")
    statement = office.ask(
        "GET", f"/v1/accounts/{account}/statement?since=2026-01-01&until=2026-12-31&format=camt053", bola
    )
    assert b"Okafor &amp; Sons Ltd" in statement.content
    assert office.get(f"/v1/businesses/{business['id']}", bola)["state"] == "verified"


def test_the_bank_appoints_and_ends_its_signatories(office: AccountOffice) -> None:
    ada, bola, chi = (office.customer(name) for name in ("Ada Eze", "Bola Ade", "Chi Obi"))
    account = verify(office, apply(office, ada, signatures=1)["id"], ada, bola)
    join(office, account, ada)
    join(office, account, bola)
    office.get("/v1/parties", chi)
    wanted = {"person": chi.id, "role": "viewer"}
    path = f"/v1/accounts/{account}/parties"
    assert office.post(path, ada, wanted, status=403)["code"] == "account_role_insufficient"
    desk = office.staff("support")
    assert office.post(path, desk, wanted | {"reason": "Board resolution"}, status=201)["state"] == "invited"
    (of_bola,) = [p for p in office.get(path, ada)["items"] if p["person"] == bola.id]
    end = f"/v1/parties/{of_bola['id']}/end"
    assert office.post(end, ada, status=403)["code"] == "account_role_insufficient"
    assert office.post(end, desk, {"reason": "Left the firm"})["state"] == "ended"


def test_a_registration_number_leads_to_one_business_unless_it_was_turned_away(office: AccountOffice) -> None:
    ada, desk = office.customer(), office.staff("support")
    first = apply(office, ada)
    again = {"registration_number": first["registration_number"]}
    assert apply(office, office.customer(), status=409, **again)["code"] == "business_known"
    refused = office.post(f"/v1/businesses/{first['id']}/refuse", desk, {"reason": "Not in the register"})
    assert refused["state"] == "refused"
    path = f"/v1/businesses/{first['id']}/refuse"
    assert office.post(path, desk, {"reason": "Again"}, status=409)["code"] == "business_decided"
    apply(office, office.customer(), **again)


def test_approved_twice_it_is_opened_once(office: AccountOffice) -> None:
    ada, desk, second = office.customer("Ada Eze"), office.staff("support"), office.staff("risk")
    business = apply(office, ada, signatures=1)
    wanted = {"signatories": [{"person": ada.id}], "reason": "Found in the register"}
    path = f"/v1/businesses/{business['id']}/verification"
    proposed = [office.post(path, desk, wanted, status=202)["id"] for _ in range(2)]
    office.post(f"/v1/proposals/{proposed[0]}/approve", second, {"reason": "Yes"})
    answer = office.post(f"/v1/proposals/{proposed[1]}/approve", second, {"reason": "Yes"}, status=409)
    assert answer["code"] == "business_decided"
    rows = office.sql("SELECT count(*) FROM account WHERE customer = %s", business["id"])
    assert rows == [[1]]


def test_too_few_signatories_are_not_put_forward(office: AccountOffice) -> None:
    ada, desk = office.customer(), office.staff("support")
    business = apply(office, ada)
    wanted = {"signatories": [{"person": ada.id}], "reason": "Found in the register"}
    answer = office.post(f"/v1/businesses/{business['id']}/verification", desk, wanted, status=409)
    assert answer["code"] == "too_few_signatories"


def test_somebody_elses_business_is_not_there(office: AccountOffice) -> None:
    business = apply(office, office.customer())
    stranger = office.customer()
    office.get(f"/v1/businesses/{business['id']}", stranger, status=404)
    assert office.get("/v1/businesses", stranger)["items"] == []
    assert apply(office, stranger, status=422, product="target")["code"] == "product_not_found"
