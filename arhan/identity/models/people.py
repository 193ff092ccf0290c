"""People: customers and staff."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from arhan.kernel.auth import ROLES


class Person(models.Model):
    """Somebody the bank knows, with the particulars they gave and the role the bank gave them."""

    id = models.TextField(primary_key=True, db_collation="C")
    username = models.TextField()
    email = models.TextField()
    first_name = models.TextField()
    last_name = models.TextField()
    phone = models.TextField()
    sex = models.TextField(default="", blank=True)
    role = models.TextField(db_collation="C")
    tier = models.SmallIntegerField()
    enabled = models.BooleanField(default=True)
    email_verified_at = models.DateTimeField(null=True)
    phone_verified_at = models.DateTimeField(null=True)
    password_hash = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        """Login names are unique whatever their case."""

        db_table = "person"
        constraints = (
            models.UniqueConstraint(Lower("username"), name="person_username_once"),
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="person_role_known"),
            models.CheckConstraint(condition=models.Q(tier__range=(0, 3)), name="person_tier_known"),
        )
