"""Sources of their own beside the record: the practitioner, and child and family where safe."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SourceKind(models.TextChoices):
    """Who was to be spoken to."""

    PRACTITIONER = "practitioner", "The practitioner"
    CHILD = "child", "The child"
    FAMILY = "family", "The family"


class ReturnSource(models.Model):
    """What one source said on a return, or why it was not asked. What it says never changes.

    A correction is a source that takes its place, and one that is taken out says when and why: both
    stay. `is_safe` is whether it was safe to ask a child or a family; null of a practitioner.
    """

    audit_return = models.ForeignKey("returns.Return", models.CASCADE, related_name="sources")
    kind = models.CharField(max_length=20, choices=SourceKind.choices)
    is_safe = models.BooleanField(null=True)
    was_asked = models.BooleanField()
    not_asked_because = models.TextField(blank=True)
    asked_on = models.DateField(null=True)
    by_whom = models.TextField(blank=True, help_text="Who spoke with them.")
    words = models.TextField(blank=True, help_text="What they said.")
    added_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        related_name="corrected_by",
        help_text="What it replaces.",
    )
    taken_out_at = models.DateTimeField(null=True)
    taken_out_because = models.TextField(blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SourceKind.values), name="return_source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.PRACTITIONER, is_safe__isnull=True)
                | (~Q(kind=SourceKind.PRACTITIONER) & Q(is_safe__isnull=False)),
                name="return_source_safe_of_child_and_family",
            ),
            models.CheckConstraint(
                condition=(Q(was_asked=True, asked_on__isnull=False) & ~Q(words=""))
                | (Q(was_asked=False, asked_on__isnull=True) & ~Q(not_asked_because="")),
                name="return_source_says_what_or_why_not",
            ),
            models.CheckConstraint(
                condition=Q(is_safe__isnull=True) | Q(is_safe=True) | Q(was_asked=False),
                name="return_source_not_asked_where_unsafe",
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True) | ~Q(taken_out_because=""),
                name="return_source_taken_out_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"source {self.pk}"
