"""What the meeting agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Meeting(models.Model):
    """The meeting of an audit. `held_on` is blank until it was held."""

    audit = models.OneToOneField("programmes.Audit", models.CASCADE, related_name="meeting")
    held_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)
    starts_at = models.CharField(max_length=40, blank=True, help_text="Such as 10am to 1pm.")
    place = models.TextField(blank=True)
    link = models.TextField(blank=True, help_text="Where to join from elsewhere.")
    quorum = models.JSONField(default=list, help_text="Codes of the agencies that must be there.")
    invited_at = models.DateTimeField(null=True)
    minutes = models.TextField(blank=True)
    without_quorum = models.TextField(
        blank=True, help_text="Who was missing and why the round was opened all the same."
    )

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


class Attendance(models.Model):
    """Whether an agency came to the meeting, and in which roles. It names no person."""

    class State(models.TextChoices):
        """What is known of it."""

        PRESENT = "present", "Here"
        APOLOGIES = "apologies", "Sent apologies"
        ABSENT = "absent", "Not here"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    participant = models.ForeignKey("programmes.Participant", models.CASCADE, related_name="+")
    role = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State.choices)

    class Meta:
        ordering = ["participant__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "participant"], name="attendance_once_an_agency"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["present", "apologies", "absent"]),
                name="attendance_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.state}"


class FindingEvidence(models.Model):
    """What a finding rests on, as it stood when it was kept: it never changes.

    A figure with its definition, or a passage of a return with its question. A later return or
    another definition leaves it as it is.
    """

    class Kind(models.TextChoices):
        """Of what sort it is."""

        FIGURE = "figure"
        PASSAGE = "passage"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="evidence")
    statement = models.ForeignKey(MeetingStatement, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.TextField(help_text="The name of the figure, or the number of the case.")
    agency = models.TextField(blank=True)
    definition = models.TextField(help_text="What the figure counts, or what was asked.")
    text = models.TextField(help_text="The figure, or the passage.")
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["figure", "passage"]), name="finding_evidence_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk} of statement {self.statement_id}"


class LearningNote(models.Model):
    """What an agency tells those whose work was audited: after the meeting, and with the report.

    It is sent to the agency's coordinators and leads, who pass it on and say that they did.
    """

    class Moment(models.TextChoices):
        """When it is told."""

        MEETING = "meeting", "After the meeting"
        REPORT = "report", "With the report"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="learning")
    participant = models.ForeignKey("programmes.Participant", models.CASCADE, related_name="+")
    moment = models.CharField(max_length=20, choices=Moment.choices)
    text = models.TextField()
    sent_at = models.DateTimeField()
    passed_on_at = models.DateTimeField(null=True)
    passed_on_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["participant__position", "moment"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "participant", "moment"], name="learning_once_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(moment__in=["meeting", "report"]), name="learning_moment_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"learning for {self.participant_id}, {self.moment}"
