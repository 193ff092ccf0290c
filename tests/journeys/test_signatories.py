"""A business with two signatories: one pays at a desk, the other signs on a phone, the money arrives."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pyotp
import pytest
from playwright.sync_api import expect

from arhan.kernel.ids import new_id
from arhan.kernel.proofs import PROOF_TYPE
from tests import people as customers
from tests.journeys import people
from tests.journeys.accessibility import violations
from tests.people import check_books, mint_of
from tests.tokens import ISSUER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.bank import Bank
    from tests.journeys.conftest import Street
    from tests.people import Customer
    from tests.tokens import Mint

PIN = "2468"


@dataclass
class Registry:
    """What happens before the first payment, by the public API."""

    bank: Bank
    mint: Mint

    def post(self, path: str, token: str, body: object = None, *, status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_id("key")}
        answer = httpx.post(f"{self.bank.gateway}/api{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return (
            httpx.get(f"{self.bank.gateway}/api{path}", headers=headers, timeout=30).raise_for_status().json()
        )

    def ask(self, path: str, token: str) -> str:
        """The code of the answer; empty for a yes."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{self.bank.gateway}/api{path}", headers=headers, timeout=30)
        return "" if answer.is_success else str(answer.json()["code"])

    def business(self, name: str, *signatories: Customer) -> str:
        """The account of a business for which these two sign."""
        desk, second = (self.mint.person(role=role, subject=new_id("usr")) for role in ("support", "risk"))
        wanted = {
            "registered_name": name,
            "registration_number": f"RC{time.time_ns() % 10**8:08d}",
            "product": "current",
            "signatures": 2,
        }
        business = self.post("/account/v1/businesses", signatories[0].token, wanted, status=201)["id"]
        people_ = [{"person": each.person.username} for each in signatories]
        body = {"signatories": people_, "reason": "Found in the register"}
        proposal = self.post(f"/account/v1/businesses/{business}/verification", desk, body, status=202)["id"]
        done = self.post(f"/account/v1/proposals/{proposal}/approve", second, {"reason": "Seen, too"})
        for each in signatories:
            self.join(each)
        account: str = done["result"]["account"]
        return account

    def join(self, person: Customer) -> None:
        session = new_id("ses")
        token = self.mint.person(subject=person.subject, sid=session)
        (party,) = self.get("/account/v1/parties", token)["items"]
        proof = self.proof(person, session, "join_account", party["id"])
        self.post(f"/account/v1/parties/{party['id']}/accept", token, {"proof": proof, "pin": PIN})

    def proof(self, person: Customer, session: str, action: str, reference: str) -> str:
        now = int(time.time())
        act = {"action": action, "amount": 0, "currency": "", "payee": "", "reference": reference}
        dated = {"iat": now, "nbf": now, "exp": now + 300, "jti": new_id("chl")}
        claims = {"iss": ISSUER, "aud": ["account"], "sub": person.subject, "sid": session, "act": act}
        return self.mint.sign(claims | dated, typ=PROOF_TYPE)

    def pay_in(self, account: str, amount: int) -> None:
        teller = self.mint.person(role="teller")
        number = self.get(f"/account/v1/accounts/{account}", teller)["number"]
        cash = {"account_number": number, "amount": amount, "currency": "NGN", "narration": "Takings"}
        assert self.post("/payment/v1/deposits", teller, cash, status=201)["status"] == "completed"


@pytest.fixture
def registry(bank: Bank) -> Registry:
    return Registry(bank, mint_of(bank))


def come_in(page: Page, person: Customer) -> None:
    people.sign_in(page, person.person.username, password=person.person.password)
    page.wait_for_url("**/dashboard")


def fair(page: Page) -> None:
    """Nothing that keeps somebody from using the page."""
    assert violations(page) == []


def test_one_pays_the_other_signs_and_the_money_arrives(
    street: Street, registry: Registry, bank: Bank
) -> None:
    ada, bola, payee = customers.join(bank, count=3)
    account = registry.business("Okafor & Sons Ltd", ada, bola)
    registry.pay_in(account, 500_000)

    with street.visitor() as desk:
        come_in(desk, ada)
        desk.goto(f"/accounts/{account}/people")
        expect(desk.get_by_text("2 people sign every payment.")).to_be_visible()
        fair(desk)
        desk.goto(f"/send?payer_account={account}&payee_number={payee.person.account}")
        desk.get_by_label("Amount").fill("1,500")
        desk.get_by_label("What is it for?").fill("Cement")
        desk.get_by_role("button", name="Continue").click()
        people.confirm_payment(desk, pin=PIN)
        expect(desk.get_by_role("heading", name="Waits for signatures")).to_be_visible()
        fair(desk)

    with street.visitor(size="phone") as phone:
        come_in(phone, bola)
        app = people.set_up_authenticator(phone, password=bola.person.password)
        phone.goto("/shared")
        fair(phone)
        expect(phone.locator("a", has_text="Cement")).to_be_visible()
        phone.goto("/notifications")
        asked = phone.get_by_role("button", name="Your signature is wanted")
        people.eventually_seen(phone, asked)
        asked.click()
        phone.get_by_role("link", name="Sign this payment").click()
        phone.get_by_label("Code from the app").fill(pyotp.TOTP(app.secret).at(int(time.time()) + 30))
        phone.get_by_role("button", name="Confirm the payment").click()
        people.eventually_seen(phone, phone.get_by_text("Completed"))
        fair(phone)
        phone.goto("/shared")
        expect(phone.get_by_text("Nothing waits for a signature.")).to_be_visible()

    assert customers.balance_of(bank, payee) == customers.OPENING_BONUS + 150_000
    assert registry.get(f"/account/v1/accounts/{account}", ada.token)["balance"] == 350_000
    check_books(bank)
    stranger, party = customers.join(bank, count=1)[0], bola
    path = f"/ledger/v1/receipts/{newest_of(registry, party)}"
    assert registry.ask(path, party.token) != "not_found"
    assert registry.ask(path, stranger.token) == "not_found"


def newest_of(registry: Registry, person: Customer) -> str:
    (payment, *_) = registry.get("/payment/v1/payments?kind=transfer", person.token)["items"]
    identity: str = payment["id"]
    return identity


def test_a_joint_holder_is_asked_in_and_comes_in_by_what_they_see(street: Street, bank: Bank) -> None:
    ada, bola = customers.join(bank, count=2)
    with street.visitor() as page:
        come_in(page, ada)
        app = people.set_up_authenticator(page, password=ada.person.password)
        page.goto(f"/accounts/{ada.person.account_id}")
        page.get_by_role("link", name="People on this account").click()
        page.get_by_role("link", name="Invite somebody").click()
        page.get_by_label("Username or e-mail").fill(bola.person.username)
        fair(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Six-digit code").fill(pyotp.TOTP(app.secret).at(int(time.time()) + 30))
        fair(page)
        page.get_by_role("button", name="Confirm", exact=True).click()
        expect(page.get_by_text("Invited").first).to_be_visible()
        fair(page)
        people.sign_out(page)

        come_in(page, bola)
        app = people.set_up_authenticator(page, password=bola.person.password)
        page.goto("/shared")
        page.get_by_role("link", name="Join").click()
        page.get_by_label("Choose a PIN").fill(PIN)
        page.get_by_label("Repeat the PIN").fill(PIN)
        fair(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_label("Six-digit code").fill(pyotp.TOTP(app.secret).at(int(time.time()) + 30))
        page.get_by_role("button", name="Confirm", exact=True).click()
        expect(page.get_by_text("You have a part in this account now.")).to_be_visible()
        page.goto(f"/accounts/{ada.person.account_id}")
        both = f"{ada.person.first_name} {ada.person.last_name} and {bola.person.first_name} {bola.person.last_name}"
        expect(page.get_by_text(both)).to_be_visible()


def test_the_desk_sees_businesses_and_the_people_on_an_account(
    street: Street, registry: Registry, bank: Bank
) -> None:
    ada, bola = customers.join(bank, count=2)
    account = registry.business("Bola Stores Ltd", ada, bola)
    with street.desk("support") as desk:
        desk.goto("/staff/businesses")
        fair(desk)
        desk.get_by_role("link", name="Bola Stores Ltd").click()
        expect(desk.get_by_text("Verified").first).to_be_visible()
        fair(desk)
        desk.goto(f"/staff/accounts/{account}/people")
        expect(desk.get_by_text("Bola Stores Ltd").first).to_be_visible()
        fair(desk)
