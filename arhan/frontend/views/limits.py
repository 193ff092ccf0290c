"""What may leave an account, and how much of it the owner wants to allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arhan.frontend import bank
from arhan.frontend.domain.money import typed
from arhan.frontend.forms.accounts import LimitsForm
from arhan.frontend.service.asking import ask
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

NAMES = ("payment", "day", "month")


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def show(request: PageRequest, account_id: str) -> HttpResponse:
    """Each limit with what is left of it; lower ones hold at once, higher ones a day later."""
    visitor = visitor_of(request)
    found = ask(visitor, bank.accounts.limits(account_id))
    own = {name: getattr(found, name).own for name in NAMES}
    initial = {name: typed(amount, found.currency) for name, amount in own.items() if amount is not None}
    form = LimitsForm(request.POST or None, currency=found.currency, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            ask(visitor, bank.accounts.choose_limits(account_id, form.cleaned_data))
        except Refused as refused:
            form.refuse(refused, {name: name for name in NAMES})
        else:
            messages.success(request, _("Kept. Lower limits hold at once, higher ones a day later."))
            return redirect("limits", account_id=account_id)
    rows = [(name, form[name], getattr(found, name)) for name in NAMES]
    context = {"form": form, "limits": found, "rows": rows, "account_id": account_id}
    return render(request, "customer/limits.html", context, status=422 if form.errors else 200)
