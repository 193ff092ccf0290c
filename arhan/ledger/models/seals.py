"""Seals over the journal, the hashes that make them cheap, and the keys that sign them."""

from __future__ import annotations

from django.db import models

from arhan.ledger.models.journal import LEAF_BYTES


class Tile(models.Model):
    """The hash over a full tile: 256 leaves (level 1), 256 of those (level 2), and so on."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=LEAF_BYTES)

    class Meta:
        """Written once."""

        db_table = "tile"


class SealKey(models.Model):
    """A key that seals the books; the newest signs."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    public = models.BinaryField(unique=True)
    private = models.BinaryField(null=True)
    """Encrypted under ENCRYPTION_KEY; absent when the environment brings the key."""
    created_at = models.DateTimeField()

    class Meta:
        """Old keys stay, so that old seals can be verified."""

        db_table = "seal_key"


class Seal(models.Model):
    """A signed statement of the journal's Merkle root at a size."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=LEAF_BYTES)
    note = models.TextField()
    """The signed note: what leaves the bank."""
    key = models.ForeignKey(SealKey, on_delete=models.PROTECT, db_index=False)
    sealed_at = models.DateTimeField()

    class Meta:
        """Written once, each over a longer journal."""

        db_table = "seal"
