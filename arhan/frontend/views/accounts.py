"""Accounts: the list, one of them with its entries, and opening one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.money import in_order
from arhan.frontend.forms.accounts import OpenAccountForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.filters import place_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

PER_PAGE = 25
SAVING_KINDS = {"fixed_term", "target_savings"}
"""Opened with wishes, on pages of their own (views/saving.py)."""


@require_safe
@for_customers
def show_accounts(request: PageRequest) -> HttpResponse:
    """All accounts of the customer."""
    panels = ask_all(visitor_of(request), accounts=bank.accounts.mine())
    return render(request, "customer/accounts.html", {"panels": panels})


@require_safe
@for_customers
def show_account(request: PageRequest, account_id: str) -> HttpResponse:
    """One account: balance, number, and every entry with the balance after it."""
    panels = ask_all(
        visitor_of(request),
        account=bank.accounts.one(account_id),
        entries=bank.accounts.entries(account_id, **place_of(request, per_page=PER_PAGE)),
        terms=bank.accounts.terms(account_id),
    )
    refused = panels["account"].refused
    if refused and refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110
        raise refused
    context = {
        "panels": panels,
        "account": panels["account"].value,
        "account_id": account_id,
        "me": visitor_of(request).session.person,
        "after": request.GET.get("after", ""),
        "per_page": PER_PAGE,
    }
    template = "customer/entries_more.html" if request.headers.get("HX-Request") else "customer/account.html"
    return render(request, template, context)


@sensitive_post_parameters("pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def open_account(request: PageRequest) -> HttpResponse:
    """Choose a currency, a product and a PIN; the account is there at once."""
    visitor = visitor_of(request)
    products = [each for each in ask(visitor, bank.accounts.products()) if each.kind not in SAVING_KINDS]
    currencies = in_order(each.currency for each in products)
    wanted = request.GET.get("currency", "")
    currency = wanted if wanted in currencies else next(iter(currencies), "")
    products = [each for each in products if each.currency == currency]
    initial = {"product": products[0].code if products else ""}
    form = OpenAccountForm(request.POST or None, products=products, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            account = ask(
                visitor,
                bank.accounts.open_account(product=found["product"], pin=found["pin"], key=found["key"]),
            )
        except Refused as refused:
            form.refuse(refused, {"pin": "pin", "weak_pin": "pin", "product": "product"})
        else:
            messages.success(request, _("Your account is open. Share its number to get paid."))
            return redirect("account", account_id=account.id)
    context = {"form": form, "products": products, "currencies": currencies, "currency": currency}
    return render(request, "customer/open_account.html", context, status=422 if form.errors else 200)
