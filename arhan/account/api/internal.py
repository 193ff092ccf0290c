"""What siblings ask of the account office; the gateway does not lead here."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query

from arhan.account.api.shapes import account_found, balance_found
from arhan.account.schemas.accounts import AccountsFound, BalancePage
from arhan.account.service import accounts, parties
from arhan.account.store.accounts import Search
from arhan.kernel.auth import permit
from arhan.kernel.database import django_transaction
from arhan.kernel.events import feed_page
from arhan.kernel.office import Routes

routes = Routes(service="account", tag="internal")

READER = permit(scope="account:read")
MOST_FOUND = 1000
Limit = Annotated[int, Query(ge=1, le=MOST_FOUND)]
Word = Annotated[str, Query(max_length=64)]


@routes.get("/internal/v1/accounts", permit=READER, answer=AccountsFound)
def find_accounts(
    request: HttpRequest,
    ids: Annotated[str, Query(max_length=65 * MOST_FOUND)] = "",
    customer: Word = "",
    number: Word = "",
    after: Word = "",
    limit: Limit = MOST_FOUND,
) -> AccountsFound:
    """Customers' accounts by id (separated by commas), customer or number, newest first."""
    found = accounts.search(
        Search(
            ids=tuple(ids.split(",")) if ids else (),
            customer=customer,
            number=number,
            before=after,
            limit=limit,
        )
    )
    items = [account_found(account) for account in found]
    return AccountsFound(items=items, next=items[-1].id if len(items) == limit else None)


@routes.get("/internal/v1/balances", permit=READER, answer=BalancePage)
def list_balances(request: HttpRequest, after: Word = "", limit: Limit = MOST_FOUND) -> BalancePage:
    """Every account's balance, by account id, to compare the books with."""
    items = [balance_found(account) for account in accounts.list_balances(after=after, limit=limit)]
    return BalancePage(items=items, next=items[-1].account if len(items) == limit else None)


@routes.get("/internal/v1/mandates", permit=READER, answer=dict[str, Any])
def get_mandate(request: HttpRequest, account: Word) -> dict[str, Any]:
    """Who signs for an account, and how many of them."""
    found: dict[str, Any] = msgspec.to_builtins(parties.describe_mandate(account))
    return found


@routes.get("/internal/v1/holdings", permit=READER, answer=dict[str, Any])
def list_holdings(request: HttpRequest, person: Word) -> dict[str, Any]:
    """Others' accounts in which a person has a part."""
    found: dict[str, Any] = msgspec.to_builtins(parties.list_holdings(person))
    return found


@routes.get("/internal/v1/events", permit=permit(scope="account:feed"), answer=dict[str, Any])
def list_events(
    request: HttpRequest, after: int = 0, limit: int = MOST_FOUND, types: str = ""
) -> dict[str, Any]:
    """What happened since a position, for whoever missed the broker's delivery."""
    with django_transaction() as cursor:
        return feed_page(cursor, publisher="account", after=after, limit=limit, types=types)
