"""Frames, draws and cases. The link from a case number to a referral lives here alone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Frame(models.Model):
    """The sampling frame of an audit. The file as it came is kept among the uploads."""

    audit = models.OneToOneField("programmes.Audit", models.CASCADE, related_name="frame")
    file_name = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    is_neutralised = models.BooleanField(default=False)
    columns = models.JSONField(help_text="The headings in file order.")
    outside_period = models.PositiveIntegerField(default=0)
    mapping = models.JSONField(
        default=dict, help_text="Which columns are the name, born, address and family."
    )

    def __str__(self) -> str:
        return f"frame of {self.audit_id}"


class FrameReferral(models.Model):
    """One referral of a frame; `further` are its columns beyond the three that must be."""

    frame = models.ForeignKey(Frame, models.CASCADE, related_name="referrals")
    position = models.PositiveIntegerField()
    referral_id = models.TextField()
    child_id = models.TextField()
    referred_on = models.DateField()
    further = models.JSONField(default=dict)
    exclusion_reason = models.TextField(blank=True)
    exclusion_position = models.PositiveIntegerField(null=True)
    is_passed_over = models.BooleanField(
        default=False, help_text="Another child of the family comes first by the seed."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["frame", "referral_id"], name="frame_referral_once_a_frame"
            ),
            models.CheckConstraint(
                condition=Q(exclusion_position__isnull=True, exclusion_reason="")
                | Q(exclusion_position__isnull=False),
                name="frame_referral_excluded_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"frame referral {self.pk}"


class Draw(models.Model):
    """One draw of a sample. Every draw made is kept; the latest is the sample."""

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="draws")
    number = models.PositiveSmallIntegerField()
    plan = models.JSONField()
    strata = models.JSONField(help_text="Name, rows of the frame and cases drawn of each.")
    size = models.PositiveIntegerField()
    seed = models.CharField(max_length=100)
    is_one_per_family = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="draw_number_once_an_audit"),
        ]

    def __str__(self) -> str:
        return f"draw {self.number} of {self.audit_id}"


class Case(models.Model):
    """A referral that was drawn, or is held in reserve and then has no number until used."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="cases")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=10, null=True)
    referral = models.ForeignKey(FrameReferral, models.PROTECT, related_name="cases")
    stratum = models.TextField()
    is_reserve = models.BooleanField(default=False)
    withdrawal_position = models.PositiveIntegerField(null=True)
    withdrawal_reason = models.TextField(blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="case_number_once_a_draw"),
            models.UniqueConstraint(fields=["draw", "referral"], name="case_referral_once_a_draw"),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(is_reserve=True),
                name="case_has_number_or_is_reserve",
            ),
        ]

    def __str__(self) -> str:
        return f"case {self.number or 'in reserve'}"
