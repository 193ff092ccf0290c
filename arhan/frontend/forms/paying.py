"""Sending money and taking it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, NumberField, PinField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Account

MAX_NARRATION = 100


class TransferForm(BankForm):
    """From which account, to whom, how much."""

    payer_account = forms.ChoiceField(label=_("From"))
    payee_number = NumberField(label=_("To account number"))
    amount = AmountField(label=_("Amount"))
    narration = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=MAX_NARRATION,
        help_text=_("The payee sees this too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, accounts: Iterable[Account], **options: Any) -> None:
        """The accounts one may pay from."""
        super().__init__(*arguments, **options)
        self.accounts = {account.id: account for account in accounts if account.status == "active"}
        choice = self.fields["payer_account"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(account.id, account.number) for account in self.accounts.values()]

    def clean(self) -> dict[str, Any]:
        """The amount in minor units of the payer's currency, not more than is available, not to oneself."""
        found = super().clean() or {}
        payer = self.accounts.get(found.get("payer_account", ""))
        if payer is None:
            return found
        found["payer"] = payer
        if found.get("payee_number") == payer.number:
            self._wrong("payee_number", _("This is the account you pay from."), "same_account")
        if found.get("amount"):
            self._read_amount(found, payer)
        return found

    def _read_amount(self, found: dict[str, Any], payer: Account) -> None:
        try:
            found["amount"] = AmountField.minor_units(found["amount"], payer.currency)
        except ValidationError as error:
            self.add_error("amount", error)
            return
        if found["amount"] > payer.available:
            self._wrong("amount", _("That is more than is available in this account."), "insufficient_funds")

    def _wrong(self, name: str, message: Any, code: str) -> None:
        self.add_error(name, ValidationError(message, code=code))


class PinForm(BankForm):
    """The PIN that lets a payment go."""

    pin = PinField(label=_("PIN of this account"))


class DepositForm(BankForm):
    """Cash a teller takes in."""

    account_number = NumberField(label=_("Account number"))
    currency = forms.ChoiceField(label=_("Currency"))
    amount = AmountField(label=_("Amount counted"))
    narration = forms.CharField(
        label=_("Narration"),
        required=False,
        max_length=MAX_NARRATION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *arguments: Any, currencies: Iterable[str], **options: Any) -> None:
        """The currencies the counter takes."""
        super().__init__(*arguments, **options)
        choice = self.fields["currency"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, code) for code in currencies]

    def clean(self) -> dict[str, Any]:
        """The amount in minor units."""
        found = super().clean() or {}
        if found.get("amount") and found.get("currency"):
            try:
                found["amount"] = AmountField.minor_units(found["amount"], found["currency"])
            except ValidationError as error:
                self.add_error("amount", error)
        return found


class NicknameForm(BankForm):
    """What one calls a payee."""

    nickname = forms.CharField(label=_("What you call them"), max_length=60)
