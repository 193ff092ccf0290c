"""Giving a standing order, and changing one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.domain import money
from arhan.frontend.forms.base import AmountField, BankForm, KeyField
from arhan.frontend.forms.paying import MAX_NARRATION, TransferForm
from arhan.frontend.labels import FREQUENCIES, HOLIDAYS

if TYPE_CHECKING:
    from arhan.frontend.schemas.accounts import Account
    from arhan.frontend.schemas.standing_orders import StandingOrder

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


class ChangeOrderForm(BankForm):
    """What may be otherwise from the next payment on: how much, what for, until when."""

    amount = AmountField(label=_("Amount"))
    narration = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=MAX_NARRATION,
        help_text=_("The payee sees this too."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    last_date = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    times = forms.IntegerField(
        label=_("Or so many times"),
        required=False,
        min_value=1,
        max_value=1_200,
        help_text=_("Leave both empty to pay until you cancel it."),
    )

    def __init__(self, *arguments: Any, order: StandingOrder, **options: Any) -> None:
        """Filled in with how it is."""
        options["initial"] = {
            "amount": money.typed(order.amount, order.currency),
            "narration": order.narration,
            "last_date": order.last_date,
            "times": order.times,
        }
        super().__init__(*arguments, **options)
        self.order = order

    def clean(self) -> dict[str, Any]:
        """The amount in minor units; one end at most."""
        found = super().clean() or {}
        if found.get("last_date") and found.get("times"):
            self.add_error("times", ValidationError(_("Choose one of the two ends."), code="two_ends"))
        if found.get("amount"):
            try:
                found["minor"] = AmountField.minor_units(found["amount"], self.order.currency)
            except ValidationError as error:
                self.add_error("amount", error)
        return found

    def wishes(self) -> dict[str, Any]:
        """What is otherwise, as payment reads it; empty where nothing is."""
        found, before = self.cleaned_data, self.order
        wishes: dict[str, Any] = {}
        if found["minor"] != before.amount:
            wishes["amount"] = found["minor"]
        if found["narration"] != before.narration:
            wishes["narration"] = found["narration"]
        if (found["last_date"], found["times"]) != (before.last_date, before.times):
            wishes |= self._end()
        return wishes

    def _end(self) -> dict[str, Any]:
        found = self.cleaned_data
        if found["last_date"]:
            return {"last_date": found["last_date"].isoformat()}
        return {"times": found["times"]} if found["times"] else {"endless": True}
