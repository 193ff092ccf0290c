"""Giving a standing order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, KeyField
from arhan.frontend.forms.paying import TransferForm
from arhan.frontend.labels import FREQUENCIES, HOLIDAYS

if TYPE_CHECKING:
    from arhan.frontend.schemas.accounts import Account

DAY = {"type": "date"}


class StandingOrderForm(TransferForm):
    """A transfer, and how often: until a day, a number of times, or until it is cancelled."""

    frequency = forms.ChoiceField(label=_("How often?"), choices=list(FREQUENCIES.items()), initial="monthly")
    first_date = forms.DateField(label=_("First time on"), widget=forms.DateInput(attrs=DAY))
    last_date = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs=DAY))
    times = forms.IntegerField(
        label=_("Or so many times"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Leave both empty to pay until you cancel it."),
    )
    business_days = forms.ChoiceField(
        label=_("On weekends and holidays"), choices=list(HOLIDAYS.items()), initial="following"
    )
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        """One end at most."""
        found = super().clean()
        if found.get("last_date") and found.get("times"):
            self.add_error("times", ValidationError(_("Choose one of the two ends."), code="two_ends"))
        return found

    def _read_amount(self, found: dict[str, Any], payer: Account) -> None:
        """What is available today says nothing about the day it is paid."""
        try:
            found["amount"] = AmountField.minor_units(found["amount"], payer.currency)
        except ValidationError as error:
            self.add_error("amount", error)

    def wishes(self, *, pin: str) -> dict[str, Any]:
        """As payment reads it."""
        found = self.cleaned_data
        wishes = {
            "payer_account": found["payer"].id,
            "payee_number": found["payee_number"],
            "amount": found["amount"],
            "currency": found["payer"].currency,
            "narration": found["narration"],
            "frequency": found["frequency"],
            "first_date": found["first_date"].isoformat(),
            "business_days": found["business_days"],
            "pin": pin,
        }
        if found["last_date"]:
            wishes["last_date"] = found["last_date"].isoformat()
        if found["times"]:
            wishes["times"] = found["times"]
        return wishes
