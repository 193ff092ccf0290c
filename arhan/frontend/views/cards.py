"""Cards: request, look, freeze, block, replace, rules; the number for half a minute."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.money import typed
from arhan.frontend.errors import explain
from arhan.frontend.forms.cards import (
    BlockForm,
    CardForm,
    NewPinForm,
    PasskeyPinForm,
    ReplaceForm,
    RulesForm,
)
from arhan.frontend.forms.passkeys import CredentialForm
from arhan.frontend.forms.security import CodeForm
from arhan.frontend.forms.staff import ReasonForm
from arhan.frontend.service.asking import ask, ask_all, every
from arhan.frontend.tables import payments as payment_tables
from arhan.frontend.tables import people as people_tables
from arhan.frontend.views.access import for_customers, for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from arhan.frontend.forms.base import BankForm
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.cards import Card
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.payments import Payment

SHOWN_FOR_S = 30
"""How long the whole number stays on the screen."""
VERBS = ("activate", "freeze", "unfreeze", "close")
CODE_FIELDS = {"otp_invalid": "code", "link_invalid": "code"}
DESK = ("support", "risk", "admin")


@require_safe
@for_customers
def show_cards(request: PageRequest) -> HttpResponse:
    """Every card of mine, drawn as one."""
    panels = ask_all(visitor_of(request), cards=bank.cards.listed(after=request.GET.get("after", "")))
    return render(request, "customer/cards.html", {"panels": panels})


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def request_card(request: PageRequest) -> HttpResponse:
    """Have a card made."""
    visitor = visitor_of(request)
    form = CardForm(request.POST or None, accounts=ask(visitor, bank.accounts.mine()).items)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        wanted = {name: found[name] for name in ("account", "type", "variant", "pin")}
        try:
            card = ask(visitor, bank.cards.issue(wanted, key=found["key"]))
        except Refused as refused:
            form.refuse(refused, {"account": "account", "pin": "pin"})
        else:
            messages.success(request, _("Your card is made."))
            return redirect("card", card_id=card.id)
    return render(request, "customer/cards_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@for_customers
def show_card(request: PageRequest, card_id: str) -> HttpResponse:
    """The card, what it may do, and its payments."""
    return _card_page(request, ask(visitor_of(request), bank.cards.one(card_id)))


@require_safe
@for_customers
def download_payments(request: PageRequest, card_id: str, form: str) -> HttpResponseBase:
    """Every payment by my card, as a file."""
    return _payments(request, card_id, form)


def _payments(request: PageRequest, card_id: str, form: str) -> HttpResponseBase:
    visitor = visitor_of(request)
    card = ask(visitor, bank.cards.one(card_id))

    def page(after: str) -> bank.Question[Listed[Payment]]:
        return bank.payments.newest(card=card.id, after=after, limit=bank.payments.MOST)

    return take_along(request, payment_tables.of_card(card.last4, every(visitor, page)), form)


def _card_page(
    request: PageRequest, card: Card, *, rules: RulesForm | None = None, replacing: ReplaceForm | None = None
) -> HttpResponse:
    panels = ask_all(visitor_of(request), payments=bank.payments.newest(card=card.id, limit=10))
    context = {
        "card": card,
        "panels": panels,
        "currency": card.currency,
        "rules": rules or RulesForm(currency=card.currency, initial=_initial(card)),
        "blocking": BlockForm(),
        "replacing": replacing or ReplaceForm(),
    }
    wrong = any(form is not None and form.errors for form in (rules, replacing))
    return render(request, "customer/cards_one.html", context, status=422 if wrong else 200)


def _initial(card: Card) -> dict[str, object]:
    amounts = {name: card.controls.amount(name) for name in ("use", "day", "month")}
    limits = {n: typed(amount, card.currency) for n, amount in amounts.items() if amount is not None}
    return limits | {
        "online": card.controls.online,
        "at_home": card.controls.countries_allowed == ["NG"],
    }


@require_POST
@for_customers
def act(request: PageRequest, card_id: str, verb: str) -> HttpResponse:
    """Activate, freeze, unfreeze or close."""
    if verb in VERBS:
        _do(request, card_id, verb, None)
    return redirect("card", card_id=card_id)


@require_POST
@for_customers
def block(request: PageRequest, card_id: str) -> HttpResponse:
    """Close a lost, stolen or known card for good."""
    form = BlockForm(request.POST)
    if form.is_valid():
        _do(request, card_id, "block", {"reason": form.cleaned_data["reason"]})
    return redirect("card", card_id=card_id)


@require_POST
@for_customers
def set_rules(request: PageRequest, card_id: str) -> HttpResponse:
    """What the card may do from now on."""
    card = ask(visitor_of(request), bank.cards.one(card_id))
    form = RulesForm(request.POST, currency=card.currency)
    if not form.is_valid():
        return _card_page(request, card, rules=form)
    _do(request, card_id, "controls", form.rules())
    return redirect("card", card_id=card_id)


@sensitive_post_parameters("pin")
@require_POST
@for_customers
def replace(request: PageRequest, card_id: str) -> HttpResponse:
    """Another card with the same rules."""
    visitor, form = visitor_of(request), ReplaceForm(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        asked = bank.cards.replace(card_id, reason="damaged", pin=found["pin"], key=found["key"])
        try:
            made = ask(visitor, asked)
        except Refused as refused:
            form.refuse(refused, {"pin": "pin"})
        else:
            messages.success(request, _("Your new card is made; the old one is closed."))
            return redirect("card", card_id=made.id)
    return _card_page(request, ask(visitor, bank.cards.one(card_id)), replacing=form)


def _do(request: PageRequest, card_id: str, verb: str, body: dict[str, object] | None) -> None:
    try:
        ask(visitor_of(request), bank.cards.act(card_id, verb, body))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done."))


@sensitive_variables("shown")
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def reveal(request: PageRequest, card_id: str) -> HttpResponse:
    """The whole number for half a minute, once its owner has confirmed; the page then leaves by itself."""
    visitor = visitor_of(request)
    card = ask(visitor, bank.cards.one(card_id))
    form = _given(request, code=CodeForm, passkey=CredentialForm)
    if form is not None and form.is_valid():
        try:
            shown = ask(visitor, bank.cards.reveal(card_id, proof=_proof(request, form)))
        except Refused as refused:
            form.refuse(refused, CODE_FIELDS)
        else:
            context = {"card": card, "shown": shown, "seconds": SHOWN_FOR_S}
            response = render(request, "customer/cards_shown.html", context)
            response["Refresh"] = f"{SHOWN_FOR_S}; url={reverse('card', args=[card_id])}"
            response["Cache-Control"] = "no-store"
            return response
    return _confirm(request, card, form, CodeForm(), CredentialForm(), action=bank.cards.REVEAL)


@sensitive_post_parameters("code", "credential", "new")
@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def new_pin(request: PageRequest, card_id: str) -> HttpResponse:
    """A new PIN for a card whose PIN is forgotten, blocked or not set, confirmed by its owner."""
    visitor = visitor_of(request)
    card = ask(visitor, bank.cards.one(card_id))
    form = _given(request, code=NewPinForm, passkey=PasskeyPinForm)
    if form is not None and form.is_valid():
        found = form.cleaned_data
        try:
            proof = _proof(request, form)
            ask(visitor, bank.cards.change_pin(card_id, new=found["new"], proof=proof, key=found["key"]))
        except Refused as refused:
            form.refuse(refused, CODE_FIELDS | {"new_pin": "new"})
        else:
            messages.success(request, _("The card has a new PIN."))
            return redirect("card", card_id=card_id)
    return _confirm(request, card, form, NewPinForm(), PasskeyPinForm(), action=bank.cards.PIN)


def _given(request: PageRequest, *, code: type[BankForm], passkey: type[BankForm]) -> BankForm | None:
    """What the owner confirmed with, if they did."""
    if request.POST.get("credential"):
        return passkey(request.POST)
    return code(request.POST) if "code" in request.POST else None


def _proof(request: PageRequest, form: BankForm) -> str:
    found, challenge = form.cleaned_data, request.POST.get("challenge", "")
    answer = bank.passkeys.answer(challenge, code=found.get("code", ""), credential=found.get("credential"))
    return ask(visitor_of(request), answer).proof


def _confirm(
    request: PageRequest,
    card: Card,
    sent: BankForm | None,
    by_code: BankForm,
    by_passkey: BankForm,
    *,
    action: str,
) -> HttpResponse:
    """Ask for what second factor this person has; a challenge whose code was texted stays the same."""
    visitor = visitor_of(request)
    asked = ask(visitor, bank.cards.begin_confirmation(card.id, action))
    is_passkeys = isinstance(sent, CredentialForm)
    challenge = "" if is_passkeys else request.POST.get("challenge", "")
    if "send" in request.POST:
        try:
            ask(visitor, bank.passkeys.text_code(challenge))
        except Refused as refused:
            messages.error(request, explain(refused))
    context = {
        "card": card,
        "form": sent if sent is not None and not is_passkeys else by_code,
        "passkey": sent if is_passkeys else by_passkey,
        "methods": asked.methods,
        "challenge": challenge or asked.id,
        "sent": bool(challenge) or "text" not in asked.methods,
    }
    if "passkey" in asked.methods:
        options = ask(visitor, bank.passkeys.options_to_confirm(asked.id)).options
        context |= {"options": json.dumps(options), "passkey_challenge": asked.id}
    status = 422 if sent is not None and sent.errors else 200
    return render(request, "customer/cards_confirm.html", context, status=status)


@require_safe
@for_staff(*DESK, "teller", "auditor")
def desk(request: PageRequest) -> HttpResponse:
    """Everybody's cards: everything but their numbers."""
    wanted = _wanted(request)
    asked = bank.cards.listed(after=request.GET.get("after", ""), limit=25, **wanted)
    panels = ask_all(visitor_of(request), cards=asked)
    return render(request, "staff/cards.html", {"panels": panels, "wanted": wanted})


def _wanted(request: PageRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in ("last4", "customer", "status")}


@require_safe
@for_staff(*DESK, "teller", "auditor")
def download_desk(request: PageRequest, form: str) -> HttpResponseBase:
    """The cards the filters leave, as a file."""
    wanted = _wanted(request)

    def page(after: str) -> bank.Question[Listed[Card]]:
        return bank.cards.listed(after=after, limit=bank.accounts.MOST, **wanted)

    return take_along(request, people_tables.cards(every(visitor_of(request), page)), form)


@require_safe
@for_staff(*DESK, "teller", "auditor")
def download_desk_payments(request: PageRequest, card_id: str, form: str) -> HttpResponseBase:
    """Every payment by a customer's card, as a file."""
    return _payments(request, card_id, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*DESK, "teller", "auditor")
def desk_card(request: PageRequest, card_id: str) -> HttpResponse:
    """One card with its rules and payments; the desk freezes and unfreezes it, and says why."""
    visitor = visitor_of(request)
    form = ReasonForm(request.POST or None)
    may_act = visitor.session.role in DESK
    if request.method == "POST" and may_act and form.is_valid():
        verb = "unfreeze" if request.POST.get("verb") == "unfreeze" else "freeze"
        _do(request, card_id, verb, {"reason": form.cleaned_data["reason"]})
        return redirect("staff-card", card_id=card_id)
    card = ask(visitor, bank.cards.one(card_id))
    panels = ask_all(visitor, payments=bank.payments.newest(card=card.id, limit=25))
    context = {"card": card, "panels": panels, "form": form, "may_act": may_act, "currency": card.currency}
    return render(request, "staff/card.html", context, status=422 if form.errors else 200)
