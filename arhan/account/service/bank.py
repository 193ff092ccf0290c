"""The bank's own accounts: cash, loans, income, expenses; one each per currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arhan.account.store import bank as store
from arhan.contracts.account import AccountOpened
from arhan.contracts.chart import BANK_ACCOUNTS, BY_CODE, bank_account
from arhan.kernel import clock, outbox
from arhan.kernel.clock import rfc3339
from arhan.kernel.money import MINOR_DIGITS

if TYPE_CHECKING:
    import psycopg


def open_bank_accounts(connection: psycopg.Connection[Any]) -> None:
    """Open those the chart names and the books lack; again and again without harm."""
    now = clock.now()
    wanted = [
        (bank_account(name, currency), currency, BY_CODE[code].name, code)
        for name, code in BANK_ACCOUNTS.items()
        for currency in MINOR_DIGITS
    ]
    with connection.transaction(), connection.cursor() as cursor:
        opened = store.insert_missing(cursor, wanted, now=now)
        facts = [
            AccountOpened(
                id=id_,
                number="",
                customer="",
                product="",
                currency=currency,
                ledger_account=code,
                name=name,
                opened_at=rfc3339(now),
            )
            for id_, currency, name, code in wanted
            if id_ in opened
        ]
        outbox.publish(cursor, facts, event_at=now)
