"""Asking people into an account, joining one, and businesses that want one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField, PinField
from arhan.frontend.forms.security import OtpField
from arhan.frontend.labels import PARTY_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Product

APPOINTED = ("joint_holder", "signatory", "viewer")
SIGNATURES = [(str(number), str(number)) for number in (1, 2, 3)]


class InviteForm(BankForm):
    """Whom, as what, up to how much."""

    person = forms.CharField(
        label=_("Username or e-mail"),
        min_length=3,
        max_length=100,
        help_text=_("They must be a customer of the bank."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    role = forms.ChoiceField(label=_("As"), choices=[(code, PARTY_ROLES[code]) for code in APPOINTED])
    payment_limit = AmountField(
        label=_("The most they may pay at once"), required=False, help_text=_("Empty: no limit of their own.")
    )
    key = KeyField()

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        """Of an account in this currency."""
        super().__init__(*arguments, **options)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """The limit in minor units."""
        found = super().clean() or {}
        if typed := found.get("payment_limit"):
            try:
                found["limit"] = AmountField.minor_units(typed, self.currency)
            except ValidationError as error:
                self.add_error("payment_limit", error)
        return found


class JoinForm(BankForm):
    """A PIN of one's own."""

    pin = PinField(label=_("Choose a PIN"), help_text=_("Four digits. You confirm every payment with it."))
    pin_again = PinField(label=_("Repeat the PIN"))
    key = KeyField()

    def __init__(self, *arguments: Any, pays: bool, **options: Any) -> None:
        """Who only looks needs none."""
        super().__init__(*arguments, **options)
        if not pays:
            del self.fields["pin"], self.fields["pin_again"]

    def clean(self) -> dict[str, Any]:
        """Both PINs are the same."""
        found = super().clean() or {}
        if found.get("pin") and found.get("pin_again") and found["pin"] != found["pin_again"]:
            self.add_error("pin_again", ValidationError(_("The two PINs differ."), code="pins_differ"))
        return found


class SignaturesForm(BankForm):
    """How many sign."""

    signatures = forms.ChoiceField(label=_("How many sign a payment?"), choices=SIGNATURES)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)


class CodeOnlyForm(BankForm):
    """The code that confirms."""

    code = OtpField(label=_("Six-digit code"), min_length=6)


class BusinessForm(BankForm):
    """What a business says of itself."""

    registered_name = forms.CharField(label=_("Registered name"), min_length=3, max_length=120)
    registration_number = forms.RegexField(
        label=_("Registration number"), regex=r"^[A-Z]{2}[0-9]{4,10}$", help_text=_("Like RC123456.")
    )
    product = forms.ChoiceField(label=_("Kind of account"))
    signatures = forms.ChoiceField(label=_("How many sign a payment?"), choices=SIGNATURES)
    key = KeyField()

    def __init__(self, *arguments: Any, products: Iterable[Product], **options: Any) -> None:
        """One choice per product."""
        super().__init__(*arguments, **options)
        choice = self.fields["product"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(each.code, f"{each.name or each.code} ({each.currency})") for each in products]


class VerifyForm(BankForm):
    """Who is to sign for a business, and what staff saw in the register."""

    signatories = forms.CharField(
        label=_("Who signs"),
        max_length=1000,
        help_text=_("Usernames or e-mails, with commas between."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    reason = forms.CharField(label=_("What was compared with the register"), min_length=3, max_length=200)

    def clean_signatories(self) -> list[str]:
        """Each by themselves."""
        found = [each.strip() for each in self.cleaned_data["signatories"].split(",")]
        return [each for each in found if each]
