"""Opening an account, and its PIN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField, PinField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Product


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
