"""Loans from the customer's side: work one out, apply, accept, repay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.errors import explain
from arhan.frontend.forms.lending import (
    ApplicationForm,
    CalculatorForm,
    LoanDocumentForm,
    RepaymentForm,
)
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.tables import lending as tables
from arhan.frontend.views.access import for_customers, visitor_of
from arhan.frontend.views.downloads import loan_document, take_along
from arhan.kernel.errors import Refused
from arhan.kernel.http import File

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.lending import Quote
    from arhan.frontend.service.sessions import Visitor

PER_PAGE = 25
USUAL_AMOUNT = "250,000"
USUAL_MONTHS = 12
QUOTE_FIELDS = {
    "principal": "amount",
    "amount": "amount",
    "loan_amount_not_offered": "amount",
    "loan_term_not_offered": "months",
    "number_of_instalments": "months",
    "loan_purpose_not_offered": "purpose",
    "loan_account_unfit": "account",
    "loan_product_not_found": "product",
}
REPAYMENT_FIELDS = {"repayment_too_small": "amount", "repayment_too_large": "amount", "amount": "amount"}


@require_safe
@for_customers
def show_loans(request: PageRequest) -> HttpResponse:
    """The customer's loans and applications."""
    panels = ask_all(visitor_of(request), loans=bank.lending.listed(limit=PER_PAGE))
    return render(request, "customer/loans.html", {"panels": panels})


@require_safe
@for_customers
def calculator(request: PageRequest) -> HttpResponse:
    """What a loan would come to: the instalment, the cost, the schedule; nothing is kept."""
    form = _calculator(request)
    quote = _quote(visitor_of(request), form)
    products = list(form.products.values())
    context = {"form": form, "products": products, "quote": quote, "product": form.chosen}
    template = "customer/loan_quote.html" if request.headers.get("HX-Request") else "customer/calculator.html"
    return render(request, template, context)


@require_safe
@for_customers
def download_quote(request: PageRequest, form: str) -> HttpResponseBase:
    """The schedule that was worked out, as a file."""
    wanted = _calculator(request)
    quote = _quote(visitor_of(request), wanted)
    if quote is None or wanted.chosen is None:
        raise Http404
    return take_along(request, tables.quote(quote, wanted.chosen.currency), form)


def _calculator(request: PageRequest) -> CalculatorForm:
    products = ask(visitor_of(request), bank.lending.products())
    first = products[0].code if products else ""
    usual = {"product": first, "amount": USUAL_AMOUNT, "months": str(USUAL_MONTHS)}
    asked = {name: request.GET.get(name, value) for name, value in usual.items()}
    return CalculatorForm(asked, products=products)


def _quote(visitor: Visitor, form: CalculatorForm) -> Quote | None:
    """The quote; None when the form says why there is none."""
    if not form.is_valid():
        return None
    found = form.cleaned_data
    product = form.products[found["product"]]
    if not product.least <= found["amount"] <= product.most:
        form.add_error("amount", _("This loan is not offered for that amount."))
        return None
    asked = bank.lending.quote(
        product, amount=found["amount"], months=found["months"], on=timezone.localdate()
    )
    try:
        return ask(visitor, asked)
    except Refused as refused:
        form.refuse(refused, QUOTE_FIELDS)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def apply(request: PageRequest) -> HttpResponse:
    """Apply; a loan officer decides."""
    visitor = visitor_of(request)
    panels = ask_all(visitor, products=bank.lending.products(), accounts=bank.accounts.mine())
    products = panels["products"].value or []
    accounts = panels["accounts"].value.items if panels["accounts"].ok else []
    initial = {name: request.GET.get(name, "") for name in ("product", "amount", "months")}
    form = ApplicationForm(request.POST or None, products=products, accounts=accounts, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            loan = ask(visitor, bank.lending.apply(form.wanted(), key=form.cleaned_data["key"]))
        except Refused as refused:
            form.refuse(refused, QUOTE_FIELDS)
        else:
            messages.success(request, _("We have your application. A loan officer looks at it next."))
            return redirect("loan", loan_id=loan.id)
    context = {
        "form": form,
        "panels": panels,
        "accounts": [account for account in accounts if account.status == "active"],
        "product": form.chosen,
    }
    return render(request, "customer/loan_apply.html", context, status=422 if form.errors else 200)


@require_safe
@for_customers
def show_loan(request: PageRequest, loan_id: str) -> HttpResponse:
    """One loan: where it stands, its schedule, what happened."""
    panels = ask_all(visitor_of(request), loan=bank.lending.one(loan_id))
    refused = panels["loan"].refused
    if refused and refused.refusal.status == 404:  # noqa: PLR2004 - RFC 9110
        raise refused
    context = {
        "panels": panels,
        "loan": panels["loan"].value,
        "loan_id": loan_id,
        "document_form": LoanDocumentForm(auto_id="document_%s"),
    }
    return render(request, "customer/loan.html", context)


@require_safe
@for_customers
def download_schedule(request: PageRequest, loan_id: str, form: str) -> HttpResponseBase:
    """The instalments and what has been paid of them, as a file."""
    loan = ask(visitor_of(request), bank.lending.one(loan_id))
    return take_along(request, tables.schedule(loan), form)


@require_safe
@for_customers
def download_history(request: PageRequest, loan_id: str, form: str) -> HttpResponseBase:
    """What happened to the loan, as a file."""
    loan = ask(visitor_of(request), bank.lending.one(loan_id))
    return take_along(request, tables.history(loan, names_who=False), form)


@require_POST
@for_customers
def add_document(request: PageRequest, loan_id: str) -> HttpResponse:
    """Hand in something that speaks for the application."""
    form = LoanDocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("loan", loan_id=loan_id)
    given = form.cleaned_data["file"]
    file = File(given.read(), given.content_type)
    question = bank.lending.add_document(loan_id, kind=form.cleaned_data["kind"], file=file)
    return _do(request, loan_id, question, _("Thank you. That is kept."))


@require_safe
@for_customers
def document(request: PageRequest, loan_id: str, document_id: str) -> HttpResponse:
    """A document that was handed in."""
    return loan_document(request, loan_id, document_id)


@require_POST
@for_customers
def withdraw(request: PageRequest, loan_id: str) -> HttpResponse:
    """Want the loan no more."""
    return _do(request, loan_id, bank.lending.withdraw(loan_id), _("The application is withdrawn."))


@require_POST
@for_customers
def accept(request: PageRequest, loan_id: str) -> HttpResponse:
    """Agree to the offer; however often it is pressed, the money comes once."""
    return _do(request, loan_id, bank.lending.accept(loan_id), _("Agreed. The money is on its way."))


def _do(request: PageRequest, loan_id: str, question: bank.Question[Any], done: str) -> HttpResponse:
    try:
        ask(visitor_of(request), question)
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, done)
    return redirect("loan", loan_id=loan_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def repay(request: PageRequest, loan_id: str) -> HttpResponse:
    """Pay what is due, something ahead of time, or everything."""
    visitor = visitor_of(request)
    loan, payoff = ask(visitor, bank.lending.one(loan_id)), ask(visitor, bank.lending.payoff(loan_id))
    initial = {"what": "due" if loan.due_now else "payoff"}
    form = RepaymentForm(
        request.POST or None, currency=loan.currency, due=loan.due_now, payoff=payoff.total, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        asked = bank.lending.repay(loan.id, amount=found["sum"], effect=found["effect"], key=found["key"])
        try:
            ask(visitor, asked)
        except Refused as refused:
            form.refuse(refused, REPAYMENT_FIELDS)
        else:
            messages.success(request, _("Thank you. Your loan shows what was paid."))
            return redirect("loan", loan_id=loan.id)
    context = {"form": form, "loan": loan, "payoff": payoff}
    return render(request, "customer/loan_repay.html", context, status=422 if form.errors else 200)
