"""Reports as they were made, with every figure that they held."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.audit.reports.publishing.states import FORMS, Suppression


class ReportVersion(models.Model):
    """One version of the report of an audit: the exact text of its report.json."""

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="reports")
    number = models.PositiveSmallIntegerField()
    previous_audit = models.ForeignKey(
        "programmes.Audit", models.PROTECT, null=True, related_name="compared_in"
    )
    sha256 = models.CharField(max_length=64)
    # Text and not a JSON column: PostgreSQL would put the keys in another order.
    report_json = models.TextField()
    document = models.JSONField(help_text="The whole document, from which each file is made.")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        "accounts.Person",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody where it was made at the machine.",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="report_number_once"),
        ]

    def __str__(self) -> str:
        return f"report {self.number} of {self.audit_id}"


class ReportFigure(models.Model):
    """One number of a report, as it stands in figures.csv; blank text is null there."""

    report = models.ForeignKey(ReportVersion, models.CASCADE, related_name="figures")
    position = models.PositiveIntegerField()
    figure = models.TextField()
    agency = models.CharField(max_length=60)
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    unit = models.CharField(max_length=20)
    definition = models.TextField()
    n = models.CharField(max_length=40, blank=True)
    of = models.PositiveIntegerField(null=True)
    percent = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    low = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    high = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    low_fpc = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    high_fpc = models.DecimalField(max_digits=4, decimal_places=1, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            # Names may meet: the grades of a yes/no question, beside a question named `grade`.
            models.UniqueConstraint(
                fields=["report", "position"], name="figure_place_once_a_report"
            ),
        ]

    def __str__(self) -> str:
        return self.figure


class StandingFigures(models.Model):
    """The figures of one agency as they stand, derived once and kept until something comes in.

    `token` says what they were derived from (see `state_token`); other than now: out of date.
    """

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="standing_figures")
    position = models.PositiveSmallIntegerField()
    agency = models.CharField(max_length=60)
    token = models.CharField(max_length=100)
    headline = models.JSONField(help_text="Counts and met good; null where none can be derived.")
    figures = models.JSONField(help_text="Every figure of the agency, in the order of figures.csv.")
    derived_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "agency"], name="standing_figures_once_an_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"figures of {self.agency} in {self.audit_id}"


class Publication(models.Model):
    """A report put forward to be published, as it will be: its texts are frozen here.

    Until somebody else signs it, it may be put forward anew; from then on no row of it changes,
    which the database itself refuses (guards.py).
    """

    report = models.OneToOneField(ReportVersion, models.CASCADE, related_name="publication")
    suppression = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Suppression]
    )
    corrects = models.ForeignKey(
        ReportVersion, models.PROTECT, null=True, related_name="corrections"
    )
    corrected = models.TextField(blank=True, help_text="What was corrected.")
    why = models.TextField(blank=True, help_text="Why it was corrected.")
    report_json = models.TextField()
    document = models.JSONField()
    figures = models.TextField(help_text="The text of figures.csv.")
    briefing = models.JSONField(help_text="The page for practitioners, as a document.")
    looked_in = models.JSONField(default=list, help_text="Columns whose words were looked for.")
    not_looked_in = models.JSONField(default=list, help_text="Columns whose words were not.")
    unusable = models.PositiveIntegerField(default=0, help_text="Words too short to look for.")
    put_forward_by = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    put_forward_at = models.DateTimeField()
    signed_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(suppression__in=[one.value for one in Suppression]),
                name="publication_suppression_is_known",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, signed_by__isnull=True)
                | Q(published_at__isnull=False, signed_by__isnull=False),
                name="publication_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("put_forward_by")),
                name="publication_is_signed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, corrected="", why="")
                | (Q(corrects__isnull=False) & ~Q(corrected="") & ~Q(why="")),
                name="publication_says_what_it_corrects",
            ),
        ]

    def __str__(self) -> str:
        return f"publication of report {self.report_id}"


class ReportWord(models.Model):
    """A word of a report that stands in the frame's columns of somebody in the sample.

    `before` and `after` are what stands beside it. It is cleared once, by a second person.
    """

    report = models.ForeignKey(ReportVersion, models.CASCADE, related_name="found_words")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    before = models.TextField(blank=True)
    word = models.TextField()
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    cleared_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "position"], name="found_word_place_once_a_report"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(reason="")),
                name="found_word_is_cleared_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"word {self.pk}"


class PublishedFile(models.Model):
    """One file of a published report: its bytes are kept among the uploads under their hash."""

    report = models.ForeignKey(ReportVersion, models.CASCADE, related_name="files")
    form = models.CharField(max_length=20, choices=[(one, one) for one in FORMS])
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "form"], name="published_file_once_a_form"),
        ]

    def __str__(self) -> str:
        return f"published file {self.pk}"
