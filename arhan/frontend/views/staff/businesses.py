"""Businesses at the desk: verified against the register, or turned away; and the people on an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.parties import InviteForm, SignaturesForm, VerifyForm
from arhan.frontend.forms.staff import ReasonForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest

DESK = ("support", "admin")
FIELDS = {"person_not_found": "signatories", "too_few_signatories": "signatories", "reason": "reason"}


@require_safe
@for_staff()
def show_businesses(request: PageRequest) -> HttpResponse:
    """Who applied, newest first."""
    after = request.GET.get("after", "")
    panel = ask_all(visitor_of(request), found=bank.parties.businesses(after=after))["found"]
    return render(request, "staff/businesses.html", {"panel": panel})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def show_business(request: PageRequest, business_id: str) -> HttpResponse:
    """One application; and a form that puts it before a second person."""
    visitor = visitor_of(request)
    business = ask(visitor, bank.parties.business(business_id))
    may_act = visitor.session.role in DESK and business.state == "applied"
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and may_act and form.is_valid():
        people = [{"person": each} for each in form.cleaned_data["signatories"]]
        body = {"signatories": people, "reason": form.cleaned_data["reason"]}
        try:
            ask(visitor, bank.parties.propose_verification(business_id, body))
        except Refused as refused:
            form.refuse(refused, FIELDS)
        else:
            messages.success(request, _("Proposed. A second person decides."))
            return redirect("business", business_id=business_id)
    context = {"business": business, "form": form, "may_act": may_act}
    return render(request, "staff/business.html", context, status=422 if form.errors else 200)


@require_POST
@for_staff(*DESK)
def refuse(request: PageRequest, business_id: str) -> HttpResponse:
    """Turn an application away."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("business", business_id=business_id)
    try:
        ask(visitor_of(request), bank.parties.refuse(business_id, reason=form.cleaned_data["reason"]))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done."))
    return redirect("business", business_id=business_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def account_people(request: PageRequest, account_id: str) -> HttpResponse:
    """Who has a part in an account; the desk asks people in, ends their part, proposes how many sign."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, account=bank.accounts.one(account_id), parties=bank.parties.of(account_id))
    account, parties = panels.need("account"), panels.need("parties")
    may_act = visitor.session.role in DESK
    if request.method == "POST" and may_act:
        _act(request, account_id, account.currency)
        return redirect("staff-account-people", account_id=account_id)
    context = {
        "account": account,
        "parties": parties,
        "may_act": may_act,
        "form": InviteForm(currency=account.currency),
        "signatures": SignaturesForm(initial={"signatures": str(parties.signatures)}),
    }
    return render(request, "staff/account_people.html", context)


def _act(request: PageRequest, account_id: str, currency: str) -> None:
    reason = request.POST.get("reason", "").strip()
    wanted = None
    if party := request.POST.get("party", ""):
        wanted = bank.parties.end(party, reason=reason)
    elif number := request.POST.get("signatures", ""):
        body = {"signatures": int(number) if number.isdigit() else 0, "reason": reason}
        wanted = bank.parties.ask_for_signatures(account_id, body)
    else:
        form = InviteForm(request.POST, currency=currency)
        if form.is_valid():
            found = form.cleaned_data
            body = {"person": found["person"], "role": found["role"], "reason": reason}
            body |= {"payment_limit": found["limit"]} if "limit" in found else {}
            wanted = bank.parties.invite(account_id, body, key=found["key"])
    if wanted is None or not reason:
        messages.error(request, _("Staff say why they act: write a reason."))
        return
    try:
        ask(visitor_of(request), wanted)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done."))
