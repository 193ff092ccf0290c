"""A customer looks at limits, lowers them, and waits for raised ones; identity tells of tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.ids import new_id
from tests.account_office import AccountOffice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.account_office import Somebody

MORNING = "2026-03-02T09:00"


@pytest.fixture(scope="module")
def office(account_environment: dict[str, str]) -> Iterator[AccountOffice]:
    with AccountOffice.open(account_environment) as opened:
        yield opened


@pytest.fixture
def ada(office: AccountOffice) -> Somebody:
    office.go_to(MORNING)
    return office.customer()


@pytest.fixture
def payee(office: AccountOffice) -> str:
    return office.open_account(office.customer("Chidi Eze"))


def pay(office: AccountOffice, payer: str, payee: str, amount: int) -> dict[str, Any]:
    return office.move(kind="transfer", payer=payer, payee=payee, amount=amount)


def test_a_second_account_makes_no_second_allowance(office: AccountOffice, payee: str) -> None:
    office.go_to(MORNING)
    newcomer = office.customer(tier=1)
    first = office.open_account(newcomer, money=60_000_00)
    assert pay(office, first, payee, 30_000_00)["status"] == "posted"
    second = office.open_account(newcomer, product="current", money=60_000_00)
    told = pay(office, second, payee, 20_000_01)
    assert (told["code"], told["limit"], told["left"]) == ("limit_day", 50_000_00, 20_000_00)
    assert pay(office, second, payee, 20_000_00)["status"] == "posted"
    for account in (first, second):
        shown = office.get(f"/v1/accounts/{account}/limits", newcomer)["day"]
        assert (shown["source"], shown["spent"], shown["left"]) == ("tier", 50_000_00, 0)
        assert pay(office, account, payee, 1)["code"] == "limit_day"
    assert pay(office, first, second, 1_000_00)["status"] == "posted", "nothing leaves the customer"


def test_each_currency_has_an_allowance_of_its_own(office: AccountOffice, payee: str) -> None:
    office.go_to(MORNING)
    newcomer = office.customer(tier=1)
    naira = office.open_account(newcomer, money=60_000_00)
    yen = [
        office.open_account(newcomer, product=f"{kind}_jpy", money=20_000) for kind in ("savings", "current")
    ]
    abroad = office.open_account(office.customer(), product="current_jpy")
    assert pay(office, naira, payee, 50_000_00)["status"] == "posted"
    moved = [
        office.move(kind="transfer", payer=payer, payee=abroad, amount=amount, currency="JPY")
        for payer, amount in ((yen[0], 4_000), (yen[1], 1_001), (yen[1], 1_000))
    ]
    assert [m.get("code", m["status"]) for m in moved] == ["posted", "limit_day", "posted"]


def test_the_law_limits_a_day_by_tier(office: AccountOffice, payee: str) -> None:
    office.go_to(MORNING)
    newcomer = office.customer(tier=1)
    account = office.open_account(newcomer, money=60_000_00)
    assert pay(office, account, payee, 50_000_00)["status"] == "posted"
    told = pay(office, account, payee, 1)
    assert (told["code"], told["limit"], told["left"]) == ("limit_day", 50_000_00, 0)
    shown = office.get(f"/v1/accounts/{account}/limits", newcomer)
    assert shown["day"] == {
        "limit": 50_000_00,
        "source": "tier",
        "spent": 50_000_00,
        "left": 0,
        "own": None,
    }
    assert (shown["payment"]["limit"], shown["single_deposit"], shown["balance"]) == (
        None,
        50_000_00,
        300_000_00,
    )


def test_what_is_lowered_holds_at_once_and_what_is_raised_a_day_later(
    office: AccountOffice, ada: Somebody, payee: str
) -> None:
    account = office.open_account(ada, money=1_000_00)
    path = f"/v1/accounts/{account}/limits"
    lowered = office.put(path, ada, {"payment": 50_00, "day": 100_00})
    assert (lowered["payment"]["limit"], lowered["day"]["source"], lowered["raised"]) == (
        50_00,
        "customer",
        None,
    )
    assert pay(office, account, payee, 50_01)["code"] == "limit_payment"

    raised = office.put(path, ada, {"payment": 80_00, "day": 70_00})
    assert raised["payment"]["limit"] == 50_00, "what is higher cools off first"
    assert raised["day"]["limit"] == 70_00, "what is lower need not"
    assert raised["raised"] == {
        "payment": 80_00,
        "day": 70_00,
        "month": None,
        "at": "2026-03-03T09:00:00Z",
    }

    office.go_to("2026-03-03T08:59:59")
    office.put(path, ada, {"payment": 80_00, "day": 70_00})  # asking again does not begin the wait again
    assert office.run("limits.raise_cooled_off") == 0
    office.go_to("2026-03-03T09:00:00")
    assert office.run("limits.raise_cooled_off") == 1
    assert office.run("limits.raise_cooled_off") == 0
    assert pay(office, account, payee, 70_00)["status"] == "posted"
    assert office.get(path, ada)["raised"] is None


def test_lowering_again_calls_off_what_was_cooling(office: AccountOffice, ada: Somebody) -> None:
    account = office.open_account(ada)
    path = f"/v1/accounts/{account}/limits"
    office.put(path, ada, {"day": 100_00})
    assert office.put(path, ada, {})["raised"]["day"] is None
    assert office.put(path, ada, {"day": 90_00})["raised"] is None
    office.go_to("2026-03-09T09:00")
    office.run("limits.raise_cooled_off")
    assert office.get(path, ada)["day"]["limit"] == 90_00


def test_limits_are_the_owners_alone(office: AccountOffice, ada: Somebody) -> None:
    account = office.open_account(ada)
    path = f"/v1/accounts/{account}/limits"
    office.get(path, office.customer("Chidi Eze"), status=404)
    office.put(path, office.customer("Chidi Eze"), {"day": 0}, status=404)
    office.put(path, office.staff("admin"), {"day": 0}, status=403)
    assert office.get(path, office.staff("support"))["account"] == account
    office.put(path, ada, {"day": -1}, status=400)
    office.put(path, ada, {"day": "1"}, status=400)
    office.put(path, ada, {"days": 1}, status=400)


def test_a_proved_customer_may_move_more(office: AccountOffice, payee: str) -> None:
    office.go_to(MORNING)
    newcomer = office.customer(tier=1)
    account = office.open_account(newcomer, money=90_000_00)
    assert pay(office, account, payee, 60_000_00)["code"] == "limit_day"
    hear(office, "identity.person.changed", newcomer.id, tier=2)
    assert pay(office, account, payee, 60_000_00)["status"] == "posted"
    hear(office, "identity.person.registered", newcomer.id, tier=1)  # late: it is older than what is known
    assert office.get(f"/v1/accounts/{account}/limits", newcomer)["balance"] == 500_000_00
    second = office.open_account(newcomer, product="current")
    assert office.get(f"/v1/accounts/{second}/limits", newcomer)["balance"] == 500_000_00


def hear(office: AccountOffice, event_type: str, person: str, *, tier: int) -> None:
    told = {"id": person, "role": "customer", "tier": tier, "enabled": True}
    told |= {"username": "ada", "name": "Ada Eze"} if event_type.endswith("registered") else {}
    office.hear(event_type, new_id("evt"), told)


def test_frozen_for_one_side_or_both(office: AccountOffice, ada: Somebody, payee: str) -> None:
    account = office.open_account(ada, money=1_000_00)
    frozen = office.post(f"/v1/accounts/{account}/freeze", ada, {"side": "both", "reason": "lost phone"})
    assert (frozen["status"], frozen["frozen_side"]) == ("frozen", "both")
    assert (frozen["status_reason"], frozen["status_changed_by"]) == ("lost phone", ada.id)
    assert pay(office, account, payee, 1)["code"] == "account_frozen"
    assert pay(office, payee, account, 1)["code"] == "account_frozen"

    assert office.post(f"/v1/accounts/{account}/freeze", ada, {"side": "credit"})["frozen_side"] == "credit"
    assert pay(office, account, payee, 1)["status"] == "posted"
    assert pay(office, payee, account, 1)["code"] == "account_frozen"

    staff = office.staff("risk")
    office.post(f"/v1/accounts/{account}/freeze", staff, {"side": "debit"}, status=400)
    seized = office.post(f"/v1/accounts/{account}/freeze", staff, {"side": "debit", "reason": "court order"})
    assert (seized["frozen_side"], seized["status_changed_by"]) == ("debit", staff.id)
    assert pay(office, account, payee, 1)["code"] == "account_frozen"
    assert pay(office, payee, account, 1)["status"] == "posted"
    office.post(f"/v1/accounts/{account}/freeze", ada, {"side": "both"}, status=409)

    active = office.post(f"/v1/accounts/{account}/unfreeze", staff, {"reason": "lifted"})
    assert (active["status"], active["frozen_side"]) == ("active", "")
    assert pay(office, account, payee, 1)["status"] == "posted"
