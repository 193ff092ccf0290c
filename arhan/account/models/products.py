"""What a customer can open."""

from __future__ import annotations

from django.db import models

KINDS = ("savings", "current", "fixed_term", "target_savings")


class Product(models.Model):
    """A kind of account on offer, with its terms."""

    code = models.TextField(primary_key=True, db_collation="C")
    kind = models.TextField(db_collation="C")
    name = models.TextField()
    currency = models.TextField(db_collation="C")
    interest_rate = models.DecimalField(max_digits=7, decimal_places=4)
    """Percent a year at best, of the newest version."""
    ledger_account = models.TextField(db_collation="C")
    """Code in the chart of accounts under which the ledger keeps its accounts."""

    class Meta:
        """The kinds are a closed list."""

        db_table = "product"
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="product_kind_known"),
            models.CheckConstraint(
                condition=models.Q(interest_rate__gte=0), name="product_interest_not_negative"
            ),
        )


class ProductVersion(models.Model):
    """What a product promises from a day on; never changed, only followed by the next."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, models.PROTECT, db_column="product", related_name="versions")
    number = models.IntegerField()
    since = models.DateField()
    terms = models.JSONField()
    """domain/product_terms.py"""
    proposal = models.TextField(default="", blank=True, db_collation="C")
    """The proposal by which two people made it; empty for what the bank began with."""

    class Meta:
        """Numbered within the product."""

        db_table = "product_version"
        constraints = (
            models.UniqueConstraint(fields=["product", "number"], name="product_version_number_once"),
        )
