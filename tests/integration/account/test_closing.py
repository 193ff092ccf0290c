"""An account is closed once: by however many at once, through whatever arrives meanwhile, whatever dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from arhan.kernel.ids import new_id
from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

SAVED = 36_500_000
"""NGN 365,000.00 at 10 %: a night earns 100.00, of which a tenth is tax."""
NET = 90_00
STEPS = (
    "fee_store.waive_of",
    "deposit_store.lock",
    "interest_store.lock",
    "store.lock_together",
    "store.lock",
    "deposit_store.let_everything",
    "pay_interest",
    "post_or_refuse",
    "interest_store.forget",
    "store.set_status",
    "outbox.publish",
)
"""All that closing does in its transaction, in order."""
LOOK = """
SELECT a.status, b.may_debit, b.may_credit, b.closed, e.earned::text, d.state,
       (SELECT count(*) FROM outbox), (SELECT count(*) FROM movement),
       (SELECT string_agg(state, ',' ORDER BY id) FROM fee_charge WHERE account = a.id)
FROM account a JOIN balance b ON b.account = a.id LEFT JOIN accrual e ON e.account = a.id
LEFT JOIN term_deposit d ON d.account = a.id WHERE a.id = %s
"""
ENDS = "SELECT count(*) FROM outbox WHERE subject = %s AND data::json->>'status' = 'closed'"


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        terms = {"tiers": [{"rate": 100_000}], "withholding_tax": 100_000}
        opened.offer(code="closable", terms=terms)
        yield opened
        opened.forget_deposits()


@pytest.fixture(scope="module")
def second_desk(night: dict[str, str]) -> Iterator[Any]:
    """Another process of the office."""
    with CobDesk.open(night) as opened:
        yield opened


def saver(desk: Any, customer: str) -> str:
    """An account with NGN 365,000.00."""
    account: str = desk.open_account(product="closable", customer=customer)
    desk.put_in(account=account, amount=SAVED - desk.balance(account=account))
    return account


def kinds(desk: Any, account: str) -> list[str]:
    return [entry[0] for entry in desk.entries(account=account)]


def ends(desk: Any, account: str) -> int:
    """How often others were told that it is closed."""
    ((count,),) = desk.select(query=ENDS, values=[account])
    return int(count)


def test_closed_by_many_at_once_while_money_comes_and_goes(desk: Any, second_desk: Any) -> None:
    """Two processes, eight of their threads each: one closing; what is posted before it moves on, the rest is refused."""
    desk.begin(day="2026-05-04")
    owner = new_id("usr")
    accounts = [saver(desk, owner) for _ in range(2)]
    home, friend = desk.open_account(product="closable", customer=owner), saver(desk, new_id("usr"))
    desk.close(through="2026-05-04")
    second_desk.go_to(day="2026-05-05")
    for account in accounts:
        before = desk.balance(account=home)
        closing = ("close_account", {"account": account, "customer": owner, "remainder_to": home})
        cash = ("put_in", {"account": account, "amount": 5_00})
        paid_in = ("spend", {"payer": friend, "payee": account, "amount": 70})
        paid_out = ("spend", {"payer": account, "payee": friend, "amount": 3})
        acts = [closing, cash, paid_in, paid_out, closing, cash, closing, paid_out]
        with ThreadPoolExecutor(2) as pool:
            doing = [pool.submit(each.at_once, acts=acts) for each in (desk, second_desk)]
            answers = [each.result() for each in doing]
        came = {5_00: 0, 70: 0, 3: 0}
        for (verb, words), answer in zip([*acts, *acts], [*answers[0], *answers[1]], strict=True):
            if verb == "close_account":
                assert answer == "closed"
            else:
                assert answer in {"2026-05-05", "account_closed"}
                came[words["amount"]] += answer == "2026-05-05"
        assert desk.balance(account=account) == 0
        moved_on = SAVED + NET + 5_00 * came[5_00] + 70 * came[70] - 3 * came[3]
        assert desk.balance(account=home) == before + moved_on
        assert [kinds(desk, account).count(kind) for kind in ("interest", "closing")] == [1, 1]
        assert kinds(desk, account)[-1] == "closing", "nothing comes after it"
        assert ends(desk, account) == 1
    assert desk.untied() == []
    assert desk.sum_of_balances() == 0


def test_two_that_close_into_each_other_do_not_lock_each_other_out(desk: Any, second_desk: Any) -> None:
    """One closes, the other has all and stays; money that goes both ways meanwhile keeps neither waiting."""
    desk.begin(day="2026-05-06")
    second_desk.go_to(day="2026-05-06")
    for _ in range(4):
        owner = new_id("usr")
        here, there = saver(desk, owner), saver(desk, owner)
        total = desk.balance(account=here) + desk.balance(account=there)
        ways = ((here, there), (there, here))
        acts: list[tuple[str, dict[str, Any]]] = [
            ("close_account", {"account": payer, "customer": owner, "remainder_to": payee})
            for payer, payee in ways
        ]
        acts += [("spend", {"payer": payer, "payee": payee, "amount": 1}) for payer, payee in ways * 2]
        with ThreadPoolExecutor(2) as pool:
            doing = [pool.submit(each.at_once, acts=acts) for each in (desk, second_desk)]
            answers = [answer for each in doing for answer in each.result()]
        closings = [answers[n] for n in (0, 1, 6, 7)]
        assert closings.count("closed") == 2, "the one account, as both processes were told"
        assert closings.count({"refused": "account_closed"}) == 2
        assert {desk.balance(account=here), desk.balance(account=there)} == {0, total}
    assert desk.sum_of_balances() == 0


def test_a_death_after_any_step_leaves_nothing_and_asking_again_finishes(desk: Any) -> None:
    desk.begin(day="2026-05-07")
    owner = new_id("usr")
    account, home = saver(desk, owner), desk.open_account(product="closable", customer=owner)
    desk.close(through="2026-05-07")
    fee = "INSERT INTO fee_charge (id, account, event, name, currency, amount, goes_to, due_on, state)"
    fee += " VALUES (%s, %s, 'card', 'Card', 'NGN', 100, 'bank', '2026-05-08', 'due') RETURNING id"
    desk.select(query=fee, values=[f"{account}:card", account])
    wish: dict[str, Any] = {"account": account, "customer": owner, "remainder_to": home}
    welcome = desk.balance(account=home)
    before = desk.everything(), desk.select(query=LOOK, values=[account])
    for step in STEPS:
        assert desk.close_account_dying(after=step, **wish) == "died", step
        assert (desk.everything(), desk.select(query=LOOK, values=[account])) == before, step
    assert desk.close_account(**wish) == "closed"
    after = desk.everything(), desk.select(query=LOOK, values=[account])
    assert after[1][0][:6] == ["closed", False, False, True, None, None]
    assert after[1][0][8] == "waived"
    assert (desk.balance(account=account), desk.balance(account=home)) == (0, welcome + SAVED + NET)
    assert desk.close_account(**wish) == "closed", "whose answer was lost asks again"
    assert (desk.everything(), desk.select(query=LOOK, values=[account])) == after
    assert desk.untied() == []


def test_a_death_while_a_deposit_is_broken_leaves_it_running(desk: Any) -> None:
    desk.begin(day="2026-05-11")
    owner = new_id("usr")
    home = saver(desk, owner)
    deposit = desk.open_deposit(source=home, customer=owner, amount=10_000_000, months=1)
    desk.close(through="2026-05-11")
    before = desk.everything(), desk.select(query=LOOK, values=[deposit])
    for step in (*STEPS, "deposit_store.save"):
        assert desk.close_account_dying(after=step, account=deposit, customer=owner) == "died", step
        assert (desk.everything(), desk.select(query=LOOK, values=[deposit])) == before, step
    assert desk.close_account(account=deposit, customer=owner) == "closed"
    gross = 16_44 - 8_22  # 100,000.00 x 6 % / 365, half of which is lost
    assert desk.balance(account=home) == SAVED + gross - 82
    assert desk.select(query=LOOK, values=[deposit])[0][5] == "broken"
    assert desk.untied() == []


def test_an_account_with_a_card_is_not_closed(desk: Any) -> None:
    desk.begin(day="2026-05-13")
    owner = new_id("usr")
    account, home = saver(desk, owner), desk.open_account(product="closable", customer=owner)
    card = desk.issue_card(account=account, expires_on="2028-05-31")
    wish = {"account": account, "customer": owner, "remainder_to": home}
    before = desk.everything(), desk.select(query=LOOK, values=[account])
    for customer in (owner, "staff"):
        assert desk.close_account(**wish | {"customer": customer}) == {"refused": "cards_open"}
        assert (desk.everything(), desk.select(query=LOOK, values=[account])) == before
    desk.select(query="UPDATE card SET state = 'closed' WHERE id = %s RETURNING id", values=[card])
    assert desk.close_account(**wish) == "closed"
