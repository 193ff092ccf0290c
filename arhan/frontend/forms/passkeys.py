"""What a browser's passkey made or signed."""

from __future__ import annotations

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm

MOST = 20_000
"""Characters of a credential; real ones have about two thousand."""


class CredentialForm(BankForm):
    """A credential as the browser writes it (WebAuthn level 3, JSON)."""

    credential = forms.CharField(max_length=MOST, required=False, widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, object]:
        """The document."""
        try:
            found = json.loads(self.cleaned_data["credential"])
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValidationError(_("Your browser did not use a passkey."), code="passkey_invalid")
        return found


class NewPasskeyForm(CredentialForm):
    """A passkey the browser made, and what its owner calls it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("So that you know it again, for example: my phone."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
