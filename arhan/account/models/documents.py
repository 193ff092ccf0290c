"""Documents customers and staff hand in with something: a loan, a message of a ticket."""

from __future__ import annotations

from django.db import models


class Document(models.Model):
    """An uploaded file; its content is encrypted. Never changed."""

    id = models.TextField(primary_key=True, db_collation="C")
    about = models.TextField(db_collation="C")
    """Id of what it belongs to."""
    kind = models.TextField(db_collation="C")
    media_type = models.TextField(db_collation="C")
    size = models.IntegerField()
    """Bytes."""
    digest = models.BinaryField()
    """SHA-256 of the content."""
    sealed = models.BinaryField()
    uploaded_by = models.TextField(db_collation="C")
    uploaded_at = models.DateTimeField()

    class Meta:
        """Found by what it belongs to."""

        db_table = "document"
        indexes = (models.Index(fields=["about", "id"], name="document_about"),)
