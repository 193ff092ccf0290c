"""An act about an account that is confirmed with a second factor: what was typed goes along, hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.parties import CodeOnlyForm
from arhan.frontend.service.asking import ask
from arhan.frontend.views.access import visitor_of
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.people import Challenge

CODE_FIELDS = {"otp_invalid": "code", "link_invalid": "code", "proof_invalid": "code", "proof_used": "code"}


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
    """Ask for the code; with the right one it is done. What is refused besides the code is said on `back`."""
    visitor = visitor_of(request)
    form = CodeOnlyForm(request.POST if "code" in request.POST else None)
    if "code" in request.POST and form.is_valid():
        try:
            challenge = request.POST.get("challenge", "")
            proved = ask(visitor, bank.passkeys.answer(challenge, code=form.cleaned_data["code"]))
            ask(visitor, act.do(proved.proof))
        except Refused as refused:
            if refused.refusal.code not in CODE_FIELDS:
                messages.error(request, explain(refused))
                return redirect(act.back)
            form.refuse(refused, CODE_FIELDS)
        else:
            messages.success(request, act.done)
            return redirect(act.back)
    return _page(request, act, form)


def _page(request: PageRequest, act: Act, form: CodeOnlyForm) -> HttpResponse:
    """A challenge that was answered wrongly, or whose code was texted, stays the same."""
    visitor = visitor_of(request)
    challenge = request.POST.get("challenge", "")
    sent, has_method = bool(challenge), True
    if not challenge:
        asked = ask(visitor, act.begin)
        challenge, sent, has_method = asked.id, "otp" in asked.methods, bool(asked.methods)
    if "send" in request.POST:
        try:
            ask(visitor, bank.passkeys.text_code(challenge))
        except Refused as refused:
            messages.error(request, explain(refused))
    context = {"act": act, "form": form, "challenge": challenge, "sent": sent, "has_method": has_method}
    return render(request, "customer/confirm_act.html", context, status=422 if form.errors else 200)
