"""The tables of fraud. Django makes them; the process and the worker use SQL (store/)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

OUTCOMES = ("allow", "step_up", "review", "decline")
RULE_STATES = ("draft", "shadow", "active", "retired")
CASE_STATUSES = ("open", "release_proposed", "resolved")


def text(**options: Any) -> models.TextField[str, str]:
    """A string compared byte by byte."""
    return models.TextField(db_collation="C", **options)


class JsonText(models.JSONField):
    """JSON read and written whole and never searched: kept as it came, not taken apart (`json`)."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """Type of the column."""
        return "json"


class RuleVersion(models.Model):
    """One version of a rule; what it says never changes, only its state does."""

    id = text(primary_key=True)
    rule = text()
    version = models.IntegerField()
    state = text()
    outcome = text()
    definition = JsonText()
    """The check and its thresholds (domain/rules.py)."""
    message = models.TextField()
    explanation = models.TextField()
    created_by = text()
    created_at = models.DateTimeField()
    promoted_by = text(default="", blank=True)
    promoted_at = models.DateTimeField(null=True)

    class Meta:
        """One active and one shadow version of each rule; nobody promotes their own."""

        db_table = "rule_version"
        constraints = (
            models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once"),
            models.UniqueConstraint(fields=["rule"], condition=Q(state="active"), name="rule_one_active"),
            models.UniqueConstraint(fields=["rule"], condition=Q(state="shadow"), name="rule_one_shadow"),
            models.CheckConstraint(condition=Q(state__in=RULE_STATES), name="rule_state_known"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="rule_outcome_known"),
            models.CheckConstraint(
                condition=~Q(promoted_by=F("created_by")), name="rule_promoted_by_second_person"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(promoted_by=""), name="rule_in_force_was_promoted"
            ),
        )


class RuleChange(models.Model):
    """Who did what to which version, for ever; the newest number names the rule book in force."""

    id = models.BigAutoField(primary_key=True)
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT)
    state = text()
    person = text()
    changed_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        db_table = "rule_change"


class Decision(models.Model):
    """The answer to a screening and why; a payment's newest revision stands."""

    id = text(primary_key=True)
    payment = text()
    revision = models.SmallIntegerField()
    fingerprint = models.BinaryField()
    outcome = text()
    payer_customer = text()
    payer_account = text()
    payee_customer = text()
    payee_account = text()
    amount = models.BigIntegerField()
    currency = text()
    kind = text()
    context = JsonText()
    """The rest of the screening: session, device, address, tier, channel, card."""
    reasons = JsonText()
    watched = JsonText(null=True)
    """What rules without consequence said."""
    evidence = JsonText(null=True)
    decided_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    decided_by = text(default="", blank=True)
    """The person who resolved the case; empty when the rules decided."""

    class Meta:
        """Append-only."""

        db_table = "decision"
        constraints = (
            models.UniqueConstraint(fields=["payment", "revision"], name="decision_once"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="decision_outcome_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="decision_amount_positive"),
        )
        indexes = (
            models.Index(fields=["-id"], condition=~Q(outcome="allow"), name="decision_stopping"),
            models.Index(
                fields=["payer_customer", "-id"],
                condition=~Q(outcome="allow"),
                name="decision_stopping_payer",
            ),
        )


class PayerHistory(models.Model):
    """What a customer tried to pay lately, in bucketed counters (domain/history.py)."""

    pk = models.CompositePrimaryKey("customer", "currency")
    customer = text()
    currency = text()
    history = JsonText()

    class Meta:
        """Rewritten with every batch; pages are filled half so that a new version fits beside."""

        db_table = "payer_history"


class PairHistory(models.Model):
    """Money that moved from a customer to an account."""

    pk = models.CompositePrimaryKey("payer_customer", "payee_account")
    payer_customer = text()
    payee_account = text()
    first_paid_at = models.DateTimeField()
    last_paid_at = models.DateTimeField()
    payments = models.BigIntegerField()

    class Meta:
        """One row per pair."""

        db_table = "pair_history"


class PaymentOutcome(models.Model):
    """What became of an attempt, as payment said."""

    payment = text(primary_key=True)
    status = text()
    code = text(default="", blank=True)
    settled_at = models.DateTimeField()

    class Meta:
        """One row per payment."""

        db_table = "payment_outcome"


class Case(models.Model):
    """A payment that a person must look at."""

    id = text(primary_key=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT)
    payment = text()
    status = text(default="open")
    opened_at = models.DateTimeField()
    proposed_by = text(default="", blank=True)
    proposed_at = models.DateTimeField(null=True)
    verdict = text(default="", blank=True)
    note = models.TextField(default="", blank=True)
    resolved_by = text(default="", blank=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """One case per payment at a time; a release has two people behind it."""

        db_table = "fraud_case"
        constraints = (
            models.UniqueConstraint(
                fields=["payment"], condition=~Q(status="resolved"), name="case_one_per_payment"
            ),
            models.CheckConstraint(condition=Q(status__in=CASE_STATUSES), name="case_status_known"),
            models.CheckConstraint(
                condition=Q(status="resolved", verdict__in=["release", "decline"]) & ~Q(resolved_by="")
                | ~Q(status="resolved") & Q(verdict="") & Q(resolved_by=""),
                name="case_resolved_with_a_verdict",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="release") | (~Q(proposed_by="") & ~Q(resolved_by=F("proposed_by"))),
                name="case_release_takes_two",
            ),
        )
        indexes = (
            models.Index(fields=["status", "-id"], name="case_by_status"),
            models.Index(fields=["payment"], name="case_by_payment"),
        )
