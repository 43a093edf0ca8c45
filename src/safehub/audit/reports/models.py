"""Reports as they were made, with every figure that they held."""

from __future__ import annotations

from django.db import models


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
