"""What all forms have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uuid_utils
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from arhan.frontend import errors
from arhan.frontend.domain import money
from arhan.kernel.money import MAX_AMOUNT

if TYPE_CHECKING:
    from arhan.kernel.errors import Refused

PIN_LENGTH = 4
NUMBER_LENGTH = 10
"""Digits of a NUBAN (CBN circular of 2010 and 2020)."""


class BankForm(forms.Form):
    """A form whose fields are drawn by parts/field.html."""

    required_css_class = "required"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Give every widget its look."""
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)
        for field in self.fields.values():
            plain = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            classes = field.widget.attrs.get("class", "")
            field.widget.attrs["class"] = f"{plain} {classes}".strip()

    def refuse(self, refused: Refused, fields: dict[str, str]) -> None:
        """Put a refusal where it belongs: at the fields its pointers or its code name, else on top.

        `fields` maps the service's member names and codes to fields of this form.
        """
        placed = False
        for error in refused.errors:
            name = fields.get(error.pointer.lstrip("/").split("/")[0], "")
            if name in self.fields:
                self.add_error(name, error.message[:1].upper() + error.message[1:])
                placed = True
        if placed:
            return
        name = fields.get(refused.refusal.code, "")
        self.add_error(name or None, ValidationError(errors.explain(refused), code=refused.refusal.code))


class KeyField(forms.CharField):
    """The idempotency key of a form: made once with it, sent however often it is submitted."""

    def __init__(self) -> None:
        """Hidden, and fresh for every form that is drawn."""
        super().__init__(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid_utils.uuid7().hex)


class PinField(forms.CharField):
    """Four digits, leading zeros kept."""

    def __init__(self, **options: Any) -> None:
        """Drawn as dots; the number pad comes up on phones."""
        attributes = {
            "inputmode": "numeric",
            "pattern": "[0-9]{4}",
            "maxlength": str(PIN_LENGTH),
            "autocomplete": "off",
            "class": "pin",
        }
        super().__init__(widget=forms.PasswordInput(attrs=attributes), max_length=PIN_LENGTH, **options)

    def clean(self, value: Any) -> str:
        """The digits."""
        pin = str(super().clean(value))
        if pin and not (len(pin) == PIN_LENGTH and pin.isascii() and pin.isdigit()):
            raise ValidationError(_("A PIN has four digits."), code="malformed")
        return pin


class NumberField(forms.CharField):
    """An account number; spaces between the digits are let pass."""

    def __init__(self, **options: Any) -> None:
        """The number pad comes up on phones."""
        attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "16", "class": "tabular"}
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=16, **options)

    def clean(self, value: Any) -> str:
        """Ten digits."""
        number = "".join(str(super().clean(value)).split())
        if number and not (len(number) == NUMBER_LENGTH and number.isascii() and number.isdigit()):
            raise ValidationError(_("An account number has ten digits."), code="malformed")
        return number


class AmountField(forms.CharField):
    """What a person types as an amount; minor units once the currency is known."""

    def __init__(self, **options: Any) -> None:
        """The decimal pad comes up on phones."""
        attributes = {
            "inputmode": "decimal",
            "autocomplete": "off",
            "maxlength": "24",
            "placeholder": "0.00",
            "class": "amount",
        }
        super().__init__(widget=forms.TextInput(attrs=attributes), max_length=24, **options)

    @staticmethod
    def minor_units(typed: str, currency: str) -> int:
        """The amount in minor units; ValidationError when it is none, or not above zero."""
        language = get_language() or "en"
        try:
            amount = money.parse(typed, currency, language=language)
        except ValueError:
            raise ValidationError(
                _("This is not an amount of %(currency)s. Write it like %(example)s."),
                code="malformed",
                params={"currency": currency, "example": money.example(currency, language=language)},
            ) from None
        if not 0 < amount <= MAX_AMOUNT:
            raise ValidationError(_("Enter an amount above zero."), code="amount_out_of_range")
        return amount
