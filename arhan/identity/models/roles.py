"""Roles and what each permits, as data; invitations to become staff."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person
from arhan.kernel.auth import STAFF_ROLES


class RolePermission(models.Model):
    """Whoever has this role may do this; it goes into their tokens as scope."""

    id = models.BigAutoField(primary_key=True)
    role = models.TextField(db_collation="C")
    permission = models.TextField(db_collation="C")

    class Meta:
        """What is not there is not permitted."""

        db_table = "role_permission"
        constraints = (models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once"),)


class Invitation(models.Model):
    """Somebody is invited to become a member of staff in a role."""

    id = models.TextField(primary_key=True, db_collation="C")
    email = models.TextField()
    role = models.TextField(db_collation="C")
    invited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """Only staff are invited; customers register."""

        db_table = "invitation"
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=STAFF_ROLES), name="invitation_for_staff"),
        )
