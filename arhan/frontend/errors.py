"""What the bank's refusals mean in people's words.

The services answer with codes; here is the closed list of sentences the pages say. A code that has
no sentence here is shown with the service's own title, so nothing is ever hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arhan.kernel.errors import Refusal, Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SIGNED_OUT = Refusal("signed_out", 401, "You are signed out.")
"""Nobody is signed in in this browser, or the session has ended."""
CUSTOMERS_ONLY = Refusal("customers_only", 403, "This page is for customers.")
STAFF_ONLY = Refusal("staff_only", 403, "This page is for staff.")

SENTENCES: dict[str, _StrPromise] = {
    # any page
    "not_authenticated": _("Your session has ended. Please sign in again."),
    "signed_out": _("Please sign in to go on."),
    "customers_only": _("This page is for customers of the bank."),
    "staff_only": _("This page is for the bank's staff."),
    "not_permitted": _("Your role does not permit this."),
    "not_found": _("There is no such thing here, or it is not yours."),
    "malformed_request": _("Something in the form is not right. Please check it and try again."),
    "rate_limited": _("That was a lot of requests in a short time. Please wait a moment and try again."),
    "service_unavailable": _(
        "This part of the bank does not answer just now. Your money is safe; please try again shortly."
    ),
    "no_answer": _("The bank did not answer in time. We are finding out what happened."),
    "internal_error": _("Something broke on our side. Nothing was lost."),
    "idempotency_in_progress": _("Your first request is still being worked on."),
    "idempotency_key_reused": _("This form was already used for something else. Please start again."),
    "precondition_failed": _("Somebody changed this since you opened the page. Please look again."),
    # signing in and registering
    "invalid_credentials": _("That username and password do not go together."),
    "otp_required": _("Enter the six-digit code from your authenticator app."),
    "invalid_otp": _("That code is not right, or it was used already. Wait for the next one."),
    "locked": _("Too many attempts. For your safety sign-in is paused; please try again in a little while."),
    "person_disabled": _("This sign-in has been switched off. Please contact the bank."),
    "username_taken": _("That username is taken. Please choose another."),
    "email_taken": _("There is an account with this e-mail address already. Sign in instead?"),
    "phone_taken": _("There is an account with this phone number already. Sign in instead?"),
    "weak_password": _("That password is too easy to guess. A few unrelated words make a good one."),
    # accounts
    "account_not_found": _("There is no such account."),
    "payee_not_found": _("There is no account with this number. Please check it digit by digit."),
    "payer_not_found": _("You cannot pay from that account."),
    "account_frozen": _("The account is frozen; no money can move in or out."),
    "account_closed": _("The account is closed."),
    "product_not_found": _("The bank does not offer this product."),
    "too_many_accounts": _("You have as many accounts of this kind as one person may hold."),
    "weak_pin": _("That PIN is too easy to guess. Avoid 1234, 0000 and the like."),
    # paying
    "pin_required": _("Enter the PIN of the account you pay from."),
    "wrong_pin": _("That is not the PIN of this account."),
    "pin_blocked": _("The PIN is blocked after three wrong tries. Set a new one on the account's page."),
    "pin_not_set": _("This account has no PIN yet. Set one on the account's page."),
    "pin_changed": _("The PIN of this account was changed a moment ago. Please enter the new one."),
    "insufficient_funds": _("There is not enough money in the account for this payment."),
    "same_account": _("Payer and payee are the same account."),
    "currency_mismatch": _("The two accounts are kept in different currencies."),
    "amount_out_of_range": _("The bank cannot move this amount in one payment."),
    "declined_by_screening": _("Our security checks declined this payment. Nothing left your account."),
    "declined_by_reviewer": _(
        "A member of our staff looked at this payment and declined it. Nothing left your account."
    ),
    "limit_exceeded": _("This payment is above your limit."),
    "already_refunded": _("This payment was refunded already."),
}
"""Code -> sentence."""


def sentence(code: str, fallback: str = "") -> str:
    """What the pages say about a refusal code."""
    found = SENTENCES.get(code)
    return str(found) if found is not None else fallback or str(_("The bank said no to this."))


def explain(refused: Refused) -> str:
    """What the pages say about a refusal; its own words where we have none."""
    return sentence(refused.refusal.code, refused.detail or refused.refusal.title)
