"""Accounts that begin when their opening deposit is there, and accounts that fall asleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arhan.account.domain import lifecycle
from arhan.account.service.lifecycle import changed
from arhan.account.store import accounts as store
from arhan.account.store import interest as interest_store
from arhan.account.store import sleep as sleep_store
from arhan.kernel import clock, outbox
from arhan.kernel.database import django_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from arhan.account.domain.cob import Closing
    from arhan.account.domain.lifecycle import Verb

BANK = "account"
PAGE = 500


def activate_funded(_day: Closing) -> Iterator[int]:
    """Accounts that waited for their opening deposit, and hold it now, begin."""
    for version, _, terms in interest_store.list_versions():
        if not terms.opening_deposit:
            continue
        while found := sleep_store.list_funded(version=version, least=terms.opening_deposit, limit=PAGE):
            _change(found, "activate", reason="opening_deposit")
            yield len(found)


def fall_asleep(day: Closing) -> Iterator[int]:
    """Accounts whose holders did nothing for long are dormant: nothing leaves them before they are woken."""
    for version, _, terms in interest_store.list_versions():
        if terms.dormancy_days is None:
            continue
        while found := sleep_store.list_silent(
            version=version, on=day.next_date, days=terms.dormancy_days, limit=PAGE
        ):
            _change(found, "fall_asleep", reason="dormancy")
            yield len(found)


def _change(ids: Sequence[str], verb: Verb, *, reason: str) -> None:
    with django_transaction() as cursor:
        facts = []
        now = clock.now()
        for id_ in sorted(ids):
            account = store.lock(id_)
            if (account.status, verb) not in lifecycle.TRANSITIONS:
                continue
            status = lifecycle.next_status(account.status, verb=verb)
            store.set_status(account, status=status, reason=reason, changed_by=BANK, changed_at=now)
            facts.append(changed(account))
        outbox.publish(cursor, facts, event_at=now)
