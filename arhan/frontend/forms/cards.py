"""Having a card made, saying why it is blocked, setting what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arhan.frontend.forms.base import AmountField, BankForm, KeyField, PinField
from arhan.frontend.forms.passkeys import CredentialForm
from arhan.frontend.forms.security import OtpField
from arhan.frontend.labels import CARD_KINDS, CARD_REASONS, CARD_VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arhan.frontend.schemas.accounts import Account

OWNERS_REASONS = ("lost", "stolen", "compromised")


class CardForm(BankForm):
    """On which account, what kind of card, and its PIN."""

    account = forms.ChoiceField(label=_("Pays from"))
    type = forms.ChoiceField(label=_("Kind of card"), choices=list(CARD_KINDS.items()))
    variant = forms.ChoiceField(label=_("Good for"), choices=list(CARD_VARIANTS.items()))
    pin = PinField(
        label=_("Choose a PIN"), help_text=_("Four digits. Terminals and cash machines ask for it.")
    )
    key = KeyField()

    def __init__(self, *arguments: Any, accounts: Iterable[Account], **options: Any) -> None:
        """One choice per active account."""
        super().__init__(*arguments, **options)
        choice = self.fields["account"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(a.id, a.number) for a in accounts if a.status == "active"]


class BlockForm(BankForm):
    """What happened to the card."""

    reason = forms.ChoiceField(
        label=_("What happened?"), choices=[(name, CARD_REASONS[name]) for name in OWNERS_REASONS]
    )


class ReplaceForm(BankForm):
    """Another card, with a PIN of its own."""

    pin = PinField(label=_("Choose a PIN"))
    key = KeyField()


class RulesForm(BankForm):
    """What the card may do; an empty amount is no limit."""

    online = forms.BooleanField(label=_("Pays on the internet"), required=False)
    at_home = forms.BooleanField(label=_("Pays in Nigeria only"), required=False)
    use = AmountField(label=_("For one payment"), required=False)
    day = AmountField(label=_("In a day"), required=False)
    month = AmountField(label=_("In a month"), required=False)

    def __init__(self, *arguments: Any, currency: str, **options: Any) -> None:
        """Of a card on an account in this currency."""
        super().__init__(*arguments, **options)
        self._currency = currency

    def rules(self) -> dict[str, Any]:
        """As account keeps them."""
        found = self.cleaned_data
        limits = [{"window": name, "amount": found[name]} for name in WINDOWS if found[name] is not None]
        return {
            "online": found["online"],
            "countries_allowed": ["NG"] if found["at_home"] else None,
            "limits": limits,
        }

    def clean(self) -> dict[str, Any]:
        """Minor units, or None."""
        found = super().clean() or {}
        for name in WINDOWS:
            try:
                typed = found.get(name)
                found[name] = AmountField.minor_units(typed, self._currency) if typed else None
            except ValidationError as error:
                self.add_error(name, error)
        return found


WINDOWS = ("use", "day", "month")


class NewPinForm(BankForm):
    """A new PIN, with the code that confirms it."""

    new = PinField(label=_("New PIN"))
    code = OtpField(label=_("Code"), min_length=6)
    key = KeyField()


class PasskeyPinForm(CredentialForm):
    """A new PIN, confirmed by a passkey; on the page beside the form that takes a code."""

    new = PinField(label=_("New PIN"))
    key = KeyField()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Its fields have ids of their own."""
        super().__init__(*arguments, auto_id="passkey_%s", **options)
