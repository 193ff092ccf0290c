"""Passwords and second factors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm
from arhan.frontend.forms.joining import MAX_PASSWORD, MIN_PASSWORD


class OtpField(forms.CharField):
    """A code of an authenticator app, or a recovery code."""

    def __init__(self, **options: object) -> None:
        """The number pad comes up on phones."""
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "otp tabular"}
        super().__init__(max_length=32, widget=forms.TextInput(attrs=attributes), **options)  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        """Without the spaces apps show."""
        return "".join(str(super().clean(value)).split())


class CurrentPasswordField(forms.CharField):
    """The password one has."""

    def __init__(self) -> None:
        """Never filled in again by the server."""
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(label=_("Your password"), max_length=MAX_PASSWORD, strip=False, widget=widget)


class PasswordForm(BankForm):
    """The password once more, before something sensitive happens."""

    password = CurrentPasswordField()


class CodeForm(BankForm):
    """The code the app shows now."""

    code = OtpField(label=_("Code from the app"), min_length=6)


class ProofForm(BankForm):
    """Password, and the code where there is a second factor."""

    password = CurrentPasswordField()
    otp = OtpField(label=_("Six-digit code"), required=False, help_text=_("If you use an authenticator app."))


class RemovalForm(BankForm):
    """Password and code, to go back to a password alone."""

    password = CurrentPasswordField()
    code = OtpField(label=_("Code from the app"), min_length=6)


class NewPasswordForm(BankForm):
    """The old password and the new one."""

    current = CurrentPasswordField()
    new = forms.CharField(
        label=_("New password"),
        min_length=MIN_PASSWORD,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=_("At least 8 characters. Long beats complicated: a few unrelated words."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class DeviceNameForm(BankForm):
    """What one calls a device."""

    name = forms.CharField(label=_("Name"), max_length=60)
