"""Knowing the customer: what they say about themselves, and what proves it. Encrypted at rest."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Profile(models.Model):
    """Date of birth and address, as the person gives them; one JSON document, encrypted."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField()

    class Meta:
        """One per person."""

        db_table = "kyc_profile"


class IdentityNumber(models.Model):
    """A BVN or NIN the registry confirmed; encrypted, with a keyed hash to find a second owner."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    kind = models.TextField(db_collation="C")
    sealed = models.BinaryField()
    lookup = models.BinaryField()
    """HMAC of the number under a key outside the database."""
    last_digits = models.TextField(db_collation="C")
    verified_at = models.DateTimeField()

    class Meta:
        """A number belongs to one person, and a person has one of each kind."""

        db_table = "kyc_identity_number"
        constraints = (
            models.UniqueConstraint(fields=["kind", "lookup"], name="identity_number_once"),
            models.UniqueConstraint(fields=["person", "kind"], name="identity_number_per_person"),
        )


class Document(models.Model):
    """A document somebody uploaded; its content is encrypted."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    kind = models.TextField(db_collation="C")
    media_type = models.TextField(db_collation="C")
    size = models.IntegerField()
    digest = models.BinaryField()
    """SHA-256 of the content."""
    sealed = models.BinaryField()
    uploaded_at = models.DateTimeField()

    class Meta:
        """Newest first per person."""

        db_table = "kyc_document"
        indexes = (models.Index(fields=["person", "-uploaded_at"], name="document_of_person"),)


class Application(models.Model):
    """Somebody wants a higher tier; the registry or a member of staff decides."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    tier = models.SmallIntegerField()
    status = models.TextField(db_collation="C")
    submitted_at = models.DateTimeField()
    decided_by = models.TextField(db_collation="C", default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        """One waits per person at a time."""

        db_table = "kyc_application"
        indexes = (models.Index(fields=["status", "submitted_at"], name="application_queue"),)
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                name="application_waits_once",
                condition=models.Q(status="waiting"),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "approved", "rejected"]),
                name="application_status_known",
            ),
        )
