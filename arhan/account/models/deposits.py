"""Savings with a promise: fixed-term deposits, and pots with a goal."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.deposits import DEPOSIT_STATES, INSTRUCTIONS
from arhan.account.models.accounts import Account


class TermDeposit(models.Model):
    """Money placed for a time at a rate; the account holds it and nothing else."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    principal = models.BigIntegerField()
    months = models.SmallIntegerField()
    rate = models.IntegerField()
    """Ten-thousandths of a percent a year."""
    begins_on = models.DateField()
    matures_on = models.DateField()
    """A working day: a term that ends on another ends on the next."""
    at_maturity = models.TextField(db_collation="C")
    pay_to = models.ForeignKey(Account, models.PROTECT, db_column="pay_to", related_name="+")
    state = models.TextField(db_collation="C", default="running")

    class Meta:
        """What runs is found by when it ends."""

        db_table = "term_deposit"
        indexes = (
            models.Index(
                fields=["matures_on"], name="term_deposit_running", condition=models.Q(state="running")
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=DEPOSIT_STATES), name="term_deposit_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(at_maturity__in=INSTRUCTIONS), name="term_deposit_instruction_known"
            ),
            models.CheckConstraint(
                condition=models.Q(principal__gt=0), name="term_deposit_principal_positive"
            ),
        )


class Pot(models.Model):
    """What a customer saves for."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_column="account")
    name = models.TextField()
    goal = models.BigIntegerField()
    by = models.DateField(null=True)

    class Meta:
        """A goal is something."""

        db_table = "pot"
        constraints = (models.CheckConstraint(condition=models.Q(goal__gt=0), name="pot_goal_positive"),)
