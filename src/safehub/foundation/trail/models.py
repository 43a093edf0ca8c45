"""The tables of the trail. Rows are only ever added; triggers refuse anything else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class TrailEvent(models.Model):
    """Something that was done, read or refused. Ids and codes, never content.

    Written by `commands.record` and its kin alone, since a row is worth nothing without its MAC.
    On PostgreSQL the table is partitioned by month of `at`, its primary key is `(at, id)`, and
    whoever looks for a row by `id` says `at` as well: `id` by itself has no index there.
    """

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=80, blank=True)
    person = models.BigIntegerField(null=True)
    membership = models.BigIntegerField(null=True)
    organisation = models.BigIntegerField(null=True)
    role = models.CharField(max_length=40)
    via = models.CharField(max_length=20)
    operating_user = models.CharField(max_length=80, blank=True)
    record_kind = models.CharField(max_length=80, blank=True)
    record_key = models.BigIntegerField(null=True)
    classes = models.CharField(max_length=200, blank=True, help_text="Parted by commas, sorted.")
    purpose = models.CharField(max_length=80, blank=True)
    request_id = models.CharField(max_length=80, blank=True)
    # Text, not jsonb: the MAC is over these bytes, and jsonb would write them in another order.
    detail = models.TextField(default="{}", help_text="JSON, sorted and compact, ids only.")
    key_id = models.PositiveSmallIntegerField()
    mac = models.BinaryField(max_length=32)
    # The transaction that wrote it, by PostgreSQL's own count: how the sealer finds late commits.
    written_in = models.BigIntegerField(db_default=0)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(
                fields=["record_kind", "record_key", "at", "id"], name="trail_event_by_record"
            ),
            models.Index(fields=["person", "at", "id"], name="trail_event_by_person"),
            models.Index(fields=["at", "id"], name="trail_event_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(record_kind="", record_key__isnull=True)
                | (~Q(record_kind="") & Q(record_key__isnull=False)),
                name="trail_event_names_a_record_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"trail event {self.pk}"


class TrailBatch(models.Model):
    """Events that were sealed together: the `size` events from `first_place` on, in their order.

    `root` is the Merkle root over them, `chain` binds this batch to the one before, `mac` is over
    `chain`. `snapshot`, `cluster` and `shift` say up to where the sealer had seen the table.
    """

    number = models.BigIntegerField(primary_key=True)
    first_place = models.BigIntegerField()
    size = models.PositiveIntegerField()
    events = models.BinaryField(help_text="The ids in order, eight bytes each, big-endian.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    snapshot = models.TextField(blank=True)
    cluster = models.CharField(max_length=40, blank=True)
    shift = models.BigIntegerField(default=0)
    key_id = models.PositiveSmallIntegerField()
    mac = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="trail_batch_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"trail batch {self.number}"
