"""Identity's tables."""

from __future__ import annotations

from arhan.identity.models.challenges import Challenge, Passkey, PasskeyRequest
from arhan.identity.models.devices import Device
from arhan.identity.models.factors import Authenticator, RecoveryCode
from arhan.identity.models.keys import SigningKey
from arhan.identity.models.kyc import Application, Document, IdentityNumber, Profile
from arhan.identity.models.letters import Letter, MailboxItem, SentSecret
from arhan.identity.models.notes import Note
from arhan.identity.models.notices import Notification, NotificationChoice
from arhan.identity.models.people import Person
from arhan.identity.models.roles import Invitation, RolePermission
from arhan.identity.models.secrets import ServiceSecret
from arhan.identity.models.sessions import RefreshToken, Revocation, Session
from arhan.identity.models.throttle import Guesses

__all__ = [
    "Application",
    "Authenticator",
    "Challenge",
    "Device",
    "Document",
    "Guesses",
    "IdentityNumber",
    "Invitation",
    "Letter",
    "MailboxItem",
    "Note",
    "Notification",
    "NotificationChoice",
    "Passkey",
    "PasskeyRequest",
    "Person",
    "Profile",
    "RecoveryCode",
    "RefreshToken",
    "Revocation",
    "RolePermission",
    "SentSecret",
    "ServiceSecret",
    "Session",
    "SigningKey",
]
