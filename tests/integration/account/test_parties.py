"""Joint holders and signatories: asked in, in, out; and what they may do meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

PIN = "2468"


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


@dataclass
class Household:
    """Ada's account, and Bola who may be asked in."""

    office: AccountOffice
    ada: Somebody
    bola: Somebody
    account: str

    def invite(
        self, role: str = "joint_holder", *, who: Somebody | None = None, status: int = 201, **more: Any
    ) -> Any:
        guest = who or self.bola
        self.office.get("/v1/parties", guest)  # the office learns the name
        proof = self.office.proof(self.ada, "invite_to_account", payee=guest.id, reference=self.account)
        body = {"person": guest.id, "role": role, "proof": proof} | more
        return self.office.post(f"/v1/accounts/{self.account}/parties", self.ada, body, status=status)

    def accept(
        self, party: str, *, who: Somebody | None = None, pin: str | None = PIN, status: int = 200
    ) -> Any:
        guest = who or self.bola
        proof = self.office.proof(guest, "join_account", reference=party)
        return self.office.post(
            f"/v1/parties/{party}/accept", guest, {"proof": proof, "pin": pin}, status=status
        )

    def join(self, role: str = "joint_holder", *, who: Somebody | None = None, **more: Any) -> str:
        party: str = self.invite(role, who=who, **more)["id"]
        self.accept(party, who=who, pin=None if role == "viewer" else PIN)
        return party

    def resolve(self, who: Somebody, pin: str = PIN) -> dict[str, Any]:
        return self.office.resolve(payer_account=self.account, person=who.id, session=who.session, pin=pin)

    def name(self) -> str:
        found: str = self.office.get(f"/v1/accounts/{self.account}", self.ada)["name"]
        return found

    def two_sign(self) -> None:
        proof = self.office.proof(self.ada, "change_mandate", reference=self.account)
        self.office.put(f"/v1/accounts/{self.account}/mandate", self.ada, {"signatures": 2, "proof": proof})


@pytest.fixture
def home(office: AccountOffice) -> Household:
    ada, bola = office.customer("Ada Eze"), office.customer("Bola Ade")
    return Household(office, ada, bola, office.open_account(ada, money=1_000_00))


def test_an_invitation_is_nothing_before_it_is_accepted(home: Household) -> None:
    party = home.invite()
    assert (party["state"], party["name"]) == ("invited", "Bola Ade")
    home.office.get(f"/v1/accounts/{home.account}", home.bola, status=404)
    assert home.resolve(home.bola)["code"] == "account_not_found"
    (mine,) = home.office.get("/v1/parties", home.bola)["items"]
    assert (mine["id"], mine["account_name"]) == (party["id"], "Ada Eze")
    assert home.name() == "Ada Eze"


def test_a_joint_holder_sees_the_account_and_pays_with_a_pin_of_their_own(home: Household) -> None:
    home.join()
    assert home.office.get(f"/v1/accounts/{home.account}", home.bola)["balance"] == 2_000_00
    assert [a["id"] for a in home.office.get("/v1/accounts", home.bola)["items"]] == [home.account]
    home.office.get(f"/v1/accounts/{home.account}/entries", home.bola)
    assert home.name() == "Ada Eze and Bola Ade"
    assert home.resolve(home.bola)["code"] == ""
    assert home.resolve(home.bola, pin="0427")["code"] == "wrong_pin", "Ada's PIN is not Bola's"
    assert home.resolve(home.ada, pin="0427")["code"] == ""


def test_each_party_is_let_do_what_the_table_says_and_no_more(home: Household) -> None:
    viewer, signatory = home.office.customer("Vi Ewer"), home.office.customer("Sig Natory")
    home.join("viewer", who=viewer)
    home.join("signatory", who=signatory, payment_limit=500_00)
    path = f"/v1/accounts/{home.account}"
    assert home.resolve(viewer)["code"] == "account_role_insufficient"
    assert home.resolve(signatory)["payment_limit"] == 500_00
    for verb in ("freeze", "close"):
        assert home.office.post(f"{path}/{verb}", viewer, status=403)["code"] == "account_role_insufficient"
    home.office.put(f"{path}/limits", signatory, {"day": 1}, status=403)
    home.office.post(
        "/v1/cards", signatory, {"account": home.account, "type": "virtual", "pin": PIN}, status=403
    )
    home.office.post(f"{path}/freeze", signatory)
    assert home.office.post(f"{path}/unfreeze", home.ada)["status"] == "active", (
        "what a holder froze, another lets go"
    )
    told = home.office.get(f"{path}/parties", signatory)
    assert (told["role"], told["permitted"]) == ("signatory", ["view", "pay", "approve", "freeze"])
    stranger = home.office.customer()
    for refused in (home.office.get(f"{path}/parties", stranger, status=404),):
        assert refused["code"] == "not_found"


def test_who_is_asked_in_is_told_by_whom_and_as_what(home: Household) -> None:
    party = home.invite("signatory")
    ((told,),) = home.office.sql(
        "SELECT data::text FROM outbox WHERE type = 'account.notice.raised' AND subject = %s", party["id"]
    )
    notice = json.loads(told)
    assert (notice["customer"], notice["kind"]) == (home.bola.id, "account_invitation")
    assert (notice["name"], notice["state"]) == ("Ada Eze", "signatory")


def test_where_several_sign_it_is_told_who_does_and_up_to_how_much(home: Household) -> None:
    viewer, signatory = home.office.customer("Vi Ewer"), home.office.customer("Sig Natory")
    home.join("viewer", who=viewer)
    home.join("signatory", who=signatory, payment_limit=500_00)
    home.join("joint_holder")
    assert home.resolve(home.ada, pin="0427")["signatories"] == {}, "one signs alone"
    home.two_sign()
    home.invite("signatory", who=home.office.customer("Not Yet"))
    signing = {home.ada.id: None, signatory.id: 500_00, home.bola.id: None}
    assert home.resolve(home.ada, pin="0427")["signatories"] == signing
    assert home.resolve(signatory)["signatories"] == signing


def test_everybody_is_told_who_froze_it_and_whether_they_can_let_it_go(home: Household) -> None:
    viewer = home.office.customer("Vi Ewer")
    home.join()
    home.join("viewer", who=viewer)
    path = f"/v1/accounts/{home.account}"

    def seen(who: Somebody) -> tuple[str, str, bool]:
        found = home.office.get(path, who)
        return found["frozen_by"], found["frozen_by_name"], found["may_unfreeze"]

    assert seen(home.ada) == ("", "", False)
    home.office.post(f"{path}/freeze", home.bola)
    assert seen(home.ada) == seen(home.bola) == ("holder", "Bola Ade", True)
    assert seen(viewer) == ("holder", "Bola Ade", False)
    home.office.post(f"{path}/unfreeze", viewer, status=403)
    home.office.post(f"{path}/unfreeze", home.ada)
    home.office.post(f"{path}/freeze", home.ada)
    assert seen(home.bola) == ("holder", "Ada Eze", True), "one name, though two hold it"
    desk = home.office.staff("admin")
    home.office.post(f"{path}/freeze", desk, {"reason": "A court's order"})
    assert seen(home.ada) == seen(home.bola) == seen(desk) == ("bank", "", False)
    assert home.office.post(f"{path}/unfreeze", home.bola, status=409)["code"] == "frozen_by_bank"


def test_a_confirmation_is_for_this_person_on_this_account_and_once(home: Household) -> None:
    ada, other = home.ada, home.office.customer("Chi Obi")
    home.office.get("/v1/parties", other)
    proof = home.office.proof(ada, "invite_to_account", payee=other.id, reference=home.account)
    assert home.invite(status=422, proof=proof)["code"] == "proof_invalid", "another was confirmed"
    body = {"person": other.id, "role": "viewer", "proof": proof}
    path = f"/v1/accounts/{home.account}/parties"
    party = home.office.post(path, ada, body, status=201)["id"]
    home.office.post(f"/v1/parties/{party}/end", ada)
    assert home.office.post(path, ada, body, status=422)["code"] == "proof_used"
    thief = replace(home.bola, session="ses_other")
    party = home.invite()["id"]
    stolen = home.office.proof(thief, "join_account", reference=party)
    answer = home.office.post(
        f"/v1/parties/{party}/accept", home.bola, {"proof": stolen, "pin": PIN}, status=422
    )
    assert answer["code"] == "proof_invalid"


def test_nobody_answers_for_somebody_else(home: Household) -> None:
    party = home.invite()["id"]
    other = home.office.customer("Chi Obi")
    home.accept(party, who=other, status=404)
    home.office.post(f"/v1/parties/{party}/decline", home.ada, status=404)
    home.office.post(f"/v1/parties/{party}/end", other, status=404)


def test_accepted_at_once_and_again_it_happens_once(home: Household) -> None:
    party = home.invite()["id"]
    assert home.accept(party, pin=None, status=422)["code"] == "pin_required"
    assert home.accept(party)["state"] == "active"
    assert home.accept(party)["state"] == "active"
    assert home.name() == "Ada Eze and Bola Ade"
    assert home.invite(status=409)["code"] == "already_party"
    assert home.office.post(f"/v1/parties/{party}/decline", home.bola, status=409)["code"] == "not_invited"


def test_a_declined_invitation_is_over(home: Household) -> None:
    party = home.invite()["id"]
    assert home.office.post(f"/v1/parties/{party}/decline", home.bola)["state"] == "declined"
    assert home.accept(party, status=409)["code"] == "not_invited"
    home.invite()


def test_who_leaves_is_out_at_once_even_of_a_payment_under_way(home: Household) -> None:
    party = home.join()
    proved = home.resolve(home.bola)["pin_version"]
    home.office.post(f"/v1/parties/{party}/end", home.bola)
    home.office.get(f"/v1/accounts/{home.account}", home.bola, status=404)
    assert home.resolve(home.bola)["code"] == "account_not_found"
    assert home.resolve(home.ada, pin="0427")["pin_version"] > proved, "the proof Bola had counts no more"
    assert home.name() == "Ada Eze"


def test_a_joint_holder_is_not_put_out_by_the_owner_alone(home: Household) -> None:
    party = home.join()
    path = f"/v1/parties/{party}/end"
    assert home.office.post(path, home.ada, status=409)["code"] == "holder_must_agree"
    desk = home.office.staff("support")
    home.office.post(path, desk, status=400)
    assert home.office.post(path, desk, {"reason": "Court order"})["state"] == "ended"


def test_a_wrong_pin_blocks_its_own_party_only(home: Household) -> None:
    home.join()
    for left in (2, 1, 0):
        assert home.resolve(home.bola, pin="0000")["tries_left"] == left
    assert home.resolve(home.bola)["code"] == "pin_blocked"
    assert home.resolve(home.ada, pin="0427")["code"] == ""
    path = f"/v1/accounts/{home.account}/pin"
    party = home.office.get(f"/v1/accounts/{home.account}/parties", home.ada)["items"][0]["id"]
    desk = home.office.staff("support")
    home.office.post(path, desk, {"new_pin": "1357", "reason": "Forgot it", "party": party})
    assert home.resolve(home.bola, pin="1357")["code"] == ""
    home.office.post(path, home.bola, {"current_pin": "1357", "new_pin": "8642"})
    assert home.resolve(home.bola, pin="8642")["code"] == ""
    assert home.resolve(home.ada, pin="0427")["code"] == ""


def test_holders_ask_for_more_signatures_and_only_the_bank_for_fewer(home: Household) -> None:
    path = f"/v1/accounts/{home.account}/mandate"
    wanted = {"signatures": 2, "proof": home.office.proof(home.ada, "change_mandate", reference=home.account)}
    assert home.office.put(path, home.ada, wanted, status=409)["code"] == "too_few_signatories"
    party = home.join()
    home.two_sign()
    assert home.resolve(home.bola)["signatures"] == 2
    wanted = {"signatures": 1, "proof": home.office.proof(home.ada, "change_mandate", reference=home.account)}
    assert home.office.put(path, home.ada, wanted, status=409)["code"] == "mandate_loosened"
    assert home.office.post(f"/v1/parties/{party}/end", home.bola, status=409)["code"] == "mandate_needs_them"
    desk, second = home.office.staff("support"), home.office.staff("support")
    proposed = home.office.put(path, desk, {"signatures": 1, "reason": "Both came in"}, status=202)
    home.office.post(f"/v1/proposals/{proposed['id']}/approve", desk, {"reason": "."}, status=403)
    home.office.post(f"/v1/proposals/{proposed['id']}/approve", second, {"reason": "Seen both"})
    assert home.resolve(home.bola)["signatures"] == 1


def test_where_two_sign_one_alone_has_no_card_and_does_not_close(home: Household) -> None:
    home.join()
    home.two_sign()
    card = {"account": home.account, "type": "virtual", "pin": PIN}
    assert home.office.post("/v1/cards", home.ada, card, status=409)["code"] == "signatures_needed"
    answer = home.office.post(f"/v1/accounts/{home.account}/close", home.ada, status=409)
    assert answer["code"] == "signatures_needed"


def test_an_account_with_a_card_is_not_put_under_two_signatures(home: Household) -> None:
    home.office.post(
        "/v1/cards", home.ada, {"account": home.account, "type": "virtual", "pin": PIN}, status=201
    )
    home.join()
    wanted = {"signatures": 2, "proof": home.office.proof(home.ada, "change_mandate", reference=home.account)}
    answer = home.office.put(f"/v1/accounts/{home.account}/mandate", home.ada, wanted, status=409)
    assert answer["code"] == "cards_pay_alone"


def test_two_offices_ask_the_same_person_in_at_once(
    account_environment: dict[str, str], home: Household
) -> None:
    with AccountOffice.open(account_environment) as second:
        homes = [home, replace(home, office=second)]

        def ask(each: Household) -> int:
            each.office.get("/v1/parties", home.bola)
            desk = each.office.staff("support")
            body = {"person": home.bola.id, "role": "viewer", "reason": "Asked at the branch"}
            return each.office.ask("POST", f"/v1/accounts/{home.account}/parties", desk, body).status

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, homes)) == [201, 409]
