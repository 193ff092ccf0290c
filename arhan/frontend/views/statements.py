"""Statements: of each month, of any period, in five formats, long ones with their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.periods import usual
from arhan.frontend.errors import explain
from arhan.frontend.forms.statements import MonthForm, PeriodForm
from arhan.frontend.labels import STATEMENT_TYPES
from arhan.frontend.service.asking import ask, ask_all, stream
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.kernel.errors import NOT_FOUND, Refused

if TYPE_CHECKING:
    from arhan.frontend.pages import PageRequest

FIELDS = {"period_unfit": "until", "since": "since", "until": "until", "format": "format"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def show(request: PageRequest, account_id: str) -> HttpResponse:
    """What there is, and a form for any other period."""
    today = timezone.localdate()
    begin = {
        "since": request.GET.get("since", today.replace(day=1)),
        "until": request.GET.get("until", today),
    }
    form = PeriodForm(request.POST if "since" in request.POST else None, initial=begin)
    if request.method == "POST":
        wish = form if "since" in request.POST else MonthForm(request.POST)
        if wish.is_valid():
            try:
                return _ask_for(request, account_id, wish)
            except Refused as refused:
                if wish is form:
                    form.refuse(refused, FIELDS)
                else:
                    messages.error(request, explain(refused))
    return _page(request, account_id, form)


def _page(request: PageRequest, account_id: str, form: PeriodForm) -> HttpResponse:
    after = request.GET.get("after", "")
    panels = ask_all(
        visitor_of(request),
        account=bank.accounts.one(account_id),
        months=bank.statements.numbered(account_id, after=after),
        files=bank.statements.files(account_id),
    )
    refused = panels["account"].refused
    if refused and refused.refusal.status == NOT_FOUND.status:
        raise refused
    context = {
        "panels": panels,
        "account": panels["account"].value,
        "account_id": account_id,
        "form": form,
        "month_form": MonthForm(),
        "periods": usual(timezone.localdate()),
    }
    status = 422 if form.errors else 200
    return render(request, "customer/statements.html", context, status=status)


def _ask_for(request: PageRequest, account_id: str, wish: PeriodForm | MonthForm) -> HttpResponse:
    """Straight to the file when it is ready, else back to where its progress is shown."""
    key = wish.cleaned_data["key"]
    made = ask(visitor_of(request), bank.statements.ask_for(account_id, wish.wanted(), key=key))
    if made.is_ready:
        return redirect("statement-file", account_id=account_id, file_id=made.id)
    messages.info(request, _("It is long, so it takes a moment. You see here how far it is."))
    return redirect("statements", account_id=account_id)


@require_safe
@for_customers
def progress(request: PageRequest, account_id: str) -> HttpResponse:
    """How far those in the making are; asked again while any is."""
    panel = ask_all(visitor_of(request), files=bank.statements.files(account_id))["files"]
    return render(request, "customer/statement_files.html", {"panel": panel, "account_id": account_id})


@require_safe
@for_customers
def open_notice(request: PageRequest, file_id: str) -> HttpResponse:
    """From a notice, which names only the file, to the file; where it has expired, to the accounts."""
    try:
        made = ask(visitor_of(request), bank.statements.find(file_id))
    except Refused as refused:
        if refused.refusal.code != NOT_FOUND.code:
            raise
        messages.info(request, _("This statement is not kept any more. Ask for it again."))
        return redirect("accounts")
    return redirect("statement-file", account_id=made.account, file_id=made.id)


@require_safe
@for_customers
def download(request: PageRequest, account_id: str, file_id: str) -> StreamingHttpResponse:
    """The file, passed on part by part: it may be larger than a page has room for."""
    visitor = visitor_of(request)
    made = ask(visitor, bank.statements.file(account_id, file_id))
    parts = stream(visitor, bank.statements.content(account_id, file_id))
    response = StreamingHttpResponse(
        parts, content_type=STATEMENT_TYPES.get(made.format, "application/octet-stream")
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    return response
