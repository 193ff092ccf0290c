"""The bank's night in a process of its own, over account's real database; the ledger is played.

with CobDesk.open(environment) as desk:
    desk.begin(day="2026-01-30")
    account = desk.open_account(product="savings")
    desk.put_in(account=account, amount=100_000)
    desk.close(through="2026-01-31")
"""

# ruff: noqa: PLC0415 - the service is imported in the process that is one, after Django is set up

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from copy import copy
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from tests.loan_desk import Counter, LoanDesk, answer_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from threading import Barrier

    from arhan.contracts.account import BalanceLine
    from arhan.contracts.ledger import TieOutAnswer
    from arhan.contracts.payment import StandingOrdersRun


class CobDesk(LoanDesk):
    """The test's end of the process; every verb of `_Night` can be asked for."""

    @classmethod
    @contextmanager
    def open(cls, environment: Mapping[str, str]) -> Iterator[CobDesk]:
        command = [sys.executable, "-m", "tests.cob_desk"]
        with subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)


class _Died(BaseException):
    """As a process does: nothing that is not committed is left of it, and nobody catches it."""


class _Night:
    """The process's end: the service's functions, with a clock that is set and a ledger that is played."""

    def __init__(self) -> None:
        from arhan.account.service import standing_orders, tie_out
        from arhan.account.service.posting import Writer
        from arhan.kernel import clock, settings

        self.clock = clock
        self.lender = Counter()
        self.standing: dict[str, Any] = {}
        self.real = standing_orders.run, standing_orders.count_open, tie_out.ask_ledger, tie_out.PATIENCE_S
        standing_orders.run = self.run_standing_orders  # payment, played
        standing_orders.count_open = self.count_standing_orders
        standing_orders.PATIENCE_S = 0.0
        self.writer = Writer(settings.load("account").database_url, now=self._now)
        self.ledger_says: dict[str, Any] = {}
        tie_out.ask_ledger = self.ask_ledger  # the ledger, played
        tie_out.PATIENCE_S = 0.0

    def let_siblings_answer(self) -> None:
        """Ledger and payment run beside us, and are not played."""
        from arhan.account.service import standing_orders, tie_out

        standing_orders.run, standing_orders.count_open, tie_out.ask_ledger, tie_out.PATIENCE_S = self.real

    def _now(self) -> datetime:
        return self.clock.now()

    def ask_ledger(self, lines: Sequence[BalanceLine]) -> TieOutAnswer:
        from arhan.account.service import tie_out
        from arhan.contracts.ledger import TieOutAnswer
        from arhan.kernel.errors import UNAVAILABLE, Refused

        assert len(lines) <= tie_out.PAGE
        if self.ledger_says.get("silent"):
            raise Refused(UNAVAILABLE, "The ledger service does not answer.")
        return TieOutAnswer(missing=[], differences=self.ledger_says.get("differences", []), entries=0)

    def run_standing_orders(self, on: date) -> StandingOrdersRun:
        """Payment's engine pays what is due by that day, a page at a time, and says how far it is."""
        from arhan.contracts.payment import StandingOrdersRun
        from arhan.kernel.errors import UNAVAILABLE, Refused

        if self.standing.get("silent"):
            raise Refused(UNAVAILABLE, "The payment service does not answer.")
        self.standing.setdefault("asked", []).append(on.isoformat())
        pages = self.standing.get("pages") or [0]
        done = pages.pop(0)
        return StandingOrdersRun(ordered=done, settled=done, open=self.standing.get("open", 0))

    def count_standing_orders(self, account_id: str) -> int:
        return int(account_id in self.standing.get("paying", []))

    def let_payment_say(self, **words: Any) -> None:
        """`pages`: how many each page pays; `open`: under way; `paying`: accounts; or `silent`."""
        self.standing = words

    def days_paid(self) -> list[str]:
        """For which days payment was asked to pay standing orders."""
        return sorted(set(self.standing.get("asked", [])))

    def let_ledger_say(self, **words: Any) -> None:
        self.ledger_says = words

    def let_pages_be_small(self, *, size: int) -> None:
        from arhan.account.service import tie_out

        tie_out.PAGE = size

    def begin(self, *, day: str) -> None:
        """Live on that day, whatever day it was before."""
        self.go_to(day=day)
        self._execute(
            "INSERT INTO business_day (id, date, asked_by) VALUES (1, %s, '') ON CONFLICT (id) DO UPDATE"
            " SET date = excluded.date, next_date = NULL, cut_off_at = NULL, close_through = NULL",
            day,
        )
        self._execute("UPDATE accrual SET accrued_until = %s, active_on = %s", day, day)
        self._execute("DELETE FROM cob_step")
        self._execute("DELETE FROM cob_run")

    def go_to(self, *, day: str) -> None:
        """What the clock on the wall says."""
        moment = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
        self.clock.now = lambda: moment

    def close(self, *, through: str) -> dict[str, Any]:
        """What `arhan cob run --date` does."""
        from arhan.account.service import cob
        from arhan.account.service.cob_steps import STEPS

        found = cob.close(through=date.fromisoformat(through), by="", steps=STEPS)
        return {
            "closed": [day.isoformat() for day in found.closed],
            "failure": found.failure,
            "unfinished": found.unfinished,
        }

    def tick(self, *, longest_s: float = 10.0) -> dict[str, Any]:
        """What the bank's clock does every few seconds."""
        from arhan.account.service import cob
        from arhan.account.service.cob_steps import STEPS

        found = cob.close_due(steps=STEPS, longest_s=longest_s)
        return {
            "closed": [day.isoformat() for day in found.closed],
            "failure": found.failure,
            "unfinished": found.unfinished,
        }

    def ask_to_close(self, *, through: str) -> Any:
        from arhan.account.service import cob

        found = cob.ask(principal=_staff("usr_admin"), through=date.fromisoformat(through))
        return str(found.close_through)

    def day(self) -> dict[str, Any]:
        from arhan.account.service import cob

        found = cob.look()
        return {"date": str(found.date), "next": str(found.next_date), "books_on": str(found.books_on)}

    def steps(self, *, day: str) -> list[dict[str, Any]]:
        from arhan.account.service import cob

        return [
            {"name": step.name, "state": step.state, "done": step.done, "failure": step.failure}
            for step in cob.list_steps(date.fromisoformat(day))
        ]

    def open_account(self, *, product: str = "savings", customer: str = "") -> str:
        from arhan.account.service import accounts
        from arhan.kernel.ids import new_id

        owner = accounts.Customer(customer or new_id("usr"), "Ada Eze", tier=3)
        return str(accounts.open_account(customer=owner, product_code=product, pin="0427").id)

    def open_deposit(
        self,
        *,
        source: str,
        customer: str,
        amount: int,
        months: int,
        at_maturity: str = "pay_out",
        product: str = "fixed",
    ) -> Any:
        from arhan.account.service import accounts
        from arhan.account.service.deposits import Placement
        from arhan.account.service.opening import Wishes

        placement = Placement(amount=amount, months=months, from_account=source, at_maturity=at_maturity)
        opened = accounts.open_account(
            customer=accounts.Customer(customer, "Ada Eze", tier=3),
            product_code=product,
            pin="0427",
            wishes=Wishes(placement=placement, from_pin="0427"),
        )
        return opened.id

    def lend(self, *, balance: int = 0) -> Any:
        """A loan of NGN 1,000.00 for six months, paid out; the account it is repaid from has `balance` besides."""
        return self.lender.lend(amount=1_000_00, months=6, balance=balance)

    def offer_loan(self) -> str:
        """An offer that nobody accepts."""
        borrower = self.lender.open_account()
        loan = self.lender.apply(**borrower, amount=1_000_00, months=6)
        self.lender.approve(loan=loan)
        return loan

    def hold(self, *, account: str, amount: int, seconds: int) -> str:
        """Reserve funds for so long."""
        from arhan.contracts.account import HoldCommand
        from arhan.kernel.ids import new_id

        command = HoldCommand(
            id=new_id("hold"), account=account, amount=amount, currency="NGN", expires_in_s=seconds
        )
        (outcome,) = self.writer.post([command])
        return outcome.status

    def issue_card(self, *, account: str, expires_on: str) -> Any:
        """A card that ends with that day."""
        from cryptography.fernet import Fernet
        from django.db import connection, transaction

        from arhan.account.cards.number import compose
        from tests.card_stock import ISSUER, write

        with transaction.atomic():
            connection.ensure_connection()
            with connection.connection.cursor() as cursor:
                (card,) = write(
                    cursor,
                    [(account, "usr_card", compose(issuer=ISSUER, account_part=400_000_000))],
                    encryption_key=Fernet.generate_key().decode(),
                    index_key=account.encode(),
                )
        self._execute("UPDATE card SET expires_on = %s WHERE id = %s", expires_on, card)
        return card

    def close_dying(self, *, through: str) -> dict[str, Any]:
        """Close days, dying after the first page and at the end of every step; how often it died."""
        from arhan.account.service import cob

        closing: Any = cob
        died: set[tuple[str, str]] = set()

        def die(place: str) -> None:
            (step,) = self.select(
                query="SELECT name FROM cob_step WHERE state IN ('running', 'done') ORDER BY run DESC, position DESC LIMIT 1",
                values=[],
            )[0]
            if (step, place) not in died:
                died.add((step, place))
                raise _Died

        alive, closing.failpoint = closing.failpoint, die
        try:
            while True:
                with suppress(_Died):
                    return self.close(through=through) | {"died": sorted(died)}
        finally:
            closing.failpoint = alive

    def let_end(self, *, deposit: str, day: str) -> None:
        """As if it had been placed for a time that ends on that day."""
        self._execute("UPDATE term_deposit SET matures_on = %s WHERE account = %s", day, deposit)

    def forget_deposits(self) -> None:
        """None runs any more."""
        self._execute("UPDATE term_deposit SET state = 'broken' WHERE state = 'running'")

    def open_pot(self, *, customer: str, goal: int) -> Any:
        from arhan.account.service import accounts
        from arhan.account.service.opening import Goal, Wishes

        opened = accounts.open_account(
            customer=accounts.Customer(customer, "Ada Eze", tier=3),
            product_code="target",
            pin="0427",
            wishes=Wishes(goal=Goal(name="A bicycle", amount=goal)),
        )
        return opened.id

    def offer(
        self, *, code: str, kind: str = "savings", currency: str = "NGN", terms: dict[str, Any]
    ) -> None:
        """A product of the test's own, by two people's word."""
        from arhan.account.api.products import FOUR_EYES
        from arhan.account.service import products
        from arhan.kernel import proposals
        from arhan.kernel.database import django_transaction

        found = products.propose_product(
            principal=_staff("usr_proposer"),
            code=code,
            kind=kind,
            name=code,
            currency=currency,
            terms=terms,
            reason="A test",
        )
        self._agree(found, FOUR_EYES, proposals, django_transaction)

    def change_terms(self, *, code: str, terms: dict[str, Any]) -> None:
        from arhan.account.api.products import FOUR_EYES
        from arhan.account.service import products
        from arhan.kernel import proposals
        from arhan.kernel.database import django_transaction

        found = products.propose_version(
            principal=_staff("usr_proposer"), code=code, terms=terms, reason="A test"
        )
        self._agree(found, FOUR_EYES, proposals, django_transaction)

    def move_accounts(self, *, code: str) -> None:
        from arhan.account.api.products import FOUR_EYES
        from arhan.account.service import products
        from arhan.kernel import proposals
        from arhan.kernel.database import django_transaction

        found = products.propose_move(principal=_staff("usr_proposer"), code=code, reason="A test")
        self._agree(found, FOUR_EYES, proposals, django_transaction)

    def _agree(self, found: Any, kinds: Any, proposals: Any, transaction: Any) -> None:
        (kind,) = (kind for kind in kinds if kind.action == found.action)
        with transaction() as cursor:
            proposals.decide(
                cursor, found.id, kind=kind, approve=True, reason="Yes", principal=_staff("usr_second")
            )

    def close_account(
        self, *, account: str, customer: str, remainder_to: str = "", pin: str | None = None
    ) -> Any:
        from arhan.account.service import closing

        person = _staff("usr_admin") if customer == "staff" else _staff(customer, role="customer")
        closed = closing.close_account(
            principal=person, account_id=account, reason="Done", remainder_to=remainder_to, pin=pin
        )
        return closed.status

    def close_account_dying(self, *, after: str, account: str, customer: str, remainder_to: str = "") -> Any:
        """Close an account and die right after that step: `died`, or the answer if the step is none of it."""
        from arhan.account.service import closing

        owner, _, name = after.rpartition(".")
        place: Any = getattr(closing, owner) if owner else closing
        real = getattr(place, name)

        def die(*words: Any, **named: Any) -> None:
            real(*words, **named)
            raise _Died

        setattr(place, name, die)
        try:
            return self.close_account(account=account, customer=customer, remainder_to=remainder_to)
        except _Died:
            return "died"
        finally:
            setattr(place, name, real)

    def at_once(self, *, acts: Sequence[Sequence[Any]]) -> list[Any]:
        """Each act, a verb and its words, in a thread with connections of its own, all begun together."""
        from concurrent.futures import ThreadPoolExecutor
        from threading import Barrier

        together = Barrier(len(acts))
        with ThreadPoolExecutor(len(acts)) as pool:
            doing = [pool.submit(self._act, together, verb, words) for verb, words in acts]
            return [each.result() for each in doing]

    def _act(self, together: Barrier, verb: str, words: Mapping[str, Any]) -> Any:
        from django.db import connection

        from arhan.account.service.posting import Writer
        from arhan.kernel import settings
        from arhan.kernel.errors import Refused

        another = copy(self)
        another.writer = Writer(settings.load("account").database_url, now=self._now)
        connection.ensure_connection()
        try:
            together.wait(timeout=60)
            return getattr(another, verb)(**words)
        except Refused as refused:
            return {"refused": refused.refusal.code}
        finally:
            another.writer.close()
            connection.close()

    def activate(self, *, account: str, customer: str) -> Any:
        from arhan.account.service import lifecycle

        person = _staff(customer, role="customer")
        return lifecycle.change_status(
            principal=person, account_id=account, verb="activate", reason="Here I am"
        ).status

    def freeze(self, *, account: str, by: str, side: str = "debit") -> Any:
        return self._change(account, by, "freeze", side)

    def unfreeze(self, *, account: str, by: str) -> Any:
        return self._change(account, by, "unfreeze", "debit")

    def _change(self, account: str, by: str, verb: Any, side: Any) -> Any:
        """`by` is the account's customer, or `staff`."""
        from arhan.account.service import lifecycle

        person = _staff("usr_admin") if by == "staff" else _staff(by, role="customer")
        return lifecycle.change_status(
            principal=person, account_id=account, verb=verb, reason="A test", frozen_side=side
        ).status

    def work_on_working_days(self, *, only: bool) -> None:
        """What ARHAN_BUSINESS_DAYS says."""
        os.environ["ARHAN_BUSINESS_DAYS"] = "working" if only else ""

    def status(self, *, account: str) -> str:
        return str(self.select(query="SELECT status FROM account WHERE id = %s", values=[account])[0][0])

    def statement(self, *, account: str, since: str, until: str, form: str) -> str:
        """An extract, as the office hands it out."""
        from arhan.account.service import statements
        from arhan.kernel.auth import Principal

        reader = Principal(subject="usr_auditor", role="auditor", tier=0)
        period = {"since": date.fromisoformat(since), "until": date.fromisoformat(until)}
        return statements.extract(reader, account, form=form, **period).content.decode()

    def accrued(self, *, account: str) -> list[int]:
        """Parts earned and owed."""
        found = self.select(query="SELECT earned, owed FROM accrual WHERE account = %s", values=[account])
        return [int(parts) for parts in found[0]]

    def put_in(self, *, account: str, amount: int, value_date: str = "", currency: str = "NGN") -> str:
        """Cash at the counter; says on which day it was booked."""
        import msgspec

        from arhan.account.movements import deposit
        from arhan.kernel.ids import new_id
        from arhan.kernel.money import Money

        command = deposit(id=new_id("pay"), account=account, amount=Money(amount, currency))
        if value_date:
            command = msgspec.structs.replace(command, value_date=date.fromisoformat(value_date))
        return self._post(command)

    def spend(self, *, payer: str, payee: str, amount: int, currency: str = "NGN") -> str:
        from arhan.account.movements import transfer
        from arhan.kernel.ids import new_id
        from arhan.kernel.money import Money

        return self._post(
            transfer(id=new_id("pay"), payer=payer, payee=payee, amount=Money(amount, currency))
        )

    def _post(self, command: Any) -> str:
        (outcome,) = self.writer.post([command])
        if outcome.status != "posted":
            return str(outcome.code)
        rows = self.select(query="SELECT booking_date::text FROM movement WHERE id = %s", values=[command.id])
        return str(rows[0][0])

    def balance(self, *, account: str) -> int:
        return int(
            self.select(query="SELECT balance FROM balance WHERE account = %s", values=[account])[0][0]
        )

    def entries(self, *, account: str) -> list[list[Any]]:
        """Kind, booking date, value date and signed amount, oldest first."""
        return self.select(
            query="SELECT m.kind, m.booking_date::text, m.value_date::text,"
            " CASE e.side WHEN 'credit' THEN e.amount ELSE -e.amount END"
            " FROM entry e JOIN movement m ON m.id = e.movement WHERE e.account = %s ORDER BY e.sequence",
            values=[account],
        )

    def sum_of_balances(self) -> int:
        return int(self.select(query="SELECT sum(balance)::bigint FROM balance", values=[])[0][0])

    def untied(self) -> list[list[Any]]:
        """Where what accounts have earned and owe is not what the bank's books say; empty when all is well."""
        from arhan.account.store.interest import WHOLE_EARNED, WHOLE_OWED

        return self.select(
            query=f"""
            SELECT p.currency, e.earned, e.owed, payable.balance, receivable.balance
            FROM (SELECT DISTINCT currency FROM product) p
            LEFT JOIN (
                SELECT b.currency, sum({WHOLE_EARNED}) AS earned, sum({WHOLE_OWED}) AS owed
                FROM accrual a JOIN balance b ON b.account = a.account GROUP BY 1
            ) e ON e.currency = p.currency
            JOIN balance payable ON payable.account = 'bank_interest_payable_' || lower(p.currency)
            JOIN balance receivable
                ON receivable.account = 'bank_overdraft_interest_receivable_' || lower(p.currency)
            WHERE payable.balance <> coalesce(e.earned, 0) OR -receivable.balance <> coalesce(e.owed, 0)
            """,  # noqa: S608 - our own words
            values=[],
        )

    def everything(self) -> list[list[Any]]:
        """Every balance with its number of entries: two of these are equal when nothing happened between."""
        return self.select(query="SELECT account, balance, sequence, held FROM balance ORDER BY 1", values=[])

    def select(self, *, query: str, values: list[Any]) -> list[list[Any]]:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return [list(row) for row in cursor.fetchall()]

    def _execute(self, query: str, *values: Any) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, values)


def _staff(subject: str, *, role: str = "admin") -> Any:
    from arhan.kernel.auth import Principal

    return Principal(subject=subject, role=role, tier=0)


if __name__ == "__main__":
    answer_all(_Night)
