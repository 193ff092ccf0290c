"""Proving who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm
from arhan.frontend.forms.staff import ReasonForm
from arhan.frontend.labels import DOCUMENT_KINDS

if TYPE_CHECKING:
    from typing import Any

LONGEST_LINE = 80
LARGEST_FILE = 5 * 1024 * 1024
MEDIA_TYPES = {"image/jpeg", "image/png", "application/pdf"}


class ParticularsForm(BankForm):
    """Date of birth and address."""

    date_of_birth = forms.DateField(
        label=_("Date of birth"), widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"})
    )
    line = forms.CharField(
        label=_("Street and house number"),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    city = forms.CharField(
        label=_("City"),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    state = forms.CharField(
        label=_("State"),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country (two letters)"),
        max_length=2,
        initial="NG",
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
    )

    def clean_country(self) -> str:
        """ISO 3166-1 alpha-2."""
        return str(self.cleaned_data["country"]).upper()


class IdentityNumberForm(BankForm):
    """A BVN or NIN."""

    kind = forms.ChoiceField(label=_("Number"), choices=[("bvn", "BVN"), ("nin", "NIN")])
    number = forms.CharField(
        label=_("Eleven digits"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class DocumentForm(BankForm):
    """A picture or a PDF."""

    kind = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_KINDS.items())
    file = forms.FileField(
        label=_("File"),
        help_text=_("JPEG, PNG or PDF, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(MEDIA_TYPES))}),
    )

    def clean_file(self) -> Any:
        """What identity would refuse is refused here, before it travels."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE or file.content_type not in MEDIA_TYPES:
            raise ValidationError(
                _("We cannot take this file. Send a clear JPEG, PNG or PDF of up to 5 MB."),
                code="document_refused",
            )
        return file


class KycDecisionForm(ReasonForm):
    """Whether the documents prove it, and why."""

    verb = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
