"""The bank's letters: which there are, what each says, how long what it carries is good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

MAIL = "mail"
TEXT = "text"

PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a letter
PASSWORD_CHANGED = "password_changed"  # noqa: S105 - likewise
EMAIL_VERIFICATION = "email_verification"
PHONE_VERIFICATION = "phone_verification"
NEW_DEVICE = "new_device"
STAFF_INVITATION = "staff_invitation"
SESSION_STOLEN = "session_stolen"
CONFIRMATION_CODE = "confirmation_code"
RECOVERY_CODE_USED = "recovery_code_used"
ROLE_CHANGED = "role_changed"
NOTICE = "notice"

RETRY_AFTER = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Pauses after failed deliveries; after the last it is tried every hour until it is too old."""
GIVEN_UP_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter."""

    channel: str
    subject: str
    body: str
    """As the subject with the names of values in braces; `{link}` or `{code}` when it carries a secret."""
    path: str = ""
    """Of the portal's page the link leads to."""
    good_for: timedelta = timedelta(0)


KINDS: dict[str, LetterKind] = {
    PASSWORD_RESET: LetterKind(
        MAIL,
        "Choose a new password",
        "Hello {name},\n\nsomebody, hopefully you, wants a new password for {username}. Choose one here"
        " within half an hour:\n\n{link}\n\nIf it was not you, do nothing: your password stays as it is.\n",
        path="/reset-password",
        good_for=timedelta(minutes=30),
    ),
    PASSWORD_CHANGED: LetterKind(
        MAIL,
        "Your password was changed",
        "Hello {name},\n\nthe password of {username} was changed and all other sessions were ended. If it"
        " was not you, call us at once.\n",
    ),
    EMAIL_VERIFICATION: LetterKind(
        MAIL,
        "Is this your email address?",
        "Hello {name},\n\nplease confirm that {address} is yours:\n\n{link}\n",
        path="/verify-email",
        good_for=timedelta(days=2),
    ),
    PHONE_VERIFICATION: LetterKind(
        TEXT,
        "",
        "{code} is your code to confirm this phone number at Arhan. Nobody from the bank will ask for it.",
        good_for=timedelta(minutes=10),
    ),
    CONFIRMATION_CODE: LetterKind(
        TEXT,
        "",
        "{code} confirms: {summary}. If you did not start this, tell nobody the code and call us.",
        good_for=timedelta(minutes=5),
    ),
    NEW_DEVICE: LetterKind(
        MAIL,
        "A new device signed in",
        "Hello {name},\n\n{username} signed in with a device we had not seen before:\n\n{user_agent}\n"
        "from {origin}, {at} UTC\n\nFor 24 hours it may move less than usual. If it was not you, end its"
        " session and change your password.\n",
    ),
    STAFF_INVITATION: LetterKind(
        MAIL,
        "You are invited to work at Arhan",
        "Hello,\n\nyou are invited to join the bank's staff as {role}. Set up your account within three"
        " days:\n\n{link}\n",
        path="/accept-invitation",
        good_for=timedelta(days=3),
    ),
    SESSION_STOLEN: LetterKind(
        MAIL,
        "We ended one of your sessions",
        "Hello {name},\n\nthe same session of {username} was continued in two places, so we ended it. Please"
        " sign in again, and change your password if you do not know why this happened.\n",
    ),
    RECOVERY_CODE_USED: LetterKind(
        MAIL,
        "A recovery code was used",
        "Hello {name},\n\n{username} signed in with a recovery code; {left} are left. If it was not you,"
        " call us at once.\n",
    ),
    ROLE_CHANGED: LetterKind(
        MAIL,
        "Your role at the bank changed",
        "Hello {name},\n\nyour role is {role} from now on. Please sign in again.\n",
    ),
    NOTICE: LetterKind(
        MAIL,
        "{title}",
        "Hello {name},\n\n{sentence}\n\nMore about it, and what we write to you about: {portal}\n",
    ),
}


def render(kind: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of a letter."""
    letter = KINDS[kind]
    return letter.subject.format_map(values), letter.body.format_map(values)


def retry_after(tries: int) -> timedelta:
    """How long to wait after this many failed deliveries."""
    return RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]
