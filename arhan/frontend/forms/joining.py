"""Becoming a customer, and signing in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm, KeyField

MIN_PASSWORD = 8
MAX_PASSWORD = 128


class ParticularsForm(BankForm):
    """Who somebody is, and how they will sign in."""

    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel", "placeholder": "0803 000 0000"}
        ),
    )
    username = forms.CharField(
        label=_("Username"),
        min_length=3,
        max_length=32,
        help_text=_("3 to 32 letters, digits, dots, hyphens."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=_("At least 8 characters. Long beats complicated: a few unrelated words."),
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )


class RegistrationForm(ParticularsForm):
    """The particulars of a new customer."""

    key = KeyField()


class SignInForm(BankForm):
    """Name and password, and the code of the second factor once it is asked for."""

    username = forms.CharField(
        label=_("Username or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=MAX_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    otp = forms.CharField(
        label=_("Six-digit code"),
        max_length=32,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "otp tabular"}
        ),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
