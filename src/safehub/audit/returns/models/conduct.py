"""Matters of practice or conduct that an audit meets with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MatterKind(models.TextChoices):
    """What a matter is about."""

    PRACTICE = "practice", "How the agency works"
    CONDUCT = "conduct", "What one worker did or did not do"


class ConductMatter(models.Model):
    """A matter about one agency's practice or one worker's conduct, for the employer alone.

    `participant` is the employer. `is_for_office`: its safeguarding lead is the one concerned, or
    it has none, so that the lead of the partnership's office answers for it.
    """

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="conduct_matters"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="conduct_matters")
    kind = models.CharField(max_length=20, choices=MatterKind.choices)
    is_for_office = models.BooleanField(default=False)
    what = models.TextField()
    raised_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        "accounts.Person", models.PROTECT, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    concluded_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MatterKind.values), name="conduct_matter_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True) | Q(acknowledged_at__isnull=False),
                name="conduct_matter_acknowledged_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"conduct matter {self.pk}"
