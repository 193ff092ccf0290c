"""Asking for a statement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm, KeyField
from arhan.frontend.labels import STATEMENT_FORMATS

DAY = {"type": "date"}
FORMATS = list(STATEMENT_FORMATS.items())


class PeriodForm(BankForm):
    """Any period, in one of the formats."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS, initial="pdf")
    key = KeyField()

    def clean(self) -> dict[str, Any]:
        """It does not end before it begins."""
        found = super().clean() or {}
        if found.get("since") and found.get("until") and found["until"] < found["since"]:
            self.add_error("until", ValidationError(_("It ends before it begins."), code="period_unfit"))
        return found

    def wanted(self) -> dict[str, Any]:
        """As account reads it."""
        found = self.cleaned_data
        days = {name: found[name].isoformat() for name in ("since", "until")}
        return days | {"format": found["format"]}


class MonthForm(BankForm):
    """A numbered statement, in one of the formats."""

    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS, initial="pdf")
    key = KeyField()

    def wanted(self) -> dict[str, Any]:
        """As account reads it."""
        return {"number": self.cleaned_data["number"], "format": self.cleaned_data["format"]}
