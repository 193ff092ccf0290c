"""Every way the identity service says no."""

from __future__ import annotations

from arhan.kernel.errors import Refusal

INVALID_CREDENTIALS = Refusal("invalid_credentials", 401, "That name and password do not go together.")
INVALID_REFRESH_TOKEN = Refusal("invalid_refresh_token", 401, "This session has ended; sign in again.")
INVALID_CLIENT = Refusal("invalid_client", 401, "No service has this id and secret.")
AUDIENCE_NOT_PERMITTED = Refusal("audience_not_permitted", 403, "This service does not call that one.")
USERNAME_TAKEN = Refusal("username_taken", 409, "Somebody has this username already.")
EMAIL_TAKEN = Refusal("email_taken", 409, "Somebody has registered with this email address already.")
WEAK_PASSWORD = Refusal("weak_password", 422, "This password is too easy to guess.")
LOCKED = Refusal("locked", 423, "Too many wrong guesses; wait before the next one.", retryable=True)
