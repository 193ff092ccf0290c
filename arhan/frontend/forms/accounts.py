"""Opening an account, and its PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField, NumberField, PinField

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


class FreezeForm(BankForm):
    """Which way no money may move any more, and why."""

    side = forms.ChoiceField(
        label=_("What is to stop?"),
        choices=[
            ("debit", _("Money that leaves")),
            ("credit", _("Money that comes in")),
            ("both", _("Both")),
        ],
        initial="debit",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        help_text=_("Kept with the account, for you and for us."),
    )


class CloseForm(BankForm):
    """Where what is left goes, and that one means it."""

    OTHER = "other"
    remainder_to = forms.ChoiceField(label=_("What is left moves to"), required=False)
    number = NumberField(label=_("Account number"), required=False)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *arguments: Any, account: Account, others: Iterable[Account], **options: Any) -> None:
        """Own accounts of the same currency, or anybody's by its number."""
        super().__init__(*arguments, **options)
        self._is_empty = account.balance == 0
        choice = self.fields["remainder_to"]
        assert isinstance(choice, forms.ChoiceField)
        fitting = [
            other
            for other in others
            if other.id != account.id and other.currency == account.currency and other.status == "active"
        ]
        choice.choices = [
            *((other.id, other.number) for other in fitting),
            (self.OTHER, _("Another account, by its number")),
        ]

    def clean(self) -> dict[str, Any]:
        """What is left must go somewhere."""
        found = super().clean() or {}
        if self._is_empty:
            return found
        if not found.get("remainder_to"):
            self.add_error("remainder_to", ValidationError(_("Choose an account."), code="required"))
        elif found["remainder_to"] == self.OTHER and not found.get("number") and "number" not in self.errors:
            self.add_error("number", ValidationError(_("An account number has ten digits."), code="required"))
        return found

    @property
    def way_out(self) -> str:
        """Id or number of the account what is left goes to; empty when nothing is left."""
        if self._is_empty:
            return ""
        named = str(self.cleaned_data["remainder_to"])
        return str(self.cleaned_data["number"]) if named == self.OTHER else named

    @property
    def to_somebody_else(self) -> bool:
        """Whether the PIN must be proved."""
        return not self._is_empty and self.cleaned_data["remainder_to"] == self.OTHER


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
