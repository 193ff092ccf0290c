"""What the bank offers: its products, their versions, and proposing new terms."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arhan.frontend import bank
from arhan.frontend.domain.changes import differences
from arhan.frontend.errors import explain
from arhan.frontend.forms.staff import ReasonForm, TermsForm
from arhan.frontend.service.asking import ask, ask_all
from arhan.frontend.tables import screening as tables
from arhan.frontend.views.access import for_staff, visitor_of
from arhan.frontend.views.downloads import take_along
from arhan.kernel.errors import Refused

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from arhan.frontend.domain.changes import Change
    from arhan.frontend.pages import PageRequest
    from arhan.frontend.schemas.accounts import ProductVersion

EDITORS = ("risk", "admin")


@require_safe
@for_staff()
def show_products(request: PageRequest) -> HttpResponse:
    """Every product with the version that is sold now; loans too."""
    panels = ask_all(visitor_of(request), products=bank.accounts.products(), loans=bank.lending.products())
    return render(request, "staff/products.html", {"panels": panels})


@require_safe
@for_staff()
def download(request: PageRequest, form: str) -> HttpResponseBase:
    """The products that are sold now, as a file."""
    found = ask(visitor_of(request), bank.accounts.products())
    return take_along(request, tables.products(found), form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff()
def show_product(request: PageRequest, code: str) -> HttpResponse:
    """Its versions; and a form that puts new terms before a second person."""
    visitor = visitor_of(request)
    versions = ask(visitor, bank.accounts.versions(code))
    if not versions:
        raise Http404
    form = TermsForm(request.POST or None, initial={"terms": versions[0].terms})
    may_edit = visitor.session.role in EDITORS
    if request.method == "POST" and may_edit and form.is_valid():
        found = form.cleaned_data
        asked = bank.accounts.propose_version(code, terms=found["terms"], reason=found["reason"])
        try:
            ask(visitor, asked)
        except Refused as refused:
            form.refuse(refused, {"terms": "terms", "terms_unfit": "terms", "reason": "reason"})
        else:
            messages.success(request, _("Proposed. A second person decides."))
            return redirect("product", code=code)
    context = {
        "code": code,
        "versions": [_shown(version, earlier) for version, earlier in zip_longest(versions, versions[1:])],
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "staff/product.html", context, status=422 if form.errors else 200)


def _shown(
    version: ProductVersion, earlier: ProductVersion | None
) -> tuple[ProductVersion, str, list[Change]]:
    """A version, its terms as they are kept, and what it changed of the one before."""
    written = json.dumps(version.terms, indent=2, ensure_ascii=False)
    return version, written, differences(earlier.terms, version.terms) if earlier else []


@require_POST
@for_staff(*EDITORS)
def move(request: PageRequest, code: str) -> HttpResponse:
    """Propose to move every account to the newest version."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Staff say why they act: write a reason."))
        return redirect("product", code=code)
    try:
        ask(visitor_of(request), bank.accounts.propose_move(code, reason=form.cleaned_data["reason"]))
    except Refused as refused:
        messages.error(request, explain(refused))
    else:
        messages.success(request, _("Proposed. A second person decides."))
    return redirect("product", code=code)
