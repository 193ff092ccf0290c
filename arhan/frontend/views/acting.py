"""An act about an account that is confirmed with a second factor: what was typed goes along, hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.parties import CodeOnlyForm
from arhan.frontend.forms.passkeys import CredentialForm
from arhan.frontend.service.asking import ask
from arhan.frontend.views.access import visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.people import Challenge

CODE_FIELDS = {
    "otp_invalid": "code",
    "link_invalid": "code",
    "proof_invalid": "code",
    "proof_used": "code",
    "passkey_invalid": "",
}


@dataclass(frozen=True, slots=True)
class Act:
    """What is confirmed, and what happens then."""

    words: str
    """What the person reads."""
    begin: bank.Question[Challenge]
    do: Callable[[str], bank.Question[Any]]
    """With identity's proof."""
    typed: Mapping[str, str]
    """Fields of the form before, sent again with the code."""
    done: str
    back: str


def confirm_act(request: PageRequest, act: Act) -> HttpResponse:
    """Ask for a code or a passkey; with the right one it is done. What else is refused is said on `back`."""
    visitor = visitor_of(request)
    form = _form(request)
    if form.is_bound and form.is_valid():
        try:
            challenge = request.POST.get("challenge", "")
            proved = ask(visitor, bank.passkeys.answer(challenge, **form.cleaned_data))
            ask(visitor, act.do(proved.proof))
        except Refused as refused:
            if refused.refusal.code not in CODE_FIELDS:
                messages.error(request, explain(refused))
                return redirect(act.back)
            form.refuse(refused, CODE_FIELDS if "code" in form.fields else {})
        else:
            messages.success(request, act.done)
            return redirect(act.back)
    return _page(request, act, form)


def _form(request: PageRequest) -> CodeOnlyForm | CredentialForm:
    if "credential" in request.POST:
        return CredentialForm(request.POST)
    return CodeOnlyForm(request.POST if "code" in request.POST else None)


def _page(request: PageRequest, act: Act, form: CodeOnlyForm | CredentialForm) -> HttpResponse:
    """A challenge whose code was wrong, or was texted, stays the same; a passkey is asked anew."""
    visitor = visitor_of(request)
    context: dict[str, Any] = {"act": act, "form": form, "challenge": request.POST.get("challenge", "")}
    if not context["challenge"] or isinstance(form, CredentialForm):
        asked = ask(visitor, act.begin)
        context |= {"challenge": asked.id, "methods": asked.methods}
        if "passkey" in asked.methods:
            context["options"] = json.dumps(ask(visitor, bank.passkeys.options_to_confirm(asked.id)).options)
    else:
        context["methods"] = ["otp"]
    if "send" in request.POST:
        try:
            ask(visitor, bank.passkeys.text_code(context["challenge"]))
        except Refused as refused:
            messages.error(request, explain(refused))
    context["code_form"] = CodeOnlyForm() if isinstance(form, CredentialForm) else form
    return render(request, "customer/confirm_act.html", context, status=422 if form.errors else 200)
