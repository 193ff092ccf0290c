"""Payment's tables. The engine reads and writes them with its own SQL (store/), never through these."""

from __future__ import annotations

from typing import get_args

from django.db import models
from django.db.models import F, Q

from arhan.payment.domain.standing_orders import Execution
from arhan.payment.domain.standing_orders import Status as StandingStatus
from arhan.payment.domain.states import STATES


class PaymentOrder(models.Model):
    """An order to pay, kept for ever with its idempotency key; domain/orders.py explains each member.

    Who pays whom, how much and under which key never change, a final state is final, and nothing is
    deleted: triggers raise (migration 0002).
    """

    id = models.TextField(primary_key=True, db_collation="C")
    principal = models.TextField(db_collation="C")
    route = models.TextField(db_collation="C")
    key = models.TextField(db_collation="C")
    body_hash = models.TextField(db_collation="C")
    kind = models.TextField(db_collation="C")
    state = models.TextField(db_collation="C")
    code = models.TextField(db_collation="C")
    reasons = models.JSONField()
    payer_account = models.TextField(db_collation="C")
    payer_number = models.TextField(db_collation="C")
    payer_name = models.TextField()
    payer_customer = models.TextField(db_collation="C")
    payee_account = models.TextField(db_collation="C")
    payee_number = models.TextField(db_collation="C")
    payee_name = models.TextField()
    payee_customer = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    narration = models.TextField()
    initiator = models.TextField(db_collation="C")
    pin_version = models.IntegerField(null=True)
    enquiry = models.TextField(db_collation="C")
    enquired_name = models.TextField()
    refund_of = models.TextField(db_collation="C")
    refunded = models.BigIntegerField()
    decision = models.TextField(db_collation="C")
    outcome = models.TextField(db_collation="C")
    circumstances = models.JSONField()
    attempt = models.IntegerField()
    created_at = models.DateTimeField()
    screened_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    released_by = models.TextField(db_collation="C")
    authorisation = models.TextField(db_collation="C", db_default="")
    captured = models.BigIntegerField(db_default=0)
    signatures = models.SmallIntegerField(db_default=1)
    mandate_version = models.IntegerField(null=True)

    class Meta:
        """One order per key of a caller; a customer's history and what is due are one index away."""

        db_table = "payment_order"
        constraints = (
            models.UniqueConstraint(fields=["principal", "route", "key"], name="payment_order_once_per_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_order_moves_something"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0)
                & (Q(refunded__lte=F("amount")) | Q(refunded__lte=F("captured"))),
                name="payment_order_refunded_at_most_once",
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="payment_order_state_known"),
            models.CheckConstraint(
                condition=~Q(payer_account=F("payee_account")), name="payment_order_two_sides"
            ),
        )
        indexes = (
            models.Index(
                fields=["payer_customer", "-id"],
                name="payment_order_by_payer",
                condition=~Q(payer_customer=""),
            ),
            models.Index(
                fields=["payee_customer", "-id"],
                name="payment_order_by_payee",
                condition=~Q(payee_customer=""),
            ),
            models.Index(
                fields=["due_at"],
                name="payment_order_due",
                condition=Q(
                    state__in=("created", "screened", "requires_action", "authorised", "awaiting_approval")
                ),
            ),
            models.Index(
                fields=["authorisation"], name="payment_order_parts", condition=~Q(authorisation="")
            ),
            models.Index(fields=["refund_of"], name="payment_order_refunds", condition=~Q(refund_of="")),
        )


class PaymentApproval(models.Model):
    """What one of those who sign for an account said of a payment; its initiator is on the order."""

    pk = models.CompositePrimaryKey("payment", "person")
    payment = models.TextField(db_collation="C")
    person = models.TextField(db_collation="C")
    name = models.TextField()
    approved = models.BooleanField()
    proof = models.TextField(db_collation="C")
    """Id of the confirmation."""
    decided_at = models.DateTimeField()

    class Meta:
        """Each person says it once; a confirmation is used once."""

        db_table = "payment_approval"
        constraints = (
            models.UniqueConstraint(
                fields=["proof"], condition=~Q(proof=""), name="payment_approval_proof_once"
            ),
        )


class PaymentBatch(models.Model):
    """A list of transfers handed in at once; its orders carry keys derived from its own."""

    id = models.TextField(primary_key=True, db_collation="C")
    principal = models.TextField(db_collation="C")
    key = models.TextField(db_collation="C")
    body_hash = models.TextField(db_collation="C")
    size = models.IntegerField()
    results = models.JSONField(null=True)
    """Null while it runs."""
    created_at = models.DateTimeField()
    running_until = models.DateTimeField()
    """A batch that should have ended by then lost its engine; the next request with its key takes over."""

    class Meta:
        """One batch per key of a caller."""

        db_table = "payment_batch"
        constraints = (
            models.UniqueConstraint(fields=["principal", "key"], name="payment_batch_once_per_key"),
        )


class NameEnquiry(models.Model):
    """What a person was told about an account number before paying to it."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    account = models.TextField(db_collation="C")
    """Empty when no account has the number: a wrong guess counts, too."""
    name = models.TextField()
    """As shown: masked."""
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """Counted per person for the rate limit."""

        db_table = "name_enquiry"
        indexes = (models.Index(fields=["person", "created_at"], name="name_enquiry_by_person"),)


class Beneficiary(models.Model):
    """A payee saved by the payer, under a name of the payer's own."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.TextField(db_collation="C")
    number = models.TextField(db_collation="C")
    name = models.TextField()
    """The holder's, as the person was shown it: masked."""
    nickname = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        """Each number once per person."""

        db_table = "beneficiary"
        constraints = (
            models.UniqueConstraint(fields=["person", "number"], name="beneficiary_once_per_person"),
        )


class StandingOrder(models.Model):
    """An order to pay a set amount at an interval; domain/standing_orders.py explains each member."""

    id = models.TextField(primary_key=True, db_collation="C")
    customer = models.TextField(db_collation="C")
    payer_account = models.TextField(db_collation="C")
    payer_number = models.TextField(db_collation="C")
    payee_account = models.TextField(db_collation="C")
    payee_number = models.TextField(db_collation="C")
    payee_name = models.TextField()
    payee_customer = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    narration = models.TextField()
    frequency = models.TextField(db_collation="C")
    first_date = models.DateField()
    last_date = models.DateField(null=True)
    times = models.IntegerField(null=True)
    day_of_month = models.SmallIntegerField()
    business_days = models.TextField(db_collation="C")
    status = models.TextField(db_collation="C")
    code = models.TextField(db_collation="C")
    due_date = models.DateField(null=True)
    pay_date = models.DateField(null=True)
    try_date = models.DateField(null=True)
    tries = models.SmallIntegerField()
    done = models.IntegerField()
    paid = models.IntegerField()
    tier = models.SmallIntegerField()
    device = models.TextField(db_collation="C")
    new_device_until = models.BigIntegerField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """What is due is one index away, however many there are; so is a person's list, and an account's."""

        db_table = "standing_order"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="standing_order_moves_something"),
            models.CheckConstraint(
                condition=~Q(payer_account=F("payee_account")), name="standing_order_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(status__in=get_args(StandingStatus)), name="standing_order_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("unconfirmed", "active", "paused")) | Q(try_date=None),
                name="standing_order_over_is_never_tried",
            ),
        )
        indexes = (
            models.Index(
                fields=["try_date", "id"],
                name="standing_order_due",
                condition=Q(status="active") & ~Q(try_date=None),
            ),
            models.Index(fields=["customer", "-id"], name="standing_order_by_customer"),
            models.Index(
                fields=["payer_account"],
                name="standing_order_open",
                condition=Q(status__in=("unconfirmed", "active", "paused")),
            ),
        )


class StandingOrderExecution(models.Model):
    """One occurrence of a standing order, once, with the try that was put down last."""

    standing_order = models.TextField(db_collation="C")
    due_date = models.DateField()
    pay_date = models.DateField()
    attempt = models.SmallIntegerField()
    status = models.TextField(db_collation="C")
    code = models.TextField(db_collation="C")
    payment = models.TextField(db_collation="C")
    customer = models.TextField(db_collation="C")
    payer_account = models.TextField(db_collation="C")
    payee_account = models.TextField(db_collation="C")
    amount = models.BigIntegerField()
    currency = models.TextField(db_collation="C")
    narration = models.TextField()
    tier = models.SmallIntegerField()
    device = models.TextField(db_collation="C")
    new_device_until = models.BigIntegerField()
    ordered_on = models.DateField()
    """The business date of the try."""
    ordered_at = models.DateTimeField()
    ask_at = models.DateTimeField()
    """When it may be asked for again, if nobody wrote down what became of it."""
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Once per occurrence; what is open is one index away."""

        db_table = "standing_order_execution"
        constraints = (
            models.UniqueConstraint(
                fields=["standing_order", "due_date"], name="standing_order_execution_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=get_args(Execution)), name="standing_order_execution_status_known"
            ),
        )
        indexes = (
            models.Index(
                fields=["ask_at"], name="standing_order_exec_ordered", condition=Q(status="ordered")
            ),
            models.Index(
                fields=["payment"], name="standing_order_exec_waiting", condition=Q(status="waiting")
            ),
        )
