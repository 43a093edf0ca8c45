"""Audits and their terms of reference."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.audit.programmes.terms import Kind


class Audit(models.Model):
    """One case audit, from its commission. `reference` is how people name it."""

    reference = models.SlugField(max_length=120, unique=True)
    pack_sha256 = models.CharField(max_length=64, unique=True)
    partnership = models.ForeignKey("agencies.Partnership", models.PROTECT, related_name="audits")
    tool_version = models.ForeignKey("instruments.ToolVersion", models.PROTECT)
    title = models.TextField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    period_from = models.DateField()
    period_to = models.DateField()
    owner = models.TextField(blank=True)
    programme = models.TextField(blank=True)
    commissioned_by = models.TextField(blank=True)
    commissioned_on = models.DateField(null=True)
    reason = models.TextField(blank=True)
    returns_due_on = models.DateField(null=True)
    meeting_on = models.DateField(null=True)
    key_lines_of_enquiry = models.JSONField(default=list)
    grading_question = models.TextField(blank=True)
    met_good = models.JSONField(default=list, help_text="The choices that are good or better.")
    sampling_plan = models.JSONField(help_text="Unit, method, size, seed, reserve and strata.")
    invented = models.JSONField(default=list, help_text="What is not real, and shown as such.")
    commissioned_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(
        null=True, help_text="When the meeting opened the round: agencies then see each other's."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period_from__lte=F("period_to")), name="audit_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="audit_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"


class Theme(models.Model):
    """A theme of an audit; its position numbers its gaps in the report."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    name = models.TextField()
    is_key_line_of_enquiry = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "code"], name="theme_code_once_an_audit"),
            models.UniqueConstraint(
                fields=["audit", "position"], name="theme_position_once_an_audit"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """An agency that takes part in an audit, under the name that it had then."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="participants")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="participations")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    name = models.TextField()
    kind = models.TextField(blank=True)
    respondent_unit = models.TextField(blank=True, help_text="Such as GP practice; else blank.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "agency"], name="participant_agency_once_an_audit"
            ),
            models.UniqueConstraint(
                fields=["audit", "code"], name="participant_code_once_an_audit"
            ),
        ]

    def __str__(self) -> str:
        return self.name
