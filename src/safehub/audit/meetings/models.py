"""What the meeting agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Meeting(models.Model):
    """The meeting of an audit."""

    audit = models.OneToOneField("programmes.Audit", models.CASCADE, related_name="meeting")
    held_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"meeting of {self.audit_id}"


class MeetingStatement(models.Model):
    """A finding, or something that works well, worries, or is to happen next."""

    class Kind(models.TextChoices):
        """Under which heading it stands."""

        FINDING = "finding"
        WORKING_WELL = "working_well"
        WORRIED_ABOUT = "worried_about"
        NEXT_STEP = "next_step"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    theme = models.ForeignKey("programmes.Theme", models.PROTECT, null=True)
    owner = models.TextField(blank=True)
    seen_before = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Gap(models.Model):
    """A gap under a theme, with the letter that names it: it keeps both whatever becomes of it."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="gaps")
    position = models.PositiveSmallIntegerField()
    theme = models.ForeignKey("programmes.Theme", models.PROTECT, related_name="gaps")
    letter = models.CharField(max_length=2)
    text = models.TextField()
    owner = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["theme", "letter"], name="gap_letter_once_a_theme"),
        ]

    def __str__(self) -> str:
        return f"{self.theme_id}.{self.letter}"


class GapLink(models.Model):
    """Somebody's word that a gap was seen before, as that gap of an earlier round."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="links")
    gap = models.ForeignKey(Gap, models.CASCADE, related_name="links")
    earlier = models.ForeignKey(Gap, models.CASCADE, related_name="later_links")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["gap", "earlier"], name="gap_linked_once"),
            models.CheckConstraint(condition=~Q(gap=F("earlier")), name="gap_not_linked_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.gap_id} was {self.earlier_id}"
