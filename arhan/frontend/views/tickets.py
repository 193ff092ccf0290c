"""Asking the bank: tickets with their threads, for customers and for the support desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.tickets import MessageForm, PriorityForm, ResolutionForm, TicketForm
from arhan.frontend.labels import TICKET_STATES
from arhan.frontend.service.asking import ask, ask_all, every, fetch
from arhan.frontend.tables import people as tables
from arhan.frontend.views.access import for_customers, for_staff, signed_in, visitor_of
from arhan.frontend.views.downloads import show_document, take_along
from arhan.kernel.errors import Refused
from arhan.kernel.http import File

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.common import Listed
    from arhan.frontend.schemas.tickets import Ticket
    from arhan.frontend.service.sessions import Visitor

PER_PAGE = 25
DESK = ("support", "admin")

FIELDS = {"title": "title", "body": "body", "document_refused": "file", "payload_too_large": "file"}
TABS = ("due", "overdue", "mine", "complaints", "all")


@require_safe
@for_customers
def show_tickets(request: PageRequest) -> HttpResponse:
    """What I have asked."""
    asked = bank.tickets.listed(after=request.GET.get("after", ""))
    panels = ask_all(visitor_of(request), tickets=asked)
    return render(request, "customer/tickets.html", {"panels": panels})


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def open_ticket(request: PageRequest) -> HttpResponse:
    """Ask or complain, about a payment, an account, a card, a loan or something else."""
    visitor = visitor_of(request)
    initial = {name: request.GET.get(name, "") for name in ("subject", "about", "title")}
    form = TicketForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        try:
            thread = ask(visitor, bank.tickets.open_one(form.wanted(), key=found["key"]))
            _attach(visitor, thread.id, thread.messages[0].id, found["file"])
        except Refused as refused:
            form.refuse(refused, FIELDS)
        else:
            messages.success(request, _("We have your message. You read our answer here."))
            return redirect("ticket", ticket_id=thread.id)
    return render(request, "customer/ticket_new.html", {"form": form}, status=422 if form.errors else 200)


def _attach(visitor: Visitor, ticket_id: str, message_id: str, file: Any) -> None:
    if file:
        sent = File(file.read(), file.content_type)
        ask(visitor, bank.tickets.attach(ticket_id, message_id, sent))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_ticket(request: PageRequest, ticket_id: str) -> HttpResponse:
    """The thread, and a place to answer."""
    visitor = visitor_of(request)
    form = MessageForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        internal = found["internal"] and visitor.is_staff
        asked = bank.tickets.write(ticket_id, body=found["body"], internal=internal, key=found["key"])
        try:
            _attach(visitor, ticket_id, ask(visitor, asked).id, found["file"])
        except Refused as refused:
            form.refuse(refused, FIELDS)
        else:
            return redirect("ticket", ticket_id=ticket_id)
    thread = ask(visitor, bank.tickets.one(ticket_id))
    role = visitor.session.role
    context = {
        "ticket": thread,
        "form": form,
        "may_act": role in DESK,
        "may_write": role in DESK or not visitor.is_staff,
        "priority_form": PriorityForm(initial={"priority": thread.priority}),
        "me": visitor.session.person,
    }
    return render(request, "ticket.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def attachment(request: PageRequest, ticket_id: str, document_id: str) -> HttpResponse:
    """A document that was handed in with it."""
    visitor = visitor_of(request)
    found = ask(visitor, bank.tickets.one(ticket_id)).attachment(document_id)
    if found is None:
        raise Http404
    content = fetch(visitor, bank.tickets.attachment(ticket_id, document_id))
    return show_document(content, media_type=found.media_type, name=found.id)


@require_safe
@for_staff()
def queue(request: PageRequest) -> HttpResponse:
    """What waits for the desk: due first, late, mine, complaints."""
    tab, query = request.GET.get("tab", "due"), request.GET.get("query", "").strip()
    asked = bank.tickets.listed(after=request.GET.get("after", ""), limit=PER_PAGE, **_wanted(request))
    panels = ask_all(visitor_of(request), tickets=asked)
    context = {"panels": panels, "tab": tab, "tabs": TABS, "query": query, "states": TICKET_STATES}
    return render(request, "staff/tickets.html", context)


@require_safe
@for_staff()
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The tickets of a tab that have the words, as a file."""
    wanted = _wanted(request)

    def page(after: str) -> bank.Question[Listed[Ticket]]:
        return bank.tickets.listed(after=after, limit=bank.accounts.MOST, **wanted)

    return take_along(request, tables.tickets(every(visitor_of(request), page)), form)


def _wanted(request: PageRequest) -> dict[str, str]:
    visitor, tab = visitor_of(request), request.GET.get("tab", "due")
    wanted: dict[str, dict[str, str]] = {
        "due": {"open": "true", "sort": "due"},
        "overdue": {"overdue": "true", "sort": "due"},
        "mine": {"open": "true", "assignee": visitor.session.person, "sort": "due"},
        "complaints": {"open": "true", "complaint": "true", "sort": "due"},
        "all": {},
    }
    if tab not in wanted:
        raise Http404
    return wanted[tab] | {"query": request.GET.get("query", "").strip()}


@require_POST
@for_staff(*DESK)
def assign(request: PageRequest, ticket_id: str) -> HttpResponse:
    """Take it, or give it back to nobody."""
    mine = visitor_of(request).session.person if request.POST.get("take") else None
    return _do(request, ticket_id, "assign", {"assignee": mine})


@require_POST
@for_staff(*DESK)
def prioritise(request: PageRequest, ticket_id: str) -> HttpResponse:
    """Say how urgent it is."""
    form = PriorityForm(request.POST)
    if not form.is_valid():
        raise Http404
    return _do(request, ticket_id, "priority", form.cleaned_data)


@require_POST
@for_staff(*DESK)
def resolve(request: PageRequest, ticket_id: str) -> HttpResponse:
    """Say what resolved it."""
    form = ResolutionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what resolved it; the customer reads that."))
        return redirect("ticket", ticket_id=ticket_id)
    return _do(request, ticket_id, "resolve", form.cleaned_data)


@require_POST
@signed_in
def close(request: PageRequest, ticket_id: str) -> HttpResponse:
    """Nothing more is to be done."""
    return _do(request, ticket_id, "close", None)


def _do(request: PageRequest, ticket_id: str, verb: str, body: dict[str, Any] | None) -> HttpResponse:
    try:
        ask(visitor_of(request), bank.tickets.act(ticket_id, verb, body))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Done."))
    return redirect("ticket", ticket_id=ticket_id)
