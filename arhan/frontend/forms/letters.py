"""What the links in the bank's letters ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm
from arhan.frontend.forms.joining import MAX_PASSWORD, MIN_PASSWORD, ParticularsForm

MAX_TOKEN = 128


class ForgottenForm(BankForm):
    """Whose password is forgotten."""

    username = forms.CharField(
        label=_("Username or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class ResetForm(BankForm):
    """The new password, and what the link carried."""

    token = forms.CharField(max_length=MAX_TOKEN, widget=forms.HiddenInput)
    new = forms.CharField(
        label=_("New password"),
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=_("At least 8 characters. Long beats complicated: a few unrelated words."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class InvitationForm(ParticularsForm):
    """The particulars of a new member of staff, and what the link carried."""

    token = forms.CharField(max_length=MAX_TOKEN, widget=forms.HiddenInput)
