"""Closing the bank's day: every step once, in order, and nothing doubled whatever happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cob_desk import CobDesk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def desk(night: dict[str, str]) -> Iterator[Any]:
    with CobDesk.open(night) as opened:
        yield opened


def test_a_day_is_closed_step_by_step_and_the_next_begins(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    account = desk.open_account()
    assert desk.put_in(account=account, amount=50_000) == "2026-03-02"

    assert desk.close(through="2026-03-02") == {
        "closed": ["2026-03-02"],
        "failure": "",
        "unfinished": False,
    }

    assert {step["state"] for step in desk.steps(day="2026-03-02")} == {"done"}
    assert desk.day() == {"date": "2026-03-03", "next": "None", "books_on": "2026-03-03"}
    assert desk.put_in(account=account, amount=1) == "2026-03-03"


def test_closing_a_second_time_on_the_same_day_changes_nothing(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    account = desk.open_account()
    desk.put_in(account=account, amount=900_000)
    desk.close(through="2026-03-02")
    before = desk.everything()

    assert desk.close(through="2026-03-02") == {"closed": [], "failure": "", "unfinished": False}

    assert desk.everything() == before
    assert desk.day()["date"] == "2026-03-03"


def test_a_step_that_fails_stops_the_day_from_ending_and_says_why(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    account = desk.open_account()
    desk.let_ledger_say(differences=["acc_1 stands at NGN 5 under 2010, line 2 of the books at NGN 4"])

    stopped = desk.close(through="2026-03-02")

    assert stopped["closed"] == []
    assert stopped["failure"].endswith("acc_1 stands at NGN 5 under 2010, line 2 of the books at NGN 4.")
    states = {step["name"]: step["state"] for step in desk.steps(day="2026-03-02")}
    assert (states["expire_holds"], states["tie_out"], states["roll"]) == ("done", "failed", "waiting")
    assert desk.day() == {"date": "2026-03-02", "next": "2026-03-03", "books_on": "2026-03-03"}
    assert desk.put_in(account=account, amount=1) == "2026-03-03"  # the bank goes on meanwhile

    desk.let_ledger_say()
    assert desk.close(through="2026-03-02")["closed"] == ["2026-03-02"]
    assert desk.day()["date"] == "2026-03-03"


def test_a_ledger_that_does_not_answer_stops_the_day_from_ending(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    desk.let_ledger_say(silent=True)
    assert "does not answer" in desk.close(through="2026-03-02")["failure"]
    desk.let_ledger_say()
    assert desk.close(through="2026-03-02")["failure"] == ""


def test_days_that_were_missed_are_closed_one_after_another(desk: Any) -> None:
    desk.begin(day="2026-02-27")
    desk.go_to(day="2026-03-02")
    assert desk.tick()["closed"] == ["2026-02-27", "2026-02-28", "2026-03-01"]
    assert desk.tick()["closed"] == []
    assert desk.day()["date"] == "2026-03-02"


def test_the_clock_closes_the_open_day_when_staff_ask_and_no_day_to_come(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    assert desk.tick()["closed"] == []
    assert desk.ask_to_close(through="2026-03-03") == {"refused": "closed_too_early"}
    assert desk.ask_to_close(through="2026-03-02") == "2026-03-02"
    assert desk.tick()["closed"] == ["2026-03-02"]
    assert desk.tick()["closed"] == []


def test_the_clock_leaves_a_failed_closing_alone_for_a_while_until_somebody_asks_again(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    desk.ask_to_close(through="2026-03-02")
    desk.let_ledger_say(silent=True)
    assert "does not answer" in desk.tick()["failure"]
    desk.let_ledger_say()
    assert desk.tick()["closed"] == []
    desk.ask_to_close(through="2026-03-02")
    assert desk.tick()["closed"] == ["2026-03-02"]


def test_a_closing_that_ran_out_of_time_goes_on_at_the_next_tick(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    desk.go_to(day="2026-03-03")
    desk.let_pages_be_small(size=40)
    ticks = 0
    while (found := desk.tick(longest_s=0.0))["unfinished"]:
        ticks += 1
        assert ticks < 50
    assert ticks > 1
    desk.let_pages_be_small(size=1000)
    (tie_out,) = [step for step in desk.steps(day="2026-03-02") if step["name"] == "tie_out"]
    assert tie_out["done"] == len(desk.everything())
    assert found["closed"] == ["2026-03-02"]


def test_only_one_process_closes_at_a_time(desk: Any, night: dict[str, str]) -> None:
    import psycopg  # noqa: PLC0415 - another process's connection

    desk.begin(day="2026-03-02")
    with psycopg.connect(night["DATABASE_URL"], autocommit=True) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(7, 2)")
        assert desk.close(through="2026-03-02") == {"refused": "closing_elsewhere"}
    assert desk.close(through="2026-03-02")["closed"] == ["2026-03-02"]


def test_standing_orders_are_paid_before_the_cut_off_of_their_day(desk: Any) -> None:
    desk.begin(day="2026-03-02")
    desk.let_payment_say(pages=[250, 3])
    desk.close(through="2026-03-02")
    (step,) = [step for step in desk.steps(day="2026-03-02") if step["name"] == "standing_orders"]
    assert (step["state"], step["done"]) == ("done", 253)
    assert desk.days_paid() == ["2026-03-02"]
    names = [step["name"] for step in desk.steps(day="2026-03-02")]
    assert names.index("standing_orders") < names.index("cut_off")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"silent": True}, "The payment service does not answer."),
        ({"open": 2}, "2 payments of standing orders are under way still."),
    ],
)
def test_a_day_does_not_end_while_payments_of_it_are_under_way(
    desk: Any, words: dict[str, Any], why: str
) -> None:
    desk.begin(day="2026-03-02")
    desk.let_payment_say(**words)
    stopped = desk.close(through="2026-03-02")
    assert stopped["closed"] == []
    assert stopped["failure"].startswith("Pay what standing orders have due: ")
    assert stopped["failure"].endswith(why)
    assert desk.day() == {"date": "2026-03-02", "next": "None", "books_on": "2026-03-02"}
    desk.let_payment_say()
    assert desk.close(through="2026-03-02")["closed"] == ["2026-03-02"]
