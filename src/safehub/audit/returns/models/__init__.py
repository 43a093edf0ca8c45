"""What agencies answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.audit.returns.models.answering import ReturnAnswerer
from safehub.audit.returns.models.conduct import ConductMatter, MatterKind
from safehub.audit.returns.models.knowing import Knowing, KnowingSaid, KnownAnswer
from safehub.audit.returns.models.sources import ReturnSource, SourceKind

__all__ = [
    "Allocation",
    "ConductMatter",
    "Knowing",
    "KnowingSaid",
    "KnownAnswer",
    "MatterKind",
    "PrintedNumber",
    "Return",
    "ReturnAnswerer",
    "ReturnEvidence",
    "ReturnSource",
    "ReturnStatus",
    "ReturnVersion",
    "RiskAlert",
    "SentIn",
    "SentWorkbook",
    "SignOff",
    "SignedOff",
    "SourceKind",
    "SummativeReport",
    "SummativeStatement",
    "WorkingReturn",
]


class ReturnStatus(models.TextChoices):
    """Where a return stands."""

    SUBMITTED = "submitted"
    NOT_RETURNED = "not_returned"


class Return(models.Model):
    """The return of one agency, and of one respondent within it, on one case."""

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="returns"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="returns")
    respondent = models.TextField(blank=True, help_text="Such as a practice; never published.")
    position = models.PositiveIntegerField(help_text="The order in which returns came.")
    settled = models.PositiveSmallIntegerField(
        default=0,
        help_text="What its latest version and that one's sign-off say, as grid.Settled, for "
        "counting alone. Who may see what never rests on it.",
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "case", "respondent"],
                name="return_once_a_respondent_and_case",
            ),
        ]

    def __str__(self) -> str:
        return f"return {self.pk}"


class ReturnVersion(models.Model):
    """One version of a return, shaped like a FHIR QuestionnaireResponse. It never changes."""

    audit_return = models.ForeignKey(Return, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=ReturnStatus.choices)
    known = models.CharField(
        max_length=10, blank=True, help_text="The answer to `known`, for lists and access."
    )
    response = models.JSONField()
    not_asked = models.JSONField(help_text="The questions that their conditions hid.")
    tool_version = models.ForeignKey(
        "instruments.ToolVersion",
        models.PROTECT,
        related_name="+",
        help_text="What it answers: the round may have moved to a newer version since.",
    )
    is_latest = models.BooleanField(default=True)
    submitted_by = models.ForeignKey(
        "accounts.Person",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who sent it in; nobody where it came by a command.",
    )
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit_return", "number"], name="return_version_number_once"
            ),
            models.UniqueConstraint(
                fields=["audit_return"],
                condition=Q(is_latest=True),
                name="return_version_one_latest",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReturnStatus.values), name="return_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of return {self.audit_return_id}"


class SignedOff(models.TextChoices):
    """What an agency says of what somebody answered for it."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"


class SignOff(models.Model):
    """That an agency accepts one version of its return, or sends it back with a reason."""

    version = models.OneToOneField(ReturnVersion, models.CASCADE, related_name="sign_off")
    outcome = models.CharField(max_length=20, choices=SignedOff.choices)
    reason = models.TextField(blank=True)
    signed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=SignedOff.values), name="sign_off_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=SignedOff.SENT_BACK, reason=""),
                name="sign_off_sends_back_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"sign-off {self.pk}"


class Allocation(models.Model):
    """That an auditor of an agency audits a case, until it is taken back.

    `holder` holds the case in the agency, where that is somebody with an account.
    """

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="allocations"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="allocations")
    auditor = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    holder = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    allocated_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    allocated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "case", "auditor"],
                condition=Q(ended_at=None),
                name="allocation_once_an_auditor_and_case",
            ),
            models.CheckConstraint(
                condition=Q(holder=None) | ~Q(holder=F("auditor")),
                name="allocation_not_to_the_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"allocation {self.pk}"


class WorkingReturn(models.Model):
    """A return while it is being answered: seen by its own agency alone, and gone once submitted.

    `answers` are canonical, by column. `edition` counts the changes, so that what is submitted is
    what was looked at.
    """

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="working_returns"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="working_returns")
    respondent = models.TextField(blank=True, help_text="Such as a practice; never published.")
    tool_version = models.ForeignKey("instruments.ToolVersion", models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    set_aside = models.JSONField(
        default=list,
        help_text="Answers to earlier versions of the tool that no longer fit, in words.",
    )
    based_on = models.PositiveSmallIntegerField(
        default=0, help_text="The version of the return that it began from; 0 where there was none."
    )
    edition = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "case", "respondent"],
                name="working_return_once_a_respondent_and_case",
            ),
        ]

    def __str__(self) -> str:
        return f"working return {self.pk}"


class SentIn(models.Model):
    """Which return a working return became: sending it in once more leads there."""

    working = models.PositiveBigIntegerField(help_text="The key that the working return had.")
    audit_return = models.ForeignKey(Return, models.CASCADE, related_name="sent_in")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["working"], name="sent_in_once_a_working_return"),
        ]

    def __str__(self) -> str:
        return f"sent in {self.pk}"


class ReturnEvidence(models.Model):
    """A file that answers a question of a return, kept among the uploads under its hash.

    While the return is being answered it belongs to the working return, then to the return.
    """

    working = models.ForeignKey(WorkingReturn, models.CASCADE, null=True, related_name="evidence")
    audit_return = models.ForeignKey(Return, models.CASCADE, null=True, related_name="evidence")
    column = models.TextField(help_text="The column that it answers.")
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(working__isnull=False, audit_return__isnull=True)
                | Q(working__isnull=True, audit_return__isnull=False),
                name="return_evidence_belongs_to_one",
            ),
            models.UniqueConstraint(
                fields=["working", "column"], name="return_evidence_once_a_question"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class SentWorkbook(models.Model):
    """The filled workbook that a person sent in last under one membership.

    Its bytes are kept among the uploads under their hash; what they say is read from them anew each
    time, and held against the round as it stands then.
    """

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="sent_workbooks")
    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sent_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "membership"], name="sent_workbook_once_a_member"
            ),
        ]

    def __str__(self) -> str:
        return f"sent workbook {self.pk}"


class RiskAlert(models.Model):
    """That a child may be at immediate risk now, met with in an audit and outside its clock.

    `participant` is the agency whose safeguarding lead is told; `audit_return` the return that
    says it, where one does.
    """

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="risk_alerts"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="risk_alerts")
    audit_return = models.ForeignKey(Return, models.SET_NULL, null=True, related_name="risk_alerts")
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
                condition=Q(concluded_at__isnull=True) | Q(acknowledged_at__isnull=False),
                name="risk_alert_acknowledged_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"risk alert {self.pk}"


class SummativeReport(models.Model):
    """An agency's summative report: its overview, its statements, the numbers it printed."""

    participant = models.OneToOneField(
        "programmes.Participant", models.CASCADE, related_name="summative_report"
    )
    position = models.PositiveSmallIntegerField()
    overview = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"summative report {self.pk}"


class SummativeStatement(models.Model):
    """One statement of a summative report."""

    class Kind(models.TextChoices):
        """Under which heading it stands."""

        WORKING_WELL = "working_well"
        WORRIED_ABOUT = "worried_about"
        ACTION = "action"

    report = models.ForeignKey(SummativeReport, models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    theme = models.ForeignKey("programmes.Theme", models.PROTECT, null=True)
    owner = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class PrintedNumber(models.Model):
    """A number that an agency printed; `of` is null where it printed no denominator."""

    report = models.ForeignKey(SummativeReport, models.CASCADE, related_name="printed_numbers")
    position = models.PositiveSmallIntegerField()
    figure = models.TextField()
    count = models.PositiveIntegerField()
    of = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.figure} {self.count}"
