"""Asking the bank, and answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm, KeyField
from arhan.frontend.forms.kyc import LARGEST_FILE, MEDIA_TYPES
from arhan.frontend.labels import TICKET_PRIORITIES, TICKET_SUBJECTS

if TYPE_CHECKING:
    from typing import Any

LONGEST_TITLE = 120
LONGEST_TEXT = 4000
PREFIXES = {"account": "acc_", "payment": "pay_", "card": "card_", "loan": "loan_"}
"""What a ticket may be about -> how its id begins."""


class AttachmentField(forms.FileField):
    """A picture or a PDF."""

    def __init__(self) -> None:
        """Needed by nobody."""
        super().__init__(
            label=_("Document"),
            required=False,
            help_text=_("JPEG, PNG or PDF, up to 5 MB."),
            widget=forms.FileInput(attrs={"accept": ",".join(sorted(MEDIA_TYPES))}),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """What account would refuse is refused here, before it travels."""
        file = super().clean(data, initial)
        if file and (file.size > LARGEST_FILE or file.content_type not in MEDIA_TYPES):
            raise ValidationError(
                _("We cannot take this file. Send a clear JPEG, PNG or PDF of up to 5 MB."),
                code="document_refused",
            )
        return file


class TicketForm(BankForm):
    """What it is about, in a few words and in full."""

    subject = forms.ChoiceField(label=_("About"), choices=TICKET_SUBJECTS.items())
    title = forms.CharField(label=_("In a few words"), max_length=LONGEST_TITLE)
    body = forms.CharField(
        label=_("What happened?"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    complaint = forms.BooleanField(label=_("This is a complaint"), required=False)
    about = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    file = AttachmentField()
    key = KeyField()

    def wanted(self) -> dict[str, Any]:
        """The ticket as account reads it."""
        found = self.cleaned_data
        about = {name: found["about"] for name, start in PREFIXES.items() if found["about"].startswith(start)}
        return {name: found[name] for name in ("subject", "title", "body", "complaint")} | about


class MessageForm(BankForm):
    """An answer."""

    body = forms.CharField(
        label=_("Your message"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    internal = forms.BooleanField(label=_("Only for colleagues"), required=False)
    file = AttachmentField()
    key = KeyField()


class ResolutionForm(BankForm):
    """What resolved it."""

    remarks = forms.CharField(max_length=LONGEST_TEXT)


class PriorityForm(BankForm):
    """How urgent it is."""

    priority = forms.ChoiceField(label=_("Priority"), choices=TICKET_PRIORITIES.items())
