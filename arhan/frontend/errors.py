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

SESSION_OVER = frozenset({"not_authenticated", "signed_out"})
"""Codes that mean: sign in again. Other 401s are answers to what was typed into a form."""
ENROLMENT_NEEDED = "second_factor_required"
"""Code that means: this member of staff has no authenticator yet."""

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
    "idempotency_key_missing": _("This form is incomplete. Please reload the page and try again."),
    "method_not_allowed": _("That cannot be done this way."),
    "payload_too_large": _("That was too much at once. Please send less."),
    "second_factor_required": _("Staff confirm their sign-in with an authenticator app before they work."),
    # payments that take several signatures
    "withdrawn": _("Who made it took it back."),
    "declined_by_signatory": _("One of those who sign said no."),
    "not_approved": _("Too few signed it in time."),
    # signing in and registering
    "invalid_credentials": _("That username and password do not go together."),
    "otp_required": _("Enter the six-digit code from your authenticator app."),
    "otp_invalid": _("That code is not right, or it was used already. Wait for the next one."),
    "locked": _("Too many attempts. For your safety sign-in is paused; please try again in a little while."),
    "username_taken": _("That username is taken. Please choose another."),
    "email_taken": _("Somebody has registered with this e-mail address already. Sign in instead?"),
    "weak_password": _("That password is too easy to guess. A few unrelated words make a good one."),
    "wrong_password": _("That is not your password."),
    "invalid_refresh_token": _("Your session has ended. Please sign in again."),
    "second_factor_present": _("An authenticator app is set up already."),
    "second_factor_missing": _("No authenticator app is set up yet."),
    "second_factor_mandatory": _("Staff cannot do without their authenticator app."),
    "link_invalid": _("This link or code is not good any more. Ask for a new one."),
    "already_verified": _("This is verified already."),
    "not_yourself": _("Somebody else has to do this for you."),
    "last_admin": _("The bank needs an administrator, and this is the last one."),
    "already_so": _("It is so already."),
    "not_staff": _("They are not on the bank's staff."),
    "permission_unknown": _("There is no such permission."),
    "proof_invalid": _("That confirmation is not good any more. Please start again."),
    "same_role": _("They have this role already."),
    "passkey_invalid": _("That passkey did not work here. Try again, or sign in with your password."),
    "challenge_lapsed": _("That took too long. Please start again."),
    "challenge_answered": _("This was confirmed already."),
    "challenge_blocked": _("Too many wrong codes. Please start again."),
    "method_unavailable": _("You confirm in another way. Please reload the page."),
    # proving who you are
    "kyc_incomplete": _("Something is still to be told or shown first."),
    "identity_number_mismatch": _("The registry knows another person by this number. Please check it."),
    "identity_number_unknown": _("The registry does not know this number. Please check it."),
    "identity_number_taken": _("This number has been given to the bank already."),
    "document_refused": _("We cannot take this file. Send a clear JPEG, PNG or PDF of up to 5 MB."),
    "too_many_documents": _("You have sent enough documents already."),
    "too_young": _("You can be a customer from the age of eighteen."),
    "tier_reached": _("You have this tier already."),
    "already_applied": _("We are still looking at what you sent."),
    "application_decided": _("Somebody has decided on this application already."),
    # accounts
    "account_not_found": _("There is no such account."),
    "payee_not_found": _("There is no account with this number. Please check it digit by digit."),
    "account_frozen": _(
        "An account is frozen for payments in this direction. Its page says which way, and who froze it."
    ),
    "account_closed": _("The account is closed."),
    "account_is_closed": _("The account is closed."),
    "frozen_by_bank": _("The bank froze this account; only the bank can lift that. Please contact us."),
    "account_not_empty": _("There is still money in the account. Move it first, then close."),
    "closed_too_early": _("A day that has not begun cannot be closed."),
    "closing_elsewhere": _("The day is being closed already."),
    "account_status_unfit": _("The account is not where this can happen to it."),
    "account_overdrawn": _("The account is overdrawn. Please pay that back first."),
    "standing_orders_open": _("Standing orders pay from this account. Cancel them first."),
    "cards_open": _("There are cards of this account. Close them first."),
    "schedule_not_valid": _("No payment would ever fall due. Look at the dates, the day and the end."),
    "too_many_standing_orders": _("One hundred standing orders are the most you can have."),
    "standing_order_unfit": _("That is not possible with this standing order any more."),
    "deposit_pays_here": _("A fixed-term deposit pays into this account. End that first."),
    "product_exists": _("There is a product of this code."),
    "terms_unfit": _("These terms do not fit this kind of product."),
    "product_tier_too_low": _("Verify more about yourself to open this account."),
    "deposit_terms_missing": _("Say how much to place, for how long, and from which account."),
    "deposit_not_offered": _("The deposit is not offered for this amount and time."),
    "pot_goal_missing": _("Say what you save for, and how much."),
    "funding_account_unfit": _("That takes an open account of yours in the same currency."),
    "remainder_unfit": _("What is left can move to an open account in the same currency."),
    "opening_deposit_missing": _("The account does not hold its opening deposit yet."),
    "holds_open": _("Some payments on this account are still open. Please wait until they are done."),
    "product_not_found": _("The bank does not offer this product."),
    "too_many_accounts": _("You have as many accounts as one person may hold."),
    # cards
    "card_number_invalid": _("That is not a card number. Please check it."),
    "card_not_found": _("No card of this bank has that number."),
    "card_not_active": _("The card has not been activated yet."),
    "card_frozen": _("The card is frozen."),
    "card_lost": _("The card was reported lost."),
    "card_stolen": _("The card was reported stolen."),
    "card_closed": _("The card is closed."),
    "cvv_required": _("The code on the back of the card is needed."),
    "wrong_cvv": _("The code on the back of the card was wrong."),
    "cvv_blocked": _("Too many wrong codes. Show the card's number once to use it again."),
    "wrong_expiry": _("The card's expiry was wrong."),
    "card_expired": _("The card has expired."),
    "card_used_up": _("The card was good for one payment."),
    "online_payments_off": _("Online payments are switched off for this card."),
    "channel_not_allowed": _("This card may not pay this way."),
    "country_not_allowed": _("This card may not pay in that country."),
    "mcc_not_allowed": _("This card may not pay that kind of merchant."),
    "merchant_not_allowed": _("This card may not pay that merchant."),
    "card_amount_limit": _("That is over a limit of the card."),
    "card_count_limit": _("The card was used as often as it may be."),
    "too_many_cards": _("This account has as many cards as it may have."),
    "card_is_closed": _("The card is closed for good. Have it replaced."),
    "card_not_activated": _("Activate the card first."),
    "card_frozen_by_bank": _("The bank froze this card. Please ask us."),
    # joint holders, signatories, businesses
    "account_role_insufficient": _("Your part in this account does not include that."),
    "signatures_needed": _(
        "Several people sign for this account; one alone cannot do this. Please ask the bank."
    ),
    "person_not_found": _("The bank knows nobody by that name or address. Ask them to register first."),
    "already_party": _("This person has a part in the account already, or an invitation."),
    "too_many_parties": _("An account has ten parties at most."),
    "not_invited": _("This invitation is not open any more."),
    "holder_must_agree": _("They leave by themselves, or the bank ends it; you alone cannot."),
    "mandate_needs_them": _(
        "Without them fewer people could sign than have to. Please ask the bank to change that first."
    ),
    "too_few_signatories": _("Fewer people could sign than would have to. Invite somebody first."),
    "mandate_loosened": _("Only the bank lowers the number of signatures. Please ask us."),
    "cards_pay_alone": _("A card pays on one person's word. Close the account's cards first."),
    "own_limit_exceeded": _("That is more than you may pay or sign at once from this account."),
    "not_awaiting_approval": _("This payment does not wait for a signature any more."),
    "already_signed": _("You have signed this payment already. Somebody else has to."),
    "business_known": _("A business with this registration number has an account or has asked for one."),
    "business_decided": _("The bank has decided on this application."),
    # cards
    "card_account_unfit": _("A card needs an active account of yours."),
    "already_replaced": _("The card was replaced before."),
    "proof_used": _("That confirmation was used before. Please confirm once more."),
    "released": _("The merchant gave the reserved money back."),
    "hold_expired": _("The merchant did not collect the reserved money in time."),
    # paying
    "pin_required": _("Enter the PIN of the account you pay from."),
    "wrong_pin": _("That is not the PIN of this account."),
    "pin_blocked": _("The PIN is blocked after three wrong tries. Set a new one on the account's page."),
    "pin_not_set": _("This account has no PIN yet. Set one on the account's page."),
    "pin_changed": _("The PIN of this account was changed a moment ago. Please enter the new one."),
    "insufficient_funds": _("There is not enough money in the account for this payment."),
    "limit_payment": _("This is above the limit for one payment from this account."),
    "limit_day": _(
        "This is more than may still leave this account today. Its limits are on the account's page."
    ),
    "limit_month": _(
        "This is more than may still leave this account this month. Its limits are on the account's page."
    ),
    "limit_deposit": _("The payee's account may not take this much at once."),
    "limit_balance": _("The payee's account may not hold this much."),
    "same_account": _("Payer and payee are the same account."),
    "currency_mismatch": _("The two accounts are kept in different currencies."),
    "amount_out_of_range": _("The bank cannot move this amount in one payment."),
    "balance_out_of_range": _("The payee's account cannot take this amount."),
    "enquiry_not_valid": _("The payee's name was checked too long ago. Please start again."),
    "declined_by_screening": _("Our security checks declined this payment. Nothing left your account."),
    "confirmation_required": _("Please confirm that it is really you who pays."),
    "under_review": _("A member of our staff looks at this payment before it goes."),
    "declined_after_review": _(
        "A member of our staff looked at this payment and declined it. Nothing left your account."
    ),
    "not_confirmed": _("The payment was not confirmed in time, so nothing left your account."),
    "too_many_beneficiaries": _("You keep two hundred beneficiaries already; forget one first."),
    "not_refundable": _("This payment cannot be refunded."),
    "refund_exceeds_payment": _("That is more than is left of the payment."),
    "not_awaiting_confirmation": _("This payment does not wait for a confirmation any more."),
    "insufficient_user_authentication": _("Please sign in again to confirm this payment."),
    "proof_required": _("Please confirm this payment with your second factor."),
    "new_device_limit": _(
        "This device is new to us. For its first day it may send ₦20,000 at most; use a device we know, or wait."
    ),
    "deposit_takes_two": _("Cash of this amount is booked when a second person agrees."),
    "deposit_not_large": _("Cash of this amount is booked by one person."),
    "payment_pending": _("The bank has your payment and is still working on it."),
    "overloaded": _("Very many people are paying just now. Please try again in a moment."),
    "refused_by_database": _("The bank refused this payment; nothing moved."),
    "command_expired": _("The payment came too late to be carried out. Nothing moved."),
    # books
    "not_sealed_yet": _("The receipt is ready in a few seconds; its page of the books is being sealed."),
    # staff
    "already_decided": _("Somebody has decided this already."),
    "proposal_lapsed": _("This was proposed too long ago to be decided now."),
    "second_person_needed": _("This takes two people, and you are the first of them."),
    "case_resolved": _("Somebody has decided this case already."),
    "rule_state_conflict": _("A version of a rule goes from draft to shadow to active."),
    "thresholds_incomplete": _("A rule needs an amount for every currency of the bank, and no other."),
    # statements
    "period_unfit": _("Choose a period that begins before it ends, of ten years at most."),
    "statement_too_long": _("That is more than one document holds. Please choose a shorter period."),
    "statement_not_ready": _("The statement is still being prepared. Please try again in a moment."),
    "too_many_statements": _("So many statements are being prepared already. Please wait for one of them."),
    # support tickets
    "ticket_not_in_state": _("That cannot be done with this ticket now. Please look at where it is."),
    "too_many_tickets": _("You have twenty open tickets; that is the most. Please close one first."),
    "link_not_yours": _("What the ticket refers to is not there, or not yours."),
    "assignee_unfit": _("Tickets are assigned to people of the support desk."),
    # loans
    "loan_product_not_found": _("We do not offer that loan."),
    "loan_amount_not_offered": _("This loan is not offered for that amount."),
    "loan_term_not_offered": _("This loan is not offered for that many months."),
    "loan_purpose_not_offered": _("This loan is not for that purpose."),
    "loan_tier_too_low": _("Verify more about yourself first; then this loan is open to you."),
    "loan_account_unfit": _("Choose an open account of yours in the loan's currency."),
    "too_many_applications": _("You have three applications and loans under way; that is the most."),
    "loan_not_in_state": _("That cannot be done with this loan now. Please look at where it is."),
    "offer_lapsed": _("The offer has lapsed. Please apply again."),
    "loan_under_way": _("A loan is repaid from this account. Repay it first, then close the account."),
    "loan_payment_under_way": _("A payment of this loan is under way. Please try again in a moment."),
    "repayment_too_small": _(
        "To repay early, pay more than what is due and the interest since the last instalment."
    ),
    "repayment_too_large": _("That is more than it takes to close the loan."),
    "payoff_date_unfit": _("Choose a day from today to a year from now."),
    "schedule_unfit": _("The loan cannot be repaid on this schedule."),
}
"""Code -> sentence."""


def sentence(code: str, fallback: str = "") -> str:
    """What the pages say about a refusal code."""
    found = SENTENCES.get(code)
    return str(found) if found is not None else fallback or str(_("The bank said no to this."))


def explain(refused: Refused) -> str:
    """What the pages say about a refusal; its own words where we have none."""
    return sentence(refused.refusal.code, refused.detail or refused.refusal.title)
