"""What an owner may do to an account: freeze, unfreeze, close, a new PIN; and take its statement along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.accounts import ChangePinForm, CloseForm, FreezeForm
from arhan.frontend.forms.paying import PinForm
from arhan.frontend.pages import PageRequest
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import payments as tables
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponseBase

    from arhan.frontend.schemas.accounts import Account, Entry
    from arhan.frontend.schemas.common import Listed

PIN_FIELDS = {
    "wrong_pin": "current",
    "pin_blocked": "current",
    "pin_required": "current",
    "current_pin": "current",
    "new_pin": "new",
}


CLOSING_FIELDS = {"remainder_unfit": "remainder_to", "remainder_to": "remainder_to"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def freeze(request: PageRequest, account_id: str) -> HttpResponse:
    """Let no money out, or in, or neither."""
    visitor = visitor_of(request)
    account = ask(visitor, bank.accounts.one(account_id))
    form = FreezeForm(request.POST or None, initial={"side": account.frozen_side or "debit"})
    if request.method == "POST" and form.is_valid():
        try:
            ask(visitor, bank.accounts.freeze(account_id, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused, {"reason": "reason"})
        else:
            messages.success(request, _("The account is frozen."))
            return redirect("account", account_id=account_id)
    context = {"form": form, "account": account}
    return render(request, "customer/freeze.html", context, status=422 if form.errors else 200)


@require_POST
@for_customers
def unfreeze(request: PageRequest, account_id: str) -> HttpResponse:
    """Let money move again."""
    try:
        ask(visitor_of(request), bank.accounts.change_status(account_id, "unfreeze", reason=""))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("The account works again."))
    return redirect("account", account_id=account_id)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def close(request: PageRequest, account_id: str) -> HttpResponse:
    """Close an account for good in two steps: where what is left goes, then yes, having read it all."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, account=bank.accounts.one(account_id), others=bank.accounts.mine())
    account, others = panels.need("account"), panels.need("others").items
    form = CloseForm(request.POST or None, account=account, others=others)
    context: dict[str, Any] = {"form": form, "account": account, "others": {each.id: each for each in others}}
    if request.method == "POST" and form.is_valid():
        if "confirmed" in request.POST:
            return _close(request, account, form, context)
        return _confirm_closing(request, account, form, context)
    status = 422 if form.errors else 200
    return render(request, "customer/close_account.html", context, status=status)


def _confirm_closing(
    request: PageRequest, account: Account, form: CloseForm, context: dict[str, Any]
) -> HttpResponse:
    """Show where what is left goes, with the checked name where it is somebody else."""
    try:
        if form.to_somebody_else:
            named = ask(visitor_of(request), bank.payments.checked_name(form.way_out))
            context |= {"payee": named, "pin_form": PinForm()}
    except Refused as refused:
        form.refuse(refused, {"payee_not_found": "number", "account_not_found": "number", "number": "number"})
        return render(request, "customer/close_account.html", context, status=422)
    return render(request, "customer/close_account_confirm.html", context | {"to": form.way_out})


def _close(request: PageRequest, account: Account, form: CloseForm, context: dict[str, Any]) -> HttpResponse:
    wanted = bank.accounts.close(
        account.id,
        remainder_to=form.way_out,
        reason=form.cleaned_data["reason"],
        pin=request.POST.get("pin", "") if form.to_somebody_else else "",
    )
    try:
        ask(visitor_of(request), wanted)
    except Refused as refused:
        form.refuse(refused, CLOSING_FIELDS)
        return render(request, "customer/close_account.html", context, status=422)
    messages.success(request, _("The account is closed."))
    return redirect("accounts")


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
def statement(request: PageRequest, account_id: str, form: str) -> HttpResponseBase:
    """Every entry of the account as a file, newest first."""
    visitor = visitor_of(request)
    account = ask(visitor, bank.accounts.one(account_id))

    def page(after: str) -> bank.Question[Listed[Entry]]:
        return bank.accounts.entries(account.id, after=after, limit=bank.accounts.MOST)

    return take_along(request, tables.entries(account, every(visitor, page)), form)
