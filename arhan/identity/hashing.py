"""The password hash: Django's PBKDF2-SHA256 with the iterations this bank promises."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher

ITERATIONS = 600_000
"""OWASP Password Storage, ASVS 5 (11.4.2): 600,000 for HMAC-SHA256; 0.25 s of CPU here."""


class PasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2-HMAC-SHA256; hashes made with fewer iterations are renewed at the next login."""

    iterations = ITERATIONS
