"""How the bank recognises a PIN without knowing it."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.pins import TRIES
from arhan.account.models.accounts import Account


class PinVerifier(models.Model):
    """The verifier of one account's PIN, and how many wrong guesses are left before it is blocked."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    salt = models.BinaryField()
    iterations = models.IntegerField()
    verifier = models.BinaryField()
    version = models.IntegerField(default=1)
    """Equal to pin_version of the balance row."""
    tries_left = models.SmallIntegerField(default=TRIES)
    """0: blocked."""

    class Meta:
        """Tries run from three to none."""

        db_table = "pin_verifier"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(tries_left__range=(0, TRIES)), name="pin_tries_in_range"
            ),
        )
