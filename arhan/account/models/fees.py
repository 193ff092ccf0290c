"""Fees that fell due, and whether they were charged."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.product_terms import MOST

STATES = ("due", "charged", "waived")


class FeeCharge(models.Model):
    """One fee of one account; charged once, when the account has the money."""

    id = models.TextField(primary_key=True, db_collation="C")
    """Says what for: account, event, number in the list, and day or reference. The movement has the same id."""
    account = models.TextField(db_collation="C")
    event = models.TextField(db_collation="C")
    name = models.TextField()
    currency = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    goes_to = models.TextField(db_collation="C")
    due_on = models.DateField()
    tried_on = models.DateField(null=True)
    state = models.TextField(db_collation="C", default="due")

    class Meta:
        """What is due is found in order."""

        db_table = "fee_charge"
        indexes = (
            models.Index(fields=["id"], name="fee_charge_due", condition=models.Q(state="due")),
            models.Index(fields=["account", "due_on"], name="fee_charge_of_account"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="fee_charge_state_known"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, amount__lte=MOST), name="fee_charge_amount_fits"
            ),
        )
