"""Every way the identity service says no."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

INVALID_CREDENTIALS = Refusal("invalid_credentials", 401, "That name and password do not go together.")
OTP_REQUIRED = Refusal("otp_required", 401, "Your second factor is needed as well.")
OTP_INVALID = Refusal("otp_invalid", 401, "This code is wrong, or was used already.")
WRONG_PASSWORD = Refusal("wrong_password", 422, "That is not your password.")
SECOND_FACTOR_PRESENT = Refusal("second_factor_present", 409, "There is a second factor already.")
SECOND_FACTOR_MISSING = Refusal("second_factor_missing", 409, "There is no second factor yet.")
SECOND_FACTOR_MANDATORY = Refusal("second_factor_mandatory", 409, "Staff keep their second factor.")
INVALID_REFRESH_TOKEN = Refusal("invalid_refresh_token", 401, "This session has ended; sign in again.")
INVALID_CLIENT = Refusal("invalid_client", 401, "No service has this id and secret.")
AUDIENCE_NOT_PERMITTED = Refusal("audience_not_permitted", 403, "This service does not call that one.")
PERMISSION_UNKNOWN = Refusal("permission_unknown", 422, "There is no such permission.")
NOT_STAFF = Refusal("not_staff", 409, "A customer's role does not change; staff are invited.")
SAME_ROLE = Refusal("same_role", 409, "They have this role already.")
NOT_YOURSELF = Refusal("not_yourself", 409, "Somebody else has to do this for you.")
LAST_ADMIN = Refusal("last_admin", 409, "The bank needs an admin; this is the last one.")
ALREADY_SO = Refusal("already_so", 409, "It is so already.")
PASSKEY_INVALID = Refusal("passkey_invalid", 401, "This passkey did not prove what it was asked to.")
CHALLENGE_LAPSED = Refusal("challenge_lapsed", 409, "It took too long; begin again.")
CHALLENGE_ANSWERED = Refusal("challenge_answered", 409, "This was confirmed already.")
CHALLENGE_BLOCKED = Refusal("challenge_blocked", 409, "Too many wrong answers; begin again.")
METHOD_UNAVAILABLE = Refusal("method_unavailable", 409, "You confirm in another way.")
KYC_INCOMPLETE = Refusal("kyc_incomplete", 409, "There is something still to be shown.")
NUMBER_MISMATCH = Refusal(
    "identity_number_mismatch", 422, "The registry knows another person by this number."
)
NUMBER_UNKNOWN = Refusal("identity_number_unknown", 422, "The registry does not know this number.")
NUMBER_TAKEN = Refusal("identity_number_taken", 409, "This number, or one of its kind, is there already.")
TOO_YOUNG = Refusal("too_young", 422, "Customers are eighteen or older.")
TIER_REACHED = Refusal("tier_reached", 409, "You have this tier already.")
ALREADY_APPLIED = Refusal("already_applied", 409, "An application waits to be decided on.")
APPLICATION_DECIDED = Refusal("application_decided", 409, "This application has been decided on.")
LINK_INVALID = Refusal("link_invalid", 422, "This link or code is not good, or not good any more.")
ALREADY_VERIFIED = Refusal("already_verified", 409, "This is verified already.")
USERNAME_TAKEN = Refusal("username_taken", 409, "Somebody has this username already.")
EMAIL_TAKEN = Refusal("email_taken", 409, "Somebody has registered with this email address already.")
WEAK_PASSWORD = Refusal("weak_password", 422, "This password is too easy to guess.")
LOCKED = Refusal("locked", 423, "Too many wrong guesses; wait before the next one.", retryable=True)
