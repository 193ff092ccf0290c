"""Money put aside: fixed-term deposits and pots, each opened with its wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from arhan.frontend import bank
from arhan.frontend.forms.accounts import DepositForm, PotForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from typing import Any

    from arhan.frontend.pages import PageRequest

FIELDS = {
    "pin": "pin",
    "weak_pin": "pin",
    "product": "product",
    "wrong_pin": "from_pin",
    "pin_required": "from_pin",
    "pin_blocked": "from_pin",
    "insufficient_funds": "amount",
    "amount": "amount",
    "deposit": "amount",
    "goal": "amount",
}


@sensitive_post_parameters("pin", "pin_again", "from_pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def open_deposit(request: PageRequest) -> HttpResponse:
    """A fixed rate for a fixed time."""
    return _open(request, "fixed_term", _("Your deposit is placed."))


@sensitive_post_parameters("pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def open_pot(request: PageRequest) -> HttpResponse:
    """Save towards something."""
    return _open(request, "target_savings", _("Your pot is open. Every naira in it counts."))


def _open(request: PageRequest, kind: str, done: str) -> HttpResponse:
    visitor = visitor_of(request)
    panels = ask_all(visitor, products=bank.accounts.products(), accounts=bank.accounts.mine())
    products = [each for each in panels["products"].value or [] if each.kind == kind]
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    form = _form(request, kind, products=products, accounts=accounts)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        asked = bank.accounts.open_account(
            product=found["product"], pin=found["pin"], key=found["key"], wishes=form.wishes()
        )
        try:
            account = ask(visitor, asked)
        except Refused as refused:
            form.refuse(refused, FIELDS)
        else:
            messages.success(request, done)
            return redirect("account", account_id=account.id)
    context = {"form": form, "panels": panels, "products": products, "kind": kind}
    return render(request, "customer/saving.html", context, status=422 if form.errors else 200)


def _form(request: PageRequest, kind: str, **options: Any) -> DepositForm | PotForm:
    products = options["products"]
    initial = {"product": products[0].code if products else ""}
    if kind == "fixed_term":
        return DepositForm(request.POST or None, initial=initial, **options)
    return PotForm(request.POST or None, initial=initial, products=products)
