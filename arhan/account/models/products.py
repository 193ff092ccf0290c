"""What a customer can open."""

from __future__ import annotations

from django.db import models


class Product(models.Model):
    """A kind of account on offer, with its terms."""

    code = models.TextField(primary_key=True, db_collation="C")
    kind = models.TextField(db_collation="C")
    name = models.TextField()
    currency = models.TextField(db_collation="C")
    interest_rate = models.DecimalField(max_digits=7, decimal_places=4)
    """Percent a year."""
    ledger_account = models.TextField(db_collation="C")
    """Code in the chart of accounts under which the ledger keeps its accounts."""

    class Meta:
        """The kinds are a closed list."""

        db_table = "product"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("savings", "current")), name="product_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(interest_rate__gte=0), name="product_interest_not_negative"
            ),
        )
