"""Who else has a part in an account; and the businesses that hold accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from arhan.account.domain.parties import APPOINTED, STATES
from arhan.account.domain.pins import TRIES
from arhan.account.models.accounts import Account

_BEFORE_ITS_END = ("invited", "active")


class AccountParty(models.Model):
    """A joint holder, a signatory or a viewer of an account; its owner is on the account itself."""

    id = models.TextField(primary_key=True, db_collation="C")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account", db_index=False)
    person = models.TextField(db_collation="C")
    name = models.TextField()
    """The person's, when they were invited."""
    role = models.TextField(db_collation="C")
    state = models.TextField(db_collation="C")
    payment_limit = models.BigIntegerField(null=True)
    """The most this person may pay or sign at once, in minor units; null: as the account."""
    invited_by = models.TextField(db_collation="C")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(default="", blank=True, db_collation="C")
    reason = models.TextField(default="", blank=True)

    class Meta:
        """One part at a time for one person in one account."""

        db_table = "account_party"
        constraints = (
            models.UniqueConstraint(
                fields=["account", "person"],
                condition=Q(state__in=_BEFORE_ITS_END),
                name="account_party_once",
            ),
            models.CheckConstraint(condition=Q(role__in=APPOINTED), name="account_party_role_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="account_party_state_known"),
            models.CheckConstraint(
                condition=Q(payment_limit__isnull=True) | Q(payment_limit__gt=0),
                name="account_party_limit_positive",
            ),
        )
        indexes = (models.Index(fields=["person", "account"], name="account_party_of_person"),)


class PartyPin(models.Model):
    """The verifier of a party's own PIN for an account, and how many wrong guesses are left."""

    party = models.OneToOneField(AccountParty, models.PROTECT, primary_key=True, db_column="party")
    salt = models.BinaryField()
    iterations = models.IntegerField()
    verifier = models.BinaryField()
    version = models.IntegerField(default=1)
    tries_left = models.SmallIntegerField(default=TRIES)
    """0: blocked."""

    class Meta:
        """Tries run from three to none."""

        db_table = "party_pin"
        constraints = (
            models.CheckConstraint(
                condition=Q(tries_left__range=(0, TRIES)), name="party_pin_tries_in_range"
            ),
        )


class Business(models.Model):
    """A business that is a customer: its name on accounts and statements is the registered one."""

    id = models.TextField(primary_key=True, db_collation="C")
    registered_name = models.TextField()
    registration_number = models.TextField(db_collation="C")
    """As the register of companies has it."""
    applied_by = models.TextField(db_collation="C")
    """Person id."""
    applied_at = models.DateTimeField()
    product = models.TextField(db_collation="C")
    """The account that is asked for."""
    signatures = models.SmallIntegerField()
    """How many are to sign a payment."""
    state = models.TextField(db_collation="C")
    decided_by = models.TextField(default="", blank=True, db_collation="C")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)
    account = models.OneToOneField(Account, models.PROTECT, null=True, db_column="account")

    class Meta:
        """A registration number leads to one business that was not turned away."""

        db_table = "business"
        constraints = (
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=~Q(state="refused"),
                name="business_registered_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("applied", "verified", "refused")), name="business_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="verified", account__isnull=False) | ~Q(state="verified"),
                name="business_verified_has_account",
            ),
        )
        indexes = (models.Index(fields=["applied_by"], name="business_of_person"),)
