"""Django settings of the identity service."""

from __future__ import annotations

from arhan.identity.mail import mail_settings
from arhan.kernel.django_settings import django_settings

globals().update(
    django_settings(
        "identity",
        PASSWORD_HASHERS=["arhan.identity.hashing.PasswordHasher"],
        **mail_settings(),
    )
)
