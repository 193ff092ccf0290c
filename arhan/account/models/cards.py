"""Cards: what they are, how they are recognised, what they may do, how much they were used."""

from __future__ import annotations

from django.db import models

from arhan.account.cards.controls import Controls, as_text
from arhan.account.cards.number import CVV_TRIES
from arhan.account.cards.spending import EVER
from arhan.account.cards.states import KINDS, STATES, VARIANTS
from arhan.account.domain.pins import TRIES
from arhan.account.models.accounts import Account


def no_rules() -> str:
    """The controls of a card nobody has set any for."""
    return as_text(Controls())


class Card(models.Model):
    """A card on an account; changed only while the balance row of its account is locked.

    Its number is here twice: encrypted, with the id of the card inside, and as a keyed hash by which
    it is found. The code on its back is nowhere.
    """

    id = models.TextField(primary_key=True, db_collation="C")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account")
    customer = models.TextField(db_collation="C")
    """Person id."""
    kind = models.TextField(db_collation="C")
    variant = models.TextField(db_collation="C")
    bin = models.TextField(db_collation="C")
    last4 = models.TextField(db_collation="C")
    expires_on = models.DateField()
    name = models.TextField()
    """The holder's, as printed."""
    state = models.TextField(db_collation="C")
    reason = models.TextField(default="", blank=True, db_collation="C")
    changed_by = models.TextField(default="", blank=True, db_collation="C")
    """Person id; whoever of the bank's staff froze a card, its owner cannot unfreeze it."""
    changed_at = models.DateTimeField()
    issued_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, db_column="replaces", related_name="replacement"
    )
    number_ciphertext = models.BinaryField()
    key_id = models.TextField(db_collation="C")
    """Which key of ENCRYPTION_KEY it is encrypted under."""
    number_index = models.BinaryField()
    controls = models.TextField(default=no_rules)
    """The owner's rules (cards/controls.py), as JSON."""
    bank_controls = models.TextField(default=no_rules)
    """The bank's, likewise; a use must be allowed by both."""

    class Meta:
        """A number leads to one card."""

        db_table = "card"
        indexes = (
            models.Index(fields=["customer", "id"], name="card_of_customer"),
            models.Index(fields=["expires_on"], name="card_expiring", condition=~models.Q(state="closed")),
        )
        constraints = (
            models.UniqueConstraint(fields=["number_index"], name="card_number_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="card_state_known"),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="card_kind_known"),
            models.CheckConstraint(condition=models.Q(variant__in=VARIANTS), name="card_variant_known"),
            models.CheckConstraint(
                condition=models.Q(bin__regex=r"^[0-9]{6,8}$", last4__regex=r"^[0-9]{4}$"),
                name="card_shows_its_ends",
            ),
        )


class CardPin(models.Model):
    """The verifier of one card's PIN, and how many wrong guesses are left before it is blocked."""

    card = models.OneToOneField(Card, models.PROTECT, primary_key=True, db_column="card", related_name="pin")
    salt = models.BinaryField()
    iterations = models.IntegerField()
    verifier = models.BinaryField()
    version = models.IntegerField(default=1)
    """Goes up whenever the PIN is set or blocked, so that an older proof no longer counts."""
    tries_left = models.SmallIntegerField(default=TRIES)
    """0: blocked."""

    class Meta:
        """Tries run from three to none."""

        db_table = "card_pin"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(tries_left__range=(0, TRIES)), name="card_pin_tries_in_range"
            ),
        )


class CardSpending(models.Model):
    """The counters of one card; changed only while the balance row of its account is locked."""

    card = models.OneToOneField(
        Card, models.PROTECT, primary_key=True, db_column="card", related_name="spending"
    )
    merchant = models.TextField(default="", blank=True, db_collation="C")
    day = models.DateField(default=EVER)
    day_amount = models.BigIntegerField(default=0)
    day_count = models.IntegerField(default=0)
    week = models.DateField(default=EVER)
    week_amount = models.BigIntegerField(default=0)
    week_count = models.IntegerField(default=0)
    month = models.DateField(default=EVER)
    month_amount = models.BigIntegerField(default=0)
    month_count = models.IntegerField(default=0)
    ever = models.DateField(default=EVER)
    ever_amount = models.BigIntegerField(default=0)
    ever_count = models.IntegerField(default=0)

    class Meta:
        """Nothing is counted below nothing."""

        db_table = "card_spending"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    day_amount__gte=0,
                    day_count__gte=0,
                    week_amount__gte=0,
                    week_count__gte=0,
                    month_amount__gte=0,
                    month_count__gte=0,
                    ever_amount__gte=0,
                    ever_count__gte=0,
                ),
                name="card_spending_not_negative",
            ),
        )


class CardCode(models.Model):
    """How many wrong codes (the three digits on the back) are still answered; the code itself is nowhere."""

    card = models.OneToOneField(Card, models.PROTECT, primary_key=True, db_column="card")
    tries_left = models.SmallIntegerField(default=CVV_TRIES)
    """0: blocked until the owner reveals the card."""

    class Meta:
        """Tries run from ten to none."""

        db_table = "card_code"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(tries_left__range=(0, CVV_TRIES)), name="card_code_tries_in_range"
            ),
        )


class UsedProof(models.Model):
    """A confirmation (step-up) that was accepted: it is good for one thing, once."""

    jti = models.TextField(primary_key=True, db_collation="C")
    used_at = models.DateTimeField()

    class Meta:
        """Nobody changes these."""

        db_table = "used_proof"
