"""Notes: what staff want each other to know about somebody."""

from __future__ import annotations

from django.db import models

from arhan.identity.models.people import Person


class Note(models.Model):
    """What a member of staff wrote about somebody; encrypted, and never changed."""

    id = models.TextField(primary_key=True, db_collation="C")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    sealed = models.BinaryField()
    written_by = models.TextField(db_collation="C")
    written_at = models.DateTimeField()

    class Meta:
        """Newest first, per person."""

        db_table = "note"
        indexes = (models.Index(fields=["person", "-id"], name="note_of_person"),)
