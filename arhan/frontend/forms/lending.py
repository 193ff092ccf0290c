"""Loans: working one out, applying, repaying, deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField
from arhan.frontend.forms.kyc import DocumentForm
from arhan.frontend.forms.staff import ReasonForm
from arhan.frontend.labels import LOAN_DOCUMENT_KINDS, LOAN_PURPOSES, of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Account
    from arhan.frontend.schemas.lending import LoanProduct

MOST_INSTALMENTS = 60


class CalculatorForm(BankForm):
    """How much, and over how many months."""

    product = forms.ChoiceField(label=_("Loan"))
    amount = AmountField(label=_("Amount"))
    months = forms.TypedChoiceField(label=_("Months"), coerce=int)

    def __init__(self, *arguments: Any, products: Iterable[LoanProduct], **options: Any) -> None:
        """What the bank offers."""
        super().__init__(*arguments, **options)
        self.products = {product.code: product for product in products}
        terms = sorted({months for product in self.products.values() for months in product.terms})
        self._choose("product", [(code, product.name) for code, product in self.products.items()])
        self._choose("months", [(months, str(months)) for months in terms])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def chosen(self) -> LoanProduct | None:
        """The one that is chosen, else the first."""
        found = self.products.get(str(self["product"].value() or ""))
        return found or next(iter(self.products.values()), None)

    def clean(self) -> dict[str, Any]:
        """The amount in minor units of the loan's currency."""
        found = super().clean() or {}
        product = self.products.get(found.get("product", ""))
        if product is not None:
            self._read_amounts(found, product.currency)
        return found

    def _read_amounts(self, found: dict[str, Any], currency: str) -> None:
        for name, field in self.fields.items():
            if isinstance(field, AmountField) and found.get(name):
                try:
                    found[name] = AmountField.minor_units(found[name], currency)
                except ValidationError as error:
                    self.add_error(name, error)


class ApplicationForm(CalculatorForm):
    """A loan applied for; the officer sees what is said of a month."""

    purpose = forms.ChoiceField(label=_("What is it for?"))
    account = forms.ChoiceField(
        label=_("Account"), help_text=_("The loan is paid to this account and collected from it.")
    )
    income = AmountField(label=_("Income in a month"))
    outgoings = AmountField(label=_("What you spend in a month"))
    other_instalments = AmountField(label=_("Instalments of other loans"), required=False)
    key = KeyField()

    def __init__(self, *arguments: Any, accounts: Iterable[Account], **options: Any) -> None:
        """The accounts that can take the loan."""
        super().__init__(*arguments, **options)
        purposes = sorted({purpose for product in self.products.values() for purpose in product.purposes})
        self._choose("purpose", [(code, of(LOAN_PURPOSES, code)) for code in purposes])
        open_ones = [account for account in accounts if account.status == "active"]
        self._choose("account", [(account.id, account.number) for account in open_ones])

    def wanted(self) -> dict[str, Any]:
        """The application as account reads it."""
        found = self.cleaned_data
        product = self.products[found["product"]]
        return {
            "product": product.code,
            "amount": found["amount"],
            "currency": product.currency,
            "number_of_instalments": found["months"],
            "purpose": found["purpose"],
            "account": found["account"],
            "affordability": {
                "income": found["income"],
                "outgoings": found["outgoings"],
                "other_instalments": found["other_instalments"] or 0,
            },
        }


class RepaymentForm(BankForm):
    """What is due, all of it, or something ahead of time."""

    what = forms.ChoiceField(
        label=_("Pay"),
        choices=[
            ("due", _("What is due now")),
            ("payoff", _("Everything, and close the loan")),
            ("ahead", _("Something ahead of time")),
        ],
    )
    amount = AmountField(label=_("Amount"), required=False)
    effect = forms.ChoiceField(
        label=_("And then"),
        required=False,
        choices=[("reduce_term", _("Fewer instalments")), ("reduce_instalment", _("Smaller instalments"))],
    )
    key = KeyField()

    def __init__(self, *arguments: Any, currency: str, due: int, payoff: int, **options: Any) -> None:
        """What is due, and what closes the loan."""
        super().__init__(*arguments, **options)
        self._currency, self._sums = currency, {"due": due, "payoff": payoff}

    def clean(self) -> dict[str, Any]:
        """The sum in minor units and its effect."""
        found = super().clean() or {}
        what = found.get("what")
        if what == "ahead":
            try:
                found["sum"] = AmountField.minor_units(found.get("amount") or "", self._currency)
            except ValidationError as error:
                self.add_error("amount", error)
            found["effect"] = found.get("effect") or "reduce_term"
        elif what:
            found["sum"] = self._sums[what]
            found["effect"] = "reduce_term" if what == "payoff" else ""
        return found


class LoanDecisionForm(ReasonForm):
    """Yes or no, and why."""

    verb = forms.ChoiceField(choices=[("approve", ""), ("reject", ""), ("charge-off", ""), ("write-off", "")])

    def body(self) -> dict[str, Any]:
        """What account is told."""
        return {"reason": self.cleaned_data["reason"]}


class PauseForm(ReasonForm):
    """Until when nothing is collected."""

    until = forms.DateField(label=_("Until"))

    def body(self) -> dict[str, Any]:
        """What account is told."""
        found = self.cleaned_data
        return {"until": found["until"].isoformat(), "reason": found["reason"]}


class RescheduleForm(ReasonForm):
    """New instalments for all that is owed."""

    number_of_instalments = forms.IntegerField(
        label=_("Instalments"), min_value=1, max_value=MOST_INSTALMENTS
    )
    first_due_on = forms.DateField(label=_("First due on"))

    def body(self) -> dict[str, Any]:
        """What account is told."""
        found = self.cleaned_data
        return {
            "number_of_instalments": found["number_of_instalments"],
            "first_due_on": found["first_due_on"].isoformat(),
            "reason": found["reason"],
        }


class LoanDocumentForm(DocumentForm):
    """Something that speaks for a loan."""

    kind = forms.ChoiceField(label=_("Document"), choices=LOAN_DOCUMENT_KINDS.items())
