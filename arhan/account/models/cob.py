"""The bank's day, and what was done to close each."""

from __future__ import annotations

from django.db import models

from arhan.account.domain.cob import RUN_STATES, STEP_STATES


class BusinessDay(models.Model):
    """The one row that says on which date the bank books."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    date = models.DateField()
    """The business date: the day that is open, or is being closed."""
    next_date = models.DateField(null=True)
    """Since the cut-off: what comes in now is booked on this day."""
    cut_off_at = models.DateTimeField(null=True)
    close_through = models.DateField(null=True)
    """Staff asked for every day up to this one to be closed."""
    asked_by = models.TextField(default="", blank=True, db_collation="C")

    class Meta:
        """There is one bank, so there is one day."""

        db_table = "business_day"
        constraints = (
            models.CheckConstraint(condition=models.Q(id=1), name="business_day_is_one"),
            models.CheckConstraint(
                condition=models.Q(next_date__isnull=True) | models.Q(next_date__gt=models.F("date")),
                name="business_day_goes_forward",
            ),
        )


class CobRun(models.Model):
    """The closing of one business date."""

    date = models.DateField(primary_key=True)
    next_date = models.DateField()
    state = models.TextField(db_collation="C")
    started_at = models.DateTimeField()
    started_by = models.TextField(blank=True, db_collation="C")
    """Person id, or empty when the clock did."""
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(default="", blank=True)
    """Why it stopped, in a sentence."""

    class Meta:
        """The states are a closed list."""

        db_table = "cob_run"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=RUN_STATES), name="cob_run_state_known"),
        )


class CobStep(models.Model):
    """One step of a closing, and how far it has come."""

    pk = models.CompositePrimaryKey("run", "name")
    run = models.ForeignKey(CobRun, models.PROTECT, db_column="run", related_name="+")
    name = models.TextField(db_collation="C")
    title = models.TextField()
    position = models.IntegerField()
    state = models.TextField(db_collation="C")
    done = models.BigIntegerField(default=0)
    """How many accounts, loans, holds … it has dealt with."""
    total = models.BigIntegerField(null=True)
    """Of how many, where that is known beforehand."""
    cursor = models.TextField(default="", blank=True, db_collation="C")
    """Where it goes on when it was interrupted; written with the page before it."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(default="", blank=True)

    class Meta:
        """The states are a closed list."""

        db_table = "cob_step"
        constraints = (
            models.CheckConstraint(condition=models.Q(state__in=STEP_STATES), name="cob_step_state_known"),
        )
