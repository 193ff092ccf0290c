"""People on an account: who they are, asking them in, joining, leaving; what waits for one's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.parties import BusinessForm, InviteForm, JoinForm, SignaturesForm
from arhan.frontend.labels import PARTY_ROLES
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.acting import Act, confirm_act
from arhan.frontend.views.confirming import Waiting, confirm_waiting
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.parties import Party

BUSINESS_KINDS = {"current", "savings"}


@require_safe
@for_customers
def show_people(request: PageRequest, account_id: str) -> HttpResponse:
    """Who has a part in an account, as what, and how many sign."""
    panels = ask_all(
        visitor_of(request), account=bank.accounts.one(account_id), parties=bank.parties.of(account_id)
    )
    account, parties = panels.need("account"), panels.need("parties")
    context = {
        "account": account,
        "parties": parties,
        "me": visitor_of(request).session.person,
        "form": InviteForm(currency=account.currency),
        "signatures": SignaturesForm(initial={"signatures": str(parties.signatures)}),
    }
    return render(request, "customer/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def invite(request: PageRequest, account_id: str) -> HttpResponse:
    """Ask somebody in; it is sent once the owner has confirmed it."""
    account = ask(visitor_of(request), bank.accounts.one(account_id))
    form = InviteForm(request.POST or None, currency=account.currency)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(
            request, "customer/people_invite.html", {"form": form, "account": account}, status=status
        )
    found = form.cleaned_data
    body = {"person": found["person"], "role": found["role"]}
    if "limit" in found:
        body["payment_limit"] = found["limit"]
    words = _("You ask %(person)s into your account %(number)s as: %(role)s.") % {
        "person": found["person"],
        "number": account.number,
        "role": PARTY_ROLES[found["role"]],
    }
    act = Act(
        words=words,
        begin=bank.parties.begin_confirmation(
            bank.parties.INVITE, reference=account.id, payee=found["person"]
        ),
        do=lambda proof: bank.parties.invite(account.id, body | {"proof": proof}, key=found["key"]),
        typed={name: str(found.get(name) or "") for name in ("person", "role", "payment_limit", "key")},
        done=_("Invited. They find it under “Shared with you”."),
        back=reverse("account-people", args=[account.id]),
    )
    return confirm_act(request, act)


@require_POST
@for_customers
def ask_for_signatures(request: PageRequest, account_id: str) -> HttpResponse:
    """Ask for more signatures than before, confirmed with the second factor."""
    form = SignaturesForm(request.POST)
    back = reverse("account-people", args=[account_id])
    if not form.is_valid():
        return redirect(back)
    wanted = form.cleaned_data["signatures"]
    act = Act(
        words=_("From now on %(number)s people sign every payment from this account.") % {"number": wanted},
        begin=bank.parties.begin_confirmation(bank.parties.MANDATE, reference=account_id),
        do=lambda proof: bank.parties.ask_for_signatures(
            account_id, {"signatures": int(wanted), "proof": proof}
        ),
        typed={"signatures": wanted},
        done=_("Changed. Payments wait for the other signatures from now on."),
        back=back,
    )
    return confirm_act(request, act)


@require_POST
@for_customers
def end(request: PageRequest, party_id: str) -> HttpResponse:
    """Leave, let somebody go, take an invitation back, or say no to one."""
    declined = request.POST.get("what") == "decline"
    wanted = bank.parties.decline(party_id) if declined else bank.parties.end(party_id)
    try:
        party = ask(visitor_of(request), wanted)
    except Refused as refused:
        messages.error(request, explain(refused))
        return redirect("shared")
    messages.success(request, _("Done."))
    is_own = party.person == visitor_of(request).session.person
    return redirect("shared") if is_own else redirect("account-people", account_id=party.account)


@require_safe
@for_customers
def shared(request: PageRequest) -> HttpResponse:
    """Accounts of others one has a part in, invitations, payments that wait for signatures, businesses."""
    panels = ask_all(
        visitor_of(request),
        parts=bank.parties.mine(),
        waiting=bank.payments.newest(status="awaiting_approval"),
        businesses=bank.parties.businesses(),
    )
    return render(request, "customer/shared.html", {"panels": panels})


@sensitive_post_parameters("pin", "pin_again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def join(request: PageRequest, party_id: str) -> HttpResponse:
    """Say yes to an invitation, with a PIN of one's own and the second factor."""
    party = _own(request, party_id)
    if party is None:
        messages.info(request, _("This invitation is not open any more."))
        return redirect("shared")
    form = JoinForm(request.POST or None, pays=party.role != "viewer")
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "customer/join.html", {"form": form, "party": party}, status=status)
    found = form.cleaned_data
    act = Act(
        words=_("You join the account %(number)s of %(name)s as: %(role)s.")
        % {"number": party.account_number, "name": party.account_name, "role": PARTY_ROLES[party.role]},
        begin=bank.parties.begin_confirmation(bank.parties.JOIN, reference=party.id),
        do=lambda proof: bank.parties.accept(
            party.id, pin=found.get("pin", ""), proof=proof, key=found["key"]
        ),
        typed={name: str(found.get(name) or "") for name in ("pin", "pin_again", "key")},
        done=_("You have a part in this account now."),
        back=reverse("shared"),
    )
    return confirm_act(request, act)


def _own(request: PageRequest, party_id: str) -> Party | None:
    """The invitation, as long as it waits for an answer."""
    for party in ask(visitor_of(request), bank.parties.mine()).items:
        if party.id == party_id and party.state == "invited":
            return party
    return None


@sensitive_post_parameters("password", "otp", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def sign(request: PageRequest, payment_id: str) -> HttpResponse:
    """A payment that takes several signatures gets this person's, confirmed with a second factor."""
    payment = ask(visitor_of(request), bank.payments.one(payment_id))
    if payment.status != "awaiting_approval":
        return redirect("payment", payment_id=payment.id)
    waiting: Waiting[Any] = Waiting(
        subject=payment,
        begin=bank.payments.begin_confirmation(payment.id),
        go_on=lambda proof: bank.payments.approve(payment.id, proof=proof),
        back=reverse("payment", args=[payment.id]),
    )
    return confirm_waiting(request, waiting)


@require_POST
@for_customers
def refuse(request: PageRequest, payment_id: str) -> HttpResponse:
    """Say no to a payment that waits for signatures, or take one's own back."""
    try:
        ask(visitor_of(request), bank.payments.decline(payment_id))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done. Nothing has left the account."))
    return redirect("payment", payment_id=payment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def apply(request: PageRequest) -> HttpResponse:
    """Ask for an account for a business."""
    visitor = visitor_of(request)
    products = [each for each in ask(visitor, bank.accounts.products()) if each.kind in BUSINESS_KINDS]
    form = BusinessForm(request.POST or None, products=products)
    if request.method == "POST" and form.is_valid():
        found = dict(form.cleaned_data)
        key = found.pop("key")
        try:
            ask(visitor, bank.parties.apply(found | {"signatures": int(found["signatures"])}, key=key))
        except Refused as refused:
            form.refuse(refused, {"business_known": "registration_number", "product_not_found": "product"})
        else:
            messages.success(request, _("We have your application."))
            return redirect("shared")
    return render(request, "customer/business_new.html", {"form": form}, status=422 if form.errors else 200)
