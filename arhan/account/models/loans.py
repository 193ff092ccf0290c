"""Loans: what is offered, what was agreed, what is due, and the payments that carry them out."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from arhan.account.domain.loan_states import STATES
from arhan.account.models.accounts import Account

ROW_KINDS = ("instalment", "prepayment", "payoff")
PAYMENT_KINDS = ("disbursement", "instalment", "repayment")
PAYMENT_STATES = ("asked", "paid", "failed")


class LoanProduct(models.Model):
    """A kind of loan on offer, with its terms. Amounts are minor units of its currency."""

    code = models.TextField(primary_key=True, db_collation="C")
    name = models.TextField()
    currency = models.TextField(db_collation="C")
    least = models.BigIntegerField()
    most = models.BigIntegerField()
    terms = ArrayField(models.IntegerField())
    """Numbers of monthly instalments there is a choice of."""
    annual_rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    method = models.TextField(db_collation="C")
    day_count = models.TextField(db_collation="C")
    purposes = ArrayField(models.TextField(db_collation="C"))
    min_tier = models.SmallIntegerField()
    allocation_order = ArrayField(models.TextField(db_collation="C"))
    """What a repayment pays first."""
    penalty_percent = models.DecimalField(max_digits=7, decimal_places=4)
    """Of what is left of an instalment, once, when its grace is over."""
    grace_days = models.SmallIntegerField()
    offer_days = models.SmallIntegerField()
    """How long an offer stands."""
    charge_off_days = models.SmallIntegerField(default=180)
    """Days past due after which the bank takes the loss of a loan."""

    class Meta:
        """Bounds that make sense."""

        db_table = "loan_product"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(least__gt=0, most__gte=models.F("least")), name="loan_product_bounds"
            ),
        )


class Loan(models.Model):
    """A loan from application to the end. Changed only while its row is locked."""

    id = models.TextField(primary_key=True, db_collation="C")
    customer = models.TextField(db_collation="C")
    product = models.ForeignKey(LoanProduct, models.PROTECT, db_column="product")
    account = models.ForeignKey(Account, models.PROTECT, db_column="account", related_name="+")
    """The customer's account: credited with the loan, debited with its instalments."""
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    number_of_instalments = models.IntegerField()
    purpose = models.TextField(db_collation="C")
    answers = models.JSONField()
    """What the customer says of their income and outgoings, in minor units a month."""
    score = models.IntegerField()
    recommendation = models.TextField(db_collation="C")
    reasons = models.JSONField()
    state = models.TextField(db_collation="C")
    applied_at = models.DateTimeField()
    decided_by = models.TextField(default="", blank=True, db_collation="C")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(default="", blank=True)
    offered_until = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    receivable = models.TextField(default="", blank=True, db_collation="C")
    """The bank's account that carries what is owed of the principal; opened on acceptance."""
    disbursed_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    plan = models.JSONField(null=True)
    """The terms the rows still to come follow from; none before disbursement and after the end."""
    interest_before = models.BigIntegerField(default=0)
    """Interest earned before this plan began."""
    interest_accrued = models.BigIntegerField(default=0)
    """Interest booked as earned so far."""
    accrued_until = models.DateField(null=True)
    next_due_on = models.DateField(null=True)
    """The oldest date on which something is unpaid."""
    days_past_due = models.IntegerField(default=0)
    bucket = models.TextField(default="current", db_collation="C")
    paused_from = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    written_off = models.BigIntegerField(default=0)
    recovered = models.BigIntegerField(default=0)

    class Meta:
        """Found by customer, by state, and by what is due."""

        db_table = "loan"
        indexes = (
            models.Index(fields=["customer", "id"], name="loan_of_customer"),
            models.Index(fields=["state", "id"], name="loan_in_state"),
            models.Index(
                fields=["next_due_on", "id"],
                name="loan_collected_due",
                condition=models.Q(state__in=("active", "charged_off")),
            ),
            models.Index(
                fields=["accrued_until", "id"], name="loan_active_accrued", condition=models.Q(state="active")
            ),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="loan_state_known"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="loan_amount_positive"),
            models.CheckConstraint(
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("customer")),
                name="loan_decided_by_somebody_else",
            ),
        )


class LoanInstalment(models.Model):
    """One row of a loan's schedule, and how much of it is paid. Amounts are minor units."""

    pk = models.CompositePrimaryKey("loan", "number")
    loan = models.TextField(db_collation="C")
    number = models.IntegerField()
    kind = models.TextField(db_collation="C")
    due_on = models.DateField()
    principal = models.BigIntegerField()
    interest = models.BigIntegerField()
    fees = models.BigIntegerField(default=0)
    penalties = models.BigIntegerField(default=0)
    principal_paid = models.BigIntegerField(default=0)
    interest_paid = models.BigIntegerField(default=0)
    fees_paid = models.BigIntegerField(default=0)
    penalties_paid = models.BigIntegerField(default=0)
    penalised = models.BooleanField(default=False)
    """Whether its penalty was charged."""

    class Meta:
        """No part is paid beyond what it is."""

        db_table = "loan_instalment"
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=ROW_KINDS), name="loan_row_kind_known"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{f"{part}_paid__gte": 0, f"{part}_paid__lte": models.F(part)}),
                    name=f"loan_{part}_not_overpaid",
                )
                for part in ("principal", "interest", "fees", "penalties")
            ),
        )


class LoanPayment(models.Model):
    """A payment the bank orders for a loan, before, while and after payment carries it out."""

    key = models.TextField(primary_key=True, db_collation="C")
    """Its name at payment, made of what it is for: asked again, it is not paid again."""
    loan = models.ForeignKey(Loan, models.PROTECT, db_column="loan", related_name="+")
    kind = models.TextField(db_collation="C")
    number = models.IntegerField(default=0)
    """The instalment it collects; 0 otherwise."""
    effect = models.TextField(default="", blank=True, db_collation="C")
    """What a repayment ahead of time changes; empty: nothing is paid ahead."""
    amount = models.BigIntegerField()
    asked_on = models.DateField()
    """Business date."""
    asked_at = models.DateTimeField()
    ask_again_at = models.DateTimeField()
    state = models.TextField(db_collation="C")
    payment = models.TextField(default="", blank=True, db_collation="C")
    code = models.TextField(default="", blank=True, db_collation="C")
    """Why it failed."""
    principal = models.BigIntegerField(default=0)
    interest = models.BigIntegerField(default=0)
    charges = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    """More than was owed: credited to the account again."""
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """Open ones are few and asked for often."""

        db_table = "loan_payment"
        indexes = (
            models.Index(fields=["loan", "asked_at"], name="loan_payment_of_loan"),
            models.Index(
                fields=["ask_again_at"], name="loan_payment_open", condition=models.Q(state="asked")
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=PAYMENT_KINDS), name="loan_payment_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PAYMENT_STATES), name="loan_payment_state_known"
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="loan_payment_amount_positive"),
            models.UniqueConstraint(
                fields=["loan", "number"],
                name="loan_payment_open_once",
                condition=models.Q(state="asked"),
            ),
        )


class LoanHappening(models.Model):
    """What happened to a loan, when, by whom and why. Only added to."""

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(Loan, models.PROTECT, db_column="loan", related_name="+")
    what = models.TextField(db_collation="C")
    state = models.TextField(db_collation="C")
    """Where it led."""
    by = models.TextField(db_collation="C")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        """Read by loan, in order."""

        db_table = "loan_happening"
        indexes = (models.Index(fields=["loan", "id"], name="loan_happening_of_loan"),)
