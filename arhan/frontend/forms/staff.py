"""What staff fill in besides deposits."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms.fields import InvalidJSONInput
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import BankForm, KeyField, PinField
from arhan.frontend.forms.joining import ParticularsForm
from arhan.frontend.labels import FREEZES, ROLES

SHORTEST_REASON = 3
LONGEST_REASON = 200


class ReasonForm(BankForm):
    """Why; it goes into the audit trail."""

    reason = forms.CharField(label=_("Reason"), min_length=SHORTEST_REASON, max_length=LONGEST_REASON)


class FreezeForm(ReasonForm):
    """Which way money may not move any more, and why."""

    side = forms.ChoiceField(label=_("Which way"), choices=FREEZES.items(), required=False)


class NoteForm(BankForm):
    """What colleagues should know about somebody."""

    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    key = KeyField()


class ResetPinForm(ReasonForm):
    """A new PIN, and why."""

    pin = PinField(label=_("New PIN"))
    key = KeyField()


class CaseForm(BankForm):
    """What somebody decides about a case, and why."""

    verdict = forms.ChoiceField(choices=[("release", _("Release")), ("decline", _("Decline"))])
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(BankForm):
    """Yes or no to what somebody proposed."""

    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("approve", "reject", "withdraw")])
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class RegistrationForm(ParticularsForm):
    """Somebody at the counter who becomes a customer; they choose the password themselves."""

    password = None  # type: ignore[assignment]
    key = KeyField()


class RoleForm(ReasonForm):
    """The role somebody is to have, and why."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(code, name) for code, name in ROLES.items() if code != "customer"]
    )


class InvitationForm(BankForm):
    """Who is invited to work here, as what, and why."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(code, name) for code, name in ROLES.items() if code != "customer"]
    )
    reason = forms.CharField(label=_("Reason"), min_length=SHORTEST_REASON, max_length=LONGEST_REASON)


class PermissionsForm(ReasonForm):
    """Why a role is to permit something else; the permissions themselves are read as sent."""


class DocumentField(forms.JSONField):
    """A document that people write, shown a member to a line."""

    def prepare_value(self, value: Any) -> Any:
        """As it is kept when the page is opened; as it was typed when it could not be read."""
        if isinstance(value, str | InvalidJSONInput):
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)


class TermsForm(ReasonForm):
    """New terms of a product, as the document they are kept as, and why."""

    terms = DocumentField(label=_("Terms"), widget=forms.Textarea(attrs={"rows": 16, "class": "code"}))
