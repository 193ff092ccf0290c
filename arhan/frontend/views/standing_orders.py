"""Standing orders: the list, giving and changing one in two steps, one of them with what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.money import SYMBOLS, text
from arhan.frontend.errors import explain
from arhan.frontend.forms.paying import PinForm
from arhan.frontend.forms.standing_orders import ChangeOrderForm, StandingOrderForm
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import payments as tables
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.acting import Act, confirm_act
from arhan.frontend.views.confirming import Waiting, confirm_waiting
from arhan.frontend.views.downloads import take_along
from arhan.frontend.views.sending import PIN_FIELDS
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.standing_orders import Execution, StandingOrder

FIELDS = {
    "payee_not_found": "payee_number",
    "account_not_found": "payee_number",
    "same_account": "payee_number",
    "number": "payee_number",
    "payee_number": "payee_number",
    "amount_out_of_range": "amount",
    "amount": "amount",
    "schedule_not_valid": "first_date",
    "first_date": "first_date",
    "last_date": "last_date",
    "times": "times",
}
VERBS = ("pause", "resume", "cancel")


@require_safe
@for_customers
def show_all(request: PageRequest) -> HttpResponse:
    """One's own, newest first."""
    after = request.GET.get("after", "")
    panel = ask_all(visitor_of(request), orders=bank.standing_orders.listed(after=after))["orders"]
    return render(request, "customer/standing_orders.html", {"panel": panel, "found": panel.value})


@require_safe
@for_customers
def download(request: PageRequest, order_id: str, form: str) -> HttpResponseBase:
    """What became of its payments, as a file."""

    def page(after: str) -> bank.Question[Listed[Execution]]:
        return bank.standing_orders.executions(order_id, after=after)

    return take_along(request, tables.executions(every(visitor_of(request), page)), form)


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def give(request: PageRequest) -> HttpResponse:
    """What, to whom, how often; then read once more with the payee's checked name, and the PIN."""
    visitor = visitor_of(request)
    accounts = ask(visitor, bank.accounts.mine()).items
    wanted = ("payer_account", "payee_number", "amount", "narration")
    initial = {name: request.GET[name] for name in wanted if name in request.GET}
    form = StandingOrderForm(request.POST or None, accounts=accounts, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _give(request, form) if "pin" in request.POST else _confirm(request, form, PinForm())
    return _details(request, form)


def _details(request: PageRequest, form: StandingOrderForm) -> HttpResponse:
    payer = form.accounts.get(str(form["payer_account"].value())) or next(iter(form.accounts.values()), None)
    context = {
        "form": form,
        "accounts": list(form.accounts.values()),
        "currency_sign": SYMBOLS.get(payer.currency, payer.currency) if payer else "",
    }
    status = 422 if form.errors else 200
    return render(request, "customer/standing_order_new.html", context, status=status)


def _confirm(
    request: PageRequest, form: StandingOrderForm, pin_form: PinForm, *, tries_left: object = None
) -> HttpResponse:
    """Everything once more, with the name behind the number."""
    found = form.cleaned_data
    try:
        payee = ask(visitor_of(request), bank.payments.checked_name(found["payee_number"]))
    except Refused as refused:
        form.refuse(refused, FIELDS)
        return _details(request, form)
    context = {
        "form": form,
        "pin_form": pin_form,
        "found": found,
        "payer": found["payer"],
        "payee": payee,
        "tries_left": tries_left,
    }
    status = 422 if pin_form.errors else 200
    return render(request, "customer/standing_order_confirm.html", context, status=status)


def _give(request: PageRequest, form: StandingOrderForm) -> HttpResponse:
    pin_form = PinForm(request.POST)
    if not pin_form.is_valid():
        return _confirm(request, form, pin_form)
    wishes = form.wishes(pin=pin_form.cleaned_data["pin"])
    try:
        order = ask(visitor_of(request), bank.standing_orders.give(wishes, key=form.cleaned_data["key"]))
    except Refused as refused:
        if refused.refusal.code in PIN_FIELDS:
            pin_form.refuse(refused, PIN_FIELDS)
            return _confirm(request, form, pin_form, tries_left=refused.extra.get("tries_left"))
        form.refuse(refused, FIELDS)
        return _details(request, form)
    if order.status == "unconfirmed":
        return redirect("confirm-standing-order", order_id=order.id)
    messages.success(request, _("The standing order is given."))
    return redirect("standing-order", order_id=order.id)


@require_safe
@for_customers
def show_one(request: PageRequest, order_id: str) -> HttpResponse:
    """One of them, when it is paid next, and what became of every payment."""
    after = request.GET.get("after", "")
    panels = ask_all(
        visitor_of(request),
        order=bank.standing_orders.one(order_id),
        executions=bank.standing_orders.executions(order_id, after=after),
    )
    context = {"panels": panels, "order": panels.need("order"), "after": after}
    return render(request, "customer/standing_order.html", context)


@require_POST
@for_customers
def act(request: PageRequest, order_id: str, verb: str) -> HttpResponse:
    """Let it rest, go on, or end."""
    if verb not in VERBS:
        raise Http404
    done = {
        "pause": _("The standing order rests. What falls due meanwhile is left out."),
        "resume": _("The standing order goes on."),
        "cancel": _("The standing order is cancelled."),
    }[verb]
    try:
        ask(visitor_of(request), bank.standing_orders.say(order_id, verb))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("standing-order", order_id=order_id)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def confirm(request: PageRequest, order_id: str) -> HttpResponse:
    """It begins once its payer has confirmed it with a second factor."""
    order = ask(visitor_of(request), bank.standing_orders.one(order_id))
    if order.status != "unconfirmed":
        return redirect("standing-order", order_id=order.id)
    return confirm_waiting(request, _waiting(order))


def _waiting(order: StandingOrder) -> Waiting[Any]:
    return Waiting(
        subject=order,
        begin=bank.standing_orders.begin_confirmation(order.id),
        go_on=lambda proof: bank.standing_orders.confirm(order.id, proof=proof),
        back=reverse("standing-order", args=[order.id]),
    )


@sensitive_post_parameters("pin", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def change(request: PageRequest, order_id: str) -> HttpResponse:
    """What is to be otherwise; then read once more, and the PIN; a higher amount with a second factor."""
    order = ask(visitor_of(request), bank.standing_orders.one(order_id))
    if order.is_over:
        return redirect("standing-order", order_id=order.id)
    form = ChangeOrderForm(request.POST or None, order=order)
    if request.method != "POST" or not form.is_valid():
        return _changes(request, form)
    if not form.wishes():
        messages.info(request, _("Nothing is changed."))
        return redirect("standing-order", order_id=order.id)
    if "challenge" in request.POST:
        return confirm_act(request, _raise(order, form, pin=request.POST.get("pin", "")))
    return _change(request, form) if "pin" in request.POST else _read_again(request, form, PinForm())


def _changes(request: PageRequest, form: ChangeOrderForm) -> HttpResponse:
    sign = SYMBOLS.get(form.order.currency, form.order.currency)
    context = {"form": form, "order": form.order, "currency_sign": sign}
    status = 422 if form.errors else 200
    return render(request, "customer/standing_order_change.html", context, status=status)


def _read_again(
    request: PageRequest, form: ChangeOrderForm, pin_form: PinForm, *, tries_left: object = None
) -> HttpResponse:
    context = {
        "form": form,
        "pin_form": pin_form,
        "found": form.cleaned_data,
        "order": form.order,
        "tries_left": tries_left,
    }
    status = 422 if pin_form.errors else 200
    return render(request, "customer/standing_order_change_confirm.html", context, status=status)


def _change(request: PageRequest, form: ChangeOrderForm) -> HttpResponse:
    """With the right PIN it is changed, unless payment wants the second factor too."""
    pin_form, order = PinForm(request.POST), form.order
    if not pin_form.is_valid():
        return _read_again(request, form, pin_form)
    pin = pin_form.cleaned_data["pin"]
    try:
        ask(visitor_of(request), bank.standing_orders.change(order.id, form.wishes() | {"pin": pin}))
    except Refused as refused:
        if refused.refusal.code == "proof_required":
            return confirm_act(request, _raise(order, form, pin=pin))
        if refused.refusal.code in PIN_FIELDS:
            pin_form.refuse(refused, PIN_FIELDS)
            return _read_again(request, form, pin_form, tries_left=refused.extra.get("tries_left"))
        form.refuse(refused, FIELDS)
        return _changes(request, form)
    messages.success(request, _("The standing order is changed."))
    return redirect("standing-order", order_id=order.id)


def _raise(order: StandingOrder, form: ChangeOrderForm, *, pin: str) -> Act:
    """A higher amount, confirmed with a second factor of exactly that amount."""
    amount, wishes = form.cleaned_data["minor"], form.wishes() | {"pin": pin}
    words = _("From the next payment on %(amount)s goes to %(name)s.") % {
        "amount": text(amount, order.currency, language=get_language() or "en"),
        "name": order.payee_name,
    }
    return Act(
        words=words,
        begin=bank.standing_orders.begin_confirmation(order.id, amount=amount),
        do=lambda proof: bank.standing_orders.change(order.id, wishes, proof=proof),
        typed={**{bound.name: str(bound.value() or "") for bound in form}, "pin": pin},
        done=_("The standing order is changed."),
        back=reverse("standing-order", args=[order.id]),
    )
