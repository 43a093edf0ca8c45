"""Audits and their terms of reference."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.audit.programmes.plans import Method
from safehub.audit.programmes.states import CommissionStatus, Origin
from safehub.audit.programmes.steps import Step
from safehub.audit.programmes.terms import Kind


class Audit(models.Model):
    """One case audit, from its commission. `reference` is how people name it."""

    reference = models.SlugField(max_length=120, unique=True)
    pack_sha256 = models.CharField(
        max_length=64, unique=True, null=True, help_text="None where it came from no pack."
    )
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


class AuditStep(models.Model):
    """A day by which a step of an audit is done; `is_by_hand` where a person set it."""

    audit = models.ForeignKey(Audit, models.CASCADE, related_name="steps")
    code = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Step])
    position = models.PositiveSmallIntegerField()
    on = models.DateField()
    is_by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "code"], name="audit_step_once_an_audit"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.audit_id}"


class PlannedAudit(models.Model):
    """An audit of the year's plan, with where its theme came from, until it is commissioned.

    `theme` is written as in the audits before, by its name or its code, so that what they found is
    told again. One that is taken off the plan stays, with the moment.
    """

    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, related_name="planned_audits"
    )
    title = models.TextField()
    theme = models.TextField()
    origin = models.CharField(max_length=20, choices=Origin.choices)
    origin_words = models.TextField(blank=True, help_text="Which audit, review or figure.")
    begins_on = models.DateField()
    commission = models.OneToOneField(
        "CommissionDraft", models.PROTECT, null=True, related_name="planned_as"
    )
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begins_on", "pk"]

    def __str__(self) -> str:
        return f"planned audit {self.pk}"


class CalendarFeed(models.Model):
    """The secret address under which a membership's calendar is fetched, while there is one.

    Of the secret only its hash is kept; it is worked out of `salt` and the installation's key.
    """

    membership = models.OneToOneField(
        "accounts.Membership", models.CASCADE, related_name="calendar_feed"
    )
    salt = models.CharField(max_length=64)
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar {self.pk}"


class CommissionDraft(models.Model):
    """Terms of reference that are being written, and then wait for another person's signature.

    `edition` counts its changes, so that none is made over another unseen and nothing is signed but
    what was read. Once signed it is an audit, and stays as its commission. Blank is "not said yet".
    """

    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, related_name="commission_drafts"
    )
    status = models.CharField(
        max_length=20, choices=CommissionStatus.choices, default=CommissionStatus.OPEN
    )
    edition = models.PositiveIntegerField(default=1)
    title = models.TextField()
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    reason = models.TextField(blank=True)
    owner = models.TextField(blank=True)
    programme = models.TextField(blank=True)
    commissioned_by = models.TextField(blank=True)
    key_lines_of_enquiry = models.JSONField(default=list)
    themes = models.JSONField(default=list, help_text="Code, name and key line, of each.")
    agencies = models.JSONField(default=list, help_text="Key and respondent unit of each.")
    tool_version = models.ForeignKey("instruments.ToolVersion", models.PROTECT, null=True)
    grading_question = models.TextField(blank=True)
    met_good = models.JSONField(default=list)
    sample_unit = models.CharField(max_length=60, default="referral")
    sample_method = models.CharField(
        max_length=20,
        choices=[(one.value, one.value) for one in Method],
        default=Method.RANDOM.value,
    )
    sample_size = models.PositiveIntegerField(null=True)
    sample_seed = models.CharField(max_length=20)
    sample_reserve = models.PositiveIntegerField(default=0)
    sample_column = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField(help_text="The day from which the steps are counted.")
    offsets = models.JSONField(default=dict, help_text="Working days of each step.")
    by_hand = models.JSONField(default=dict, help_text="The day of a step that a person set.")
    sent_back_because = models.TextField(blank=True)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    signed_name = models.TextField(blank=True, help_text="As it stands under the letter.")
    signed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    audit = models.OneToOneField(Audit, models.PROTECT, null=True, related_name="commission")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status=CommissionStatus.SIGNED, audit__isnull=False, signed_at__isnull=False
                )
                | (
                    ~Q(status=CommissionStatus.SIGNED)
                    & Q(audit__isnull=True, signed_at__isnull=True)
                ),
                name="commission_signed_is_an_audit",
            ),
        ]

    def __str__(self) -> str:
        return f"commission {self.pk}"


class CommissionWriter(models.Model):
    """Somebody who wrote some of a draft, and so does not sign it."""

    draft = models.ForeignKey(CommissionDraft, models.CASCADE, related_name="writers")
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "person"], name="commission_writer_once_a_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"writer {self.person_id} of commission {self.draft_id}"
