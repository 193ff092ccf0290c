"""Receipts: what a customer or an auditor can take away and check without us."""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import msgspec

from arhan.contracts.account import Holdings
from arhan.kernel.database import django_transaction
from arhan.kernel.errors import Refused, not_found
from arhan.kernel.http import ServiceClient
from arhan.kernel.ids import is_id
from arhan.ledger.domain import merkle
from arhan.ledger.domain.receipts import Receipt
from arhan.ledger.domain.seals import Key
from arhan.ledger.errors import NOT_SEALED_YET
from arhan.ledger.store import reading
from arhan.ledger.store import seals as store

if TYPE_CHECKING:
    from arhan.kernel.auth import Principal

NOUN = "payment in the books"
SEES_ALL = ("auditor", "admin")
PERSON = "usr"


def issue_receipt(*, principal: Principal, payment: str) -> Receipt:
    """The receipt of a payment, the same one every time.

    Asks account of who owns none of its accounts whether they have a part in one. Refused(not_found) when there is no such payment in the books or the principal has no part in
    it, Refused(not_sealed_yet) when its seal is still to come.
    """
    with django_transaction() as cursor:
        found = reading.get_by_movement(cursor, payment)
        accounts = [line.account for line in found.entry.lines] if found else []
        owners = reading.owners(cursor, accounts)
    sees = principal.role in SEES_ALL or principal.subject in owners
    if found is None or not (sees or _has_part(principal, accounts)):
        raise not_found(NOUN)
    with django_transaction() as cursor:
        seal = store.first_seal_over(cursor, found.entry.number)
        if seal is None:
            raise Refused(NOT_SEALED_YET, headers={"Retry-After": "5"})
        tree = merkle.Tree(seal.size, partial(store.read_hashes, cursor))
        path = tree.inclusion_path(found.entry.number - 1)
    return Receipt(
        entry=found.entry,
        path=[b64encode(step).decode() for step in path],
        seal=seal.note,
        key=str(Key(seal.key.name, seal.key.public)),
    )


def _has_part(principal: Principal, accounts: list[str]) -> bool:
    """Whether this person is a joint holder, a signatory or a viewer of one of these accounts."""
    if not accounts or not is_id(principal.subject, PERSON):
        return False
    found = _account().get("/internal/v1/holdings", params={"person": principal.subject})
    return any(holding.account in accounts for holding in msgspec.convert(found, Holdings).items)


@lru_cache
def _account() -> ServiceClient:
    return ServiceClient("ledger", "account")
