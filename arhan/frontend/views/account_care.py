"""What an owner may do to an account: freeze, unfreeze, close, a new PIN; and take its statement along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.accounts import ChangePinForm
from arhan.frontend.pages import PageRequest
from arhan.frontend.service.asking import ask, every
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.downloads import amount_cell, csv_download
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from arhan.frontend.schemas.accounts import Account, Entry
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.service.sessions import Visitor

PIN_FIELDS = {
    "wrong_pin": "current",
    "pin_blocked": "current",
    "pin_required": "current",
    "current_pin": "current",
    "new_pin": "new",
}


@require_POST
@for_customers
def freeze(request: PageRequest, account_id: str) -> HttpResponse:
    """Let no money out."""
    return _change_status(request, account_id, "freeze", _("The account is frozen. No money can leave it."))


@require_POST
@for_customers
def unfreeze(request: PageRequest, account_id: str) -> HttpResponse:
    """Let money out again."""
    return _change_status(request, account_id, "unfreeze", _("The account works again."))


@require_POST
@for_customers
def close(request: PageRequest, account_id: str) -> HttpResponse:
    """Close an empty account for good."""
    return _change_status(request, account_id, "close", _("The account is closed."))


def _change_status(
    request: PageRequest, account_id: str, verb: Literal["freeze", "unfreeze", "close"], done: str
) -> HttpResponse:
    try:
        ask(visitor_of(request), bank.accounts.change_status(account_id, verb, reason=""))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("account", account_id=account_id)


@sensitive_post_parameters("current", "new", "new_again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def change_pin(request: PageRequest, account_id: str) -> HttpResponse:
    """A new PIN, proved with the current one."""
    visitor = visitor_of(request)
    account = ask(visitor, bank.accounts.one(account_id))
    form = ChangePinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        asked = bank.accounts.change_pin(
            account_id, current=found["current"], new=found["new"], key=found["key"]
        )
        try:
            ask(visitor, asked)
        except Refused as refused:
            form.refuse(refused, PIN_FIELDS)
        else:
            messages.success(request, _("The account has a new PIN."))
            return redirect("account", account_id=account_id)
    context = {"form": form, "account": account}
    return render(request, "customer/change_pin.html", context, status=422 if form.errors else 200)


@require_safe
@for_customers
def statement(request: PageRequest, account_id: str) -> StreamingHttpResponse:
    """Every entry of the account as CSV, newest first."""
    visitor = visitor_of(request)
    account = ask(visitor, bank.accounts.one(account_id))
    header = ("booked_at", "kind", "narration", "debit", "credit", "balance", "currency", "reference")
    return csv_download(f"arhan-{account.number}.csv", header, _statement_rows(visitor, account))


def _statement_rows(visitor: Visitor, account: Account) -> Iterator[tuple[object, ...]]:
    def page(after: str) -> bank.Question[Listed[Entry]]:
        return bank.accounts.entries(account.id, after=after, limit=bank.accounts.MOST)

    for entry in every(visitor, page):
        amount = amount_cell(entry.amount, account.currency)
        yield (
            entry.booked_at.isoformat(),
            entry.kind,
            entry.narration,
            amount if entry.side == "debit" else "",
            amount if entry.side == "credit" else "",
            amount_cell(entry.balance_after, account.currency),
            account.currency,
            entry.movement_id,
        )
