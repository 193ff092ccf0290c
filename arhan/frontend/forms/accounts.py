"""Opening an account, and its PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField, PinField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Account, Product


class OpenAccountForm(BankForm):
    """Which product, and the PIN that will confirm payments from it."""

    product = forms.ChoiceField(label=_("Kind of account"), widget=forms.RadioSelect)
    pin = PinField(label=_("Choose a PIN"), help_text=_("Four digits. You confirm every payment with it."))
    pin_again = PinField(label=_("Repeat the PIN"))
    key = KeyField()

    def __init__(self, *arguments: Any, products: Iterable[Product], **options: Any) -> None:
        """One choice per product."""
        super().__init__(*arguments, **options)
        choice = self.fields["product"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(product.code, product.code) for product in products]

    def clean(self) -> dict[str, Any]:
        """Both PINs are the same."""
        found = super().clean() or {}
        if found.get("pin") and found.get("pin_again") and found["pin"] != found["pin_again"]:
            self.add_error("pin_again", ValidationError(_("The two PINs differ."), code="pins_differ"))
        return found


class ChangePinForm(BankForm):
    """The current PIN and the new one, twice."""

    current = PinField(label=_("Current PIN"))
    new = PinField(label=_("New PIN"))
    new_again = PinField(label=_("Repeat the new PIN"))
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        """Both new PINs are the same."""
        found = super().clean() or {}
        if found.get("new") and found.get("new_again") and found["new"] != found["new_again"]:
            self.add_error("new_again", ValidationError(_("The two PINs differ."), code="pins_differ"))
        return found


class LimitsForm(BankForm):
    """What one wants to limit oneself to; empty for no limit."""

    payment = AmountField(label=_("For one payment"), required=False)
    day = AmountField(label=_("In a day"), required=False)
    month = AmountField(label=_("In a month"), required=False)

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        """Of an account in this currency."""
        super().__init__(*arguments, **options)
        self._currency = currency

    def clean(self) -> dict[str, Any]:
        """Minor units, or None."""
        found = super().clean() or {}
        for name, typed in found.items():
            try:
                found[name] = AmountField.minor_units(typed, self._currency) if typed else None
            except ValidationError as error:
                self.add_error(name, error)
        return found


class SavingForm(OpenAccountForm):
    """What a fixed-term deposit and a pot have in common: an amount, in the product's currency."""

    amount = AmountField(label=_("Amount"))

    def __init__(self, *arguments: Any, products: Iterable[Product], **options: Any) -> None:
        """The products of one kind."""
        offered = list(products)
        super().__init__(*arguments, products=offered, **options)
        self.offered = {product.code: product for product in offered}

    def clean(self) -> dict[str, Any]:
        """The amount in minor units."""
        found = super().clean()
        product = self.offered.get(found.get("product", ""))
        if product and found.get("amount"):
            try:
                found["amount"] = AmountField.minor_units(found["amount"], product.currency)
            except ValidationError as error:
                self.add_error("amount", error)
        return found


class DepositForm(SavingForm):
    """How much, for how long, from where, and what then."""

    months = forms.TypedChoiceField(label=_("For how many months"), coerce=int)
    from_account = forms.ChoiceField(label=_("From"))
    from_pin = PinField(label=_("PIN of that account"))
    at_maturity = forms.ChoiceField(
        label=_("At the end"),
        choices=[
            ("pay_out", _("Pay everything out")),
            ("renew_principal", _("Place it again, pay out the interest")),
            ("renew_all", _("Place it again with the interest")),
        ],
    )

    def __init__(self, *arguments: Any, accounts: Iterable[Account], **options: Any) -> None:
        """The accounts it can come from."""
        super().__init__(*arguments, **options)
        terms = sorted({months for product in self.offered.values() for months in product.months})
        self._choose("months", [(months, str(months)) for months in terms])
        self._choose("from_account", [(each.id, each.number) for each in accounts if each.status == "active"])

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wishes(self) -> dict[str, Any]:
        """The deposit as account reads it."""
        names = ("amount", "months", "from_account", "from_pin", "at_maturity")
        return {"deposit": {name: self.cleaned_data[name] for name in names}}


class PotForm(SavingForm):
    """What one saves for, how much, until when."""

    name = forms.CharField(label=_("What do you save for?"), max_length=80)
    by = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def wishes(self) -> dict[str, Any]:
        """The goal as account reads it."""
        found = self.cleaned_data
        by = found["by"].isoformat() if found["by"] else None
        return {"goal": {"name": found["name"], "amount": found["amount"], "by": by}}
