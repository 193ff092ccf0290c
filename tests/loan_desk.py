"""Account's lending over its real database, in a process of its own, at any hour; payment is played.

with LoanDesk.open(environment) as desk:
    desk.go_to("2026-01-31")
    loan = desk.lend(amount=100_000, months=6)
    desk.close_day()
    desk.tie()       # every loan's schedule and the books agree, to the minor unit
"""

# ruff: noqa: PLC0415 - the service is imported in the process that is one, after Django is set up

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass
class LoanDesk:
    """The test's end of the process; every verb of `Counter` can be asked for."""

    process: subprocess.Popen[str]

    @classmethod
    @contextmanager
    def open(cls, environment: Mapping[str, str]) -> Iterator[LoanDesk]:
        command = [sys.executable, "-m", "tests.loan_desk"]
        with subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)

    def __getattr__(self, verb: str) -> Any:
        def ask(**words: Any) -> Any:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps({"verb": verb, "words": words}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            assert "failed" not in answer, answer["failed"]
            return answer["answer"]

        return ask


TIE = """
SELECT l.id, l.state, -b.balance AS booked, coalesce(sum(i.principal - i.principal_paid), 0)::bigint AS owed,
       l.interest_accrued - coalesce(sum(i.interest_paid), 0)::bigint AS interest,
       coalesce(sum(i.penalties - i.penalties_paid + i.fees - i.fees_paid), 0)::bigint AS charges
FROM loan l JOIN balance b ON b.account = l.receivable LEFT JOIN loan_instalment i ON i.loan = l.id
WHERE l.state IN ('active', 'closed') GROUP BY l.id, l.state, b.balance
"""


class Counter:
    """The process's end: the service's functions, with a clock that is set and a payment that is played."""

    def __init__(self) -> None:
        from arhan.account.service import loan_payments, standing_orders
        from arhan.account.service.posting import Writer
        from arhan.kernel import clock, settings

        self.clock = clock
        self.writer = Writer(settings.load("account").database_url, now=self._now)
        payment: Any = standing_orders
        payment.count_open = lambda _account_id: 0
        self.paid: dict[str, Any] = {}
        self.silent = False
        loan_payments.instruct = self.instruct  # payment, played

    def _now(self) -> Any:
        return self.clock.now()

    def instruct(self, instructions: Any) -> list[Any]:
        """What payment's engine does: pays once per key, or says why not."""
        from arhan.account.movements import credit, debit
        from arhan.contracts.account import MovementCommand
        from arhan.contracts.payment import InstructionOutcome
        from arhan.kernel.errors import UNAVAILABLE, Refused
        from arhan.kernel.ids import new_id

        if self.silent:
            raise Refused(UNAVAILABLE)
        first = {asked.key: asked for asked in instructions if asked.key not in self.paid}
        commands = [
            MovementCommand(
                id=new_id("pay"),
                kind=asked.kind,
                currency=asked.currency,
                postings=[
                    debit(asked.payer_account, asked.amount),
                    credit(asked.payee_account, asked.amount),
                ],
            )
            for asked in first.values()
        ]
        for key, outcome in zip(first, self.writer.post(commands), strict=True):
            status = "completed" if outcome.status == "posted" else "declined"
            self.paid[key] = InstructionOutcome(key=key, payment=outcome.id, status=status, code=outcome.code)
        return [self.paid[asked.key] for asked in instructions]

    def fall_silent(self, *, on: bool) -> None:
        self.silent = on

    def go_to(self, *, day: str) -> None:
        from datetime import UTC, datetime

        moment = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
        self.clock.now = lambda: moment

    def open_account(self, *, balance: int = 0) -> dict[str, str]:
        from arhan.account.movements import deposit
        from arhan.account.service import accounts
        from arhan.kernel.ids import new_id
        from arhan.kernel.money import Money

        customer = accounts.Customer(new_id("usr"), "Ada Eze", tier=3)
        opened = accounts.open_account(customer=customer, product_code="current", pin="0427")
        if balance:
            money = Money(balance, "NGN")
            self.writer.post([deposit(id=new_id("pay"), account=opened.id, amount=money)])
        return {"customer": customer.id, "account": opened.id}

    def put_in(self, *, account: str, amount: int) -> None:
        from arhan.account.movements import deposit
        from arhan.kernel.ids import new_id
        from arhan.kernel.money import Money

        money = Money(amount, "NGN")
        (outcome,) = self.writer.post([deposit(id=new_id("pay"), account=account, amount=money)])
        assert outcome.status == "posted"

    def spend(self, *, payer: str, payee: str, amount: int) -> None:
        from arhan.account.movements import transfer
        from arhan.kernel.ids import new_id
        from arhan.kernel.money import Money

        money = Money(amount, "NGN")
        command = transfer(id=new_id("pay"), payer=payer, payee=payee, amount=money)
        (outcome,) = self.writer.post([command])
        assert outcome.status == "posted"

    def apply(self, *, customer: str, account: str, amount: int, months: int) -> str:
        from arhan.account.domain.loan_assessment import Answers
        from arhan.account.service import lending

        wanted = lending.Application(
            product="personal",
            amount=amount,
            currency="NGN",
            number_of_instalments=months,
            purpose="home",
            account=account,
            answers=Answers(income=500_000, outgoings=100_000, other_instalments=0),
        )
        return str(lending.apply(principal=_person(customer), wanted=wanted).id)

    def approve(self, *, loan: str, officer: str = "usr_officer") -> str:
        from arhan.account.service import lending

        person = _person(officer, role="loan_officer")
        return str(lending.approve(principal=person, loan_id=loan, reason="Good").state)

    def accept(self, *, loan: str, customer: str) -> None:
        from arhan.account.service import lending, loan_payments

        lending.accept(principal=_person(customer), loan_id=loan)
        loan_payments.carry_out_open(loan)

    def lend(self, *, amount: int, months: int, balance: int = 0) -> dict[str, str]:
        borrower = self.open_account(balance=balance)
        loan = self.apply(**borrower, amount=amount, months=months)
        self.approve(loan=loan)
        self.accept(loan=loan, customer=borrower["customer"])
        return borrower | {"loan": loan}

    def close_day(self) -> None:
        """What the clock has done in a day, in the order of close of business."""
        from arhan.account.service import lending, loan_days, loan_payments

        loan_payments.follow_up()
        today = lending.today()
        loan_days.accrue(today)
        loan_days.collect_due(today)
        loan_days.age(today)
        loan_days.charge_off(today)
        loan_days.provide(today)
        loan_days.lapse_offers(today)

    def payoff(self, *, loan: str, on: str = "") -> dict[str, int]:
        from datetime import date

        from arhan.account.service import lending, loan_repayments

        day = date.fromisoformat(on) if on else None
        found = loan_repayments.quote_payoff(
            lending.get_for(_person("usr_x", role="loan_officer"), loan), on=day
        )
        return {"principal": found.principal, "interest": found.interest, "total": found.total}

    def repay(self, *, loan: str, customer: str, amount: int, effect: str = "") -> dict[str, Any]:
        from arhan.account.service import loan_payments, loan_repayments

        asked = loan_repayments.repay(principal=_person(customer), loan_id=loan, amount=amount, effect=effect)
        loan_payments.carry_out_open(loan)
        found = loan_repayments.get_payment(asked.key)
        return {"state": found.state, "code": found.code, "returned": found.returned}

    def close_account(self, *, account: str, customer: str) -> Any:
        from arhan.account.service import closing

        person = _person(customer)
        return closing.close_account(principal=person, account_id=account, reason="Done").status

    def pause(self, *, loan: str, until: str) -> None:
        from datetime import date

        from arhan.account.service import loan_relief

        officer = _person("usr_officer", role="loan_officer")
        loan_relief.pause(principal=officer, loan_id=loan, until=date.fromisoformat(until), reason="Ill")

    def write_off(self, *, loan: str, agreed_by: str = "usr_other_officer") -> Any:
        from arhan.account.service import loan_relief

        officer = _person("usr_officer", role="loan_officer")
        found = loan_relief.propose_write_off(principal=officer, loan_id=loan, reason="Gone")
        return self._agree(found, agreed_by)

    def charge_off(self, *, loan: str) -> Any:
        from arhan.account.service import loan_relief

        officer = _person("usr_officer", role="loan_officer")
        found = loan_relief.propose_charge_off(principal=officer, loan_id=loan, reason="Gone abroad")
        return self._agree(found, "usr_other_officer")

    def _agree(self, found: Any, by: str) -> Any:
        """The second person says yes, by the queue of proposals."""
        from arhan.account.api.loan_relief import FOUR_EYES
        from arhan.kernel import proposals
        from arhan.kernel.database import django_transaction

        (kind,) = (kind for kind in FOUR_EYES if kind.action == found.action)
        person = _person(by, role="loan_officer")
        with django_transaction() as cursor:
            decided = proposals.decide(
                cursor, found.id, kind=kind, approve=True, reason="Yes", principal=person
            )
        return decided.result

    def reschedule(self, *, loan: str, months: int, first_due_on: str) -> Any:
        from datetime import date

        from arhan.account.service import loan_relief

        found = loan_relief.propose_reschedule(
            principal=_person("usr_officer", role="loan_officer"),
            loan_id=loan,
            number_of_instalments=months,
            first_due_on=date.fromisoformat(first_due_on),
            reason="Lost the job",
        )
        return self._agree(found, "usr_other_officer")

    def provisions(self) -> list[dict[str, Any]]:
        from arhan.account.service import lending, loan_register

        found = loan_register.list_provisions(on=lending.today())
        return [{"bucket": line.bucket, "loans": line.loans, "provision": line.provision} for line in found]

    def look(self, *, loan: str) -> dict[str, Any]:
        from arhan.account.api.loan_shapes import loan_details
        from arhan.account.service import lending, loan_register

        found = loan_register.open_dossier(lending.get_for(_person("usr_x", role="loan_officer"), loan))
        return dict(loan_details(found).model_dump(mode="json"))

    def balance(self, *, account: str) -> int:
        return int(self._select("SELECT balance FROM balance WHERE account = %s", account)[0][0])

    def tie(self) -> int:
        """Every loan's schedule and the books agree to the minor unit; how many loans there are."""
        loans = self._select(TIE)
        for id_, _, booked, owed, _, _ in loans:
            assert booked == owed, f"{id_}: the books say {booked}, the schedule {owed}"
        assert -self.balance(account="bank_loan_interest_receivable_ngn") == sum(row[4] for row in loans)
        assert -self.balance(account="bank_loan_charges_receivable_ngn") == sum(row[5] for row in loans)
        assert self.balance(account="bank_loan_clearing_ngn") == self._clearing()
        assert self._select("SELECT sum(balance)::bigint FROM balance WHERE currency = 'NGN'") == [(0,)]
        return len(loans)

    def _clearing(self) -> int:
        """Paid, and not allocated yet."""
        open_ = {key for (key,) in self._select("SELECT key FROM loan_payment WHERE state = 'asked'")}
        amounts = dict(self._select("SELECT key, amount FROM loan_payment WHERE kind <> 'disbursement'"))
        paid = {key for key, outcome in self.paid.items() if outcome.status == "completed"}
        return sum(amounts.get(key, 0) for key in open_ & paid)

    def _select(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall())


def _person(subject: str, *, role: str = "customer") -> Any:
    from arhan.kernel.auth import Principal

    return Principal(subject=subject, role=role, tier=1)


def answer_all(counter_of: Callable[[], Any]) -> None:
    """Answer the test line by line, until it goes."""
    import traceback

    import django

    from arhan.kernel.errors import Refused

    django.setup()
    counter = counter_of()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = {"answer": getattr(counter, asked["verb"])(**asked["words"])}
        except Refused as refused:
            answer = {"answer": {"refused": refused.refusal.code, **refused.extra}}
        except Exception:  # noqa: BLE001 - the test says what it is
            answer = {"failed": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    answer_all(Counter)
