"""Accounts: open, look, freeze, close, change the PIN."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query

from arhan.account.api.corrections import STATUS_CHANGES
from arhan.account.api.shapes import account_shape, balance_shape, entry_shape
from arhan.account.errors import accounts as errors
from arhan.account.errors import parties as party_errors
from arhan.account.errors import pins as pin_errors
from arhan.account.errors import posting as posting_errors
from arhan.account.errors import products as product_errors
from arhan.account.schemas.accounts import (
    AccountPage,
    AccountShape,
    BalanceAt,
    Closing,
    EntryPage,
    EntryQuery,
    Freeze,
    Opening,
    PinChange,
    StatusChange,
)
from arhan.account.service import accounts, closing, corrections, entries, lifecycle, opening, parties, pins
from arhan.account.service.deposits import Placement
from arhan.account.store.accounts import Search as AccountSearch
from arhan.account.store.entries import Search
from arhan.contracts.calendar import calendar_day
from arhan.kernel import clock, oversight
from arhan.kernel.auth import CUSTOMER, ROLES, Principal, permit
from arhan.kernel.clock import rfc3339
from arhan.kernel.errors import malformed
from arhan.kernel.office import Routes, once, principal_of

routes = Routes(service="account", tag="accounts")

Limit = Annotated[int, Query(ge=1, le=200)]
Word = Annotated[str, Query(max_length=64)]
CUSTOMER_REQUEST = "customer_request"

Changed = AccountShape | HttpResponse
"""The account as it is now; or, for who may not do it alone, that it waits for a second person."""
READERS = permit(*ROLES)
FREEZERS = permit(CUSTOMER, "support", "risk", "admin")
CLOSERS = permit(CUSTOMER, "support", "admin")


@routes.post(
    "/v1/accounts",
    permit=permit(CUSTOMER),
    answer=AccountShape,
    status=201,
    idempotent=True,
    refusals=(
        errors.PRODUCT_NOT_FOUND,
        errors.TOO_MANY_ACCOUNTS,
        product_errors.PRODUCT_TIER_TOO_LOW,
        product_errors.DEPOSIT_TERMS_MISSING,
        product_errors.DEPOSIT_NOT_OFFERED,
        product_errors.POT_GOAL_MISSING,
        product_errors.FUNDING_ACCOUNT_UNFIT,
        pin_errors.WRONG_PIN,
        pin_errors.PIN_BLOCKED,
        pin_errors.PIN_NOT_SET,
        posting_errors.ACCOUNT_NOT_FOUND,
        posting_errors.INSUFFICIENT_FUNDS,
    ),
)
def open_account(request: HttpRequest, body: Opening) -> HttpResponse:
    """Open an account."""
    principal = principal_of(request)
    customer = accounts.look_up_customer(principal)

    def do() -> AccountShape:
        opened = accounts.open_account(
            customer=customer, product_code=body.product, pin=body.pin, wishes=_wishes(body)
        )
        return account_shape(opened, principal)

    return once(request, body=body, do=do)


@routes.get("/v1/accounts", permit=READERS, answer=AccountPage)
def list_accounts(
    request: HttpRequest,
    limit: Limit = 50,
    after: Word = "",
    customer: Word = "",
    number: Word = "",
    status: Word = "",
    *,
    bank: bool = False,
) -> AccountPage:
    """My accounts; for staff all customers' accounts, or the bank's own with `bank=true`."""
    principal = principal_of(request)
    wanted = AccountSearch(
        customer=customer if principal.is_staff else "",
        number=number,
        status=status,
        is_bank=bank and principal.is_staff,
        before=after,
        limit=limit + 1,
    )
    found = accounts.search(wanted) if principal.is_staff else accounts.list_own(principal.subject, wanted)
    page = [account_shape(account, principal) for account in found[:limit]]
    return AccountPage(items=page, next=page[-1].id if len(found) > limit else None)


@routes.get("/v1/accounts/{account_id}", permit=READERS, answer=AccountShape)
def get_account(request: HttpRequest, account_id: str) -> AccountShape:
    """One account."""
    principal = principal_of(request)
    return account_shape(accounts.get_for(principal, account_id), principal)


@routes.get("/v1/accounts/{account_id}/entries", permit=READERS, answer=EntryPage)
def list_entries(request: HttpRequest, account_id: str, wanted: Query[EntryQuery]) -> EntryPage:
    """What happened on an account, newest first: all of it, or what matches."""
    account = accounts.get_for(principal_of(request), account_id)
    found, go_on = entries.find(
        Search(
            account=account.id,
            before=wanted.after,
            limit=wanted.limit,
            kind=wanted.kind,
            side=wanted.side,
            least=wanted.least,
            most=wanted.most,
            text=wanted.text.strip(),
            since=wanted.since or date.min,
            until=wanted.until or date.max,
        )
    )
    return EntryPage(
        items=[entry_shape(entry, account) for entry in found], next=str(go_on) if go_on else None
    )


@routes.get("/v1/accounts/{account_id}/balance", permit=READERS, answer=BalanceAt)
def get_balance(
    request: HttpRequest,
    account_id: str,
    at: Annotated[str, Query(max_length=40)] = "",
    by: Literal["booking", "value"] = "booking",
) -> BalanceAt:
    """What an account held: at a moment, or at the end of a business day; by booking or by value date."""
    account = accounts.get_for(principal_of(request), account_id)
    moment = _moment(at)
    if by == "value":
        balance = entries.balance_by_value(account.id, _day(moment))
    elif isinstance(moment, datetime):
        balance = entries.balance_at_moment(account.id, moment)
    else:
        balance = entries.balance_booked(account.id, moment)
    shown = rfc3339(moment) if isinstance(moment, datetime) else moment.isoformat()
    return balance_shape(account, at=shown, by=by, balance=balance)


def _moment(text: str) -> date | datetime:
    """A date, or a moment with its offset; now, if none is given."""
    if not text:
        return clock.now()
    try:
        if len(text) == len("2026-03-02"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise malformed(pointer="/at", message="A date, or a date and time with an offset (RFC 3339).")


def _day(moment: date | datetime) -> date:
    return calendar_day(moment) if isinstance(moment, datetime) else moment


@routes.post(
    "/v1/accounts/{account_id}/freeze",
    permit=FREEZERS,
    answer=AccountShape,
    may_propose=True,
    refusals=(
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        errors.ACCOUNT_IS_CLOSED,
        errors.ACCOUNT_STATUS_UNFIT,
        errors.FROZEN_BY_BANK,
    ),
)
def freeze_account(request: HttpRequest, account_id: str, body: Freeze | None = None) -> Changed:
    """Let no money out (side debit, unless another is named), or in (credit), or neither (both)."""
    return _freeze(request, account_id, "freeze", body)


@routes.post(
    "/v1/accounts/{account_id}/unfreeze",
    permit=FREEZERS,
    answer=AccountShape,
    may_propose=True,
    refusals=(
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        errors.ACCOUNT_IS_CLOSED,
        errors.ACCOUNT_STATUS_UNFIT,
        errors.FROZEN_BY_BANK,
    ),
)
def unfreeze_account(request: HttpRequest, account_id: str, body: StatusChange | None = None) -> Changed:
    """Let money move again."""
    return _freeze(request, account_id, "unfreeze", body)


@routes.post(
    "/v1/accounts/{account_id}/activate",
    permit=CLOSERS,
    answer=AccountShape,
    refusals=(
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        errors.ACCOUNT_IS_CLOSED,
        errors.ACCOUNT_STATUS_UNFIT,
        product_errors.OPENING_DEPOSIT_MISSING,
    ),
)
def activate_account(request: HttpRequest, account_id: str, body: StatusChange | None = None) -> AccountShape:
    """Begin an account that holds its opening deposit, or wake a dormant one."""
    return _change_status(request, account_id, "activate", body)


@routes.post(
    "/v1/accounts/{account_id}/close",
    permit=CLOSERS,
    answer=AccountShape,
    refusals=(
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        party_errors.SIGNATURES_NEEDED,
        errors.FROZEN_BY_BANK,
        errors.HOLDS_OPEN,
        errors.ACCOUNT_OVERDRAWN,
        errors.ACCOUNT_NOT_EMPTY,
        errors.LOAN_UNDER_WAY,
        errors.CARDS_OPEN,
        errors.STANDING_ORDERS_OPEN,
        errors.DEPOSIT_PAYS_HERE,
        product_errors.REMAINDER_UNFIT,
        pin_errors.PIN_REQUIRED,
        pin_errors.PIN_NOT_SET,
        pin_errors.WRONG_PIN,
        pin_errors.PIN_BLOCKED,
        posting_errors.INSUFFICIENT_FUNDS,
        posting_errors.ACCOUNT_NOT_FOUND,
    ),
)
def close_account(request: HttpRequest, account_id: str, body: Closing | None = None) -> AccountShape:
    """Close an account for good: interest due is paid, what is left moves where it is told."""
    principal = principal_of(request)
    wanted = body or Closing()
    closed = closing.close_account(
        principal=principal,
        account_id=account_id,
        reason=_reason(principal, wanted.reason),
        remainder_to=wanted.remainder_to,
        pin=wanted.pin,
    )
    return account_shape(closed, principal)


@routes.post(
    "/v1/accounts/{account_id}/pin",
    permit=CLOSERS,
    answer=AccountShape,
    idempotent=True,
    refusals=(
        party_errors.ACCOUNT_ROLE_INSUFFICIENT,
        pin_errors.PIN_REQUIRED,
        pin_errors.PIN_NOT_SET,
        pin_errors.WRONG_PIN,
        pin_errors.PIN_BLOCKED,
    ),
)
def change_pin(request: HttpRequest, account_id: str, body: PinChange) -> HttpResponse:
    """Set a new PIN; who pays with it proves the current one, staff say why."""
    principal = principal_of(request)
    reason = _reason(principal, body.reason)

    def do() -> AccountShape:
        account = parties.account_for(principal, account_id, "pay")
        if principal.is_staff:
            pins.reset_pin(
                account=account, new=body.new_pin, reason=reason, by=principal, party=body.party or ""
            )
        else:
            pins.change_pin(
                account=account, person=principal.subject, current=body.current_pin, new=body.new_pin
            )
        return account_shape(account, principal)

    return once(request, body=body, do=do, status=200)


def _wishes(body: Opening) -> opening.Wishes:
    """What the customer says besides the product."""
    placed, goal = body.deposit, body.goal
    return opening.Wishes(
        placement=Placement(**placed.model_dump(exclude={"from_pin"})) if placed else None,
        from_pin=placed.from_pin if placed else None,
        goal=opening.Goal(**goal.model_dump()) if goal else None,
    )


def _change_status(
    request: HttpRequest,
    account_id: str,
    verb: Literal["activate", "freeze", "unfreeze"],
    body: StatusChange | Freeze | None,
) -> AccountShape:
    principal = principal_of(request)
    changed = lifecycle.change_status(
        principal=principal,
        account_id=account_id,
        verb=verb,
        reason=_reason(principal, body.reason if body else None),
        frozen_side=body.side if isinstance(body, Freeze) else "debit",
    )
    return account_shape(changed, principal)


def _freeze(
    request: HttpRequest,
    account_id: str,
    verb: Literal["freeze", "unfreeze"],
    body: StatusChange | Freeze | None,
) -> Changed:
    """At once for who may do it alone; else it waits for a second person."""
    principal = principal_of(request)
    if not corrections.takes_second_person(principal):
        return _change_status(request, account_id, verb, body)
    reason = _reason(principal, body.reason if body else None)
    how = {"frozen_side": body.side} if isinstance(body, Freeze) else {}
    found = corrections.propose_status(
        principal=principal, account_id=account_id, verb=verb, reason=reason, **how
    )
    return oversight.proposed(found, STATUS_CHANGES)


def _reason(principal: Principal, reason: str | None) -> str:
    """Staff say why they act; owners need not."""
    if reason is None and principal.is_staff:
        raise malformed(pointer="/reason", message="Staff say why.")
    return reason or CUSTOMER_REQUEST
