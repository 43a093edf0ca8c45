"""Audit tools as they are kept, and as they are being written."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from safehub.instruments.states import DraftStatus, ToolStatus


class ToolVersion(models.Model):
    """One version of a tool: the sheets of its XLSForm, from which it is read again.

    Its questions never change: the same sheets are the same version, others are another. One that
    came with an audit pack belongs to no partnership. A retired one is not used for a new audit;
    what was answered with it stands.
    """

    form_id = models.TextField()
    version = models.TextField()
    title = models.TextField()
    sheets = models.JSONField(help_text="Rows of text by sheet: survey, choices, settings.")
    sha256 = models.CharField(max_length=64, db_index=True)
    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, null=True, related_name="tools"
    )
    status = models.CharField(
        max_length=20, choices=ToolStatus.choices, default=ToolStatus.PUBLISHED
    )
    published_at = models.DateTimeField(null=True, help_text="None where it came with a pack.")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(partnership__isnull=True),
                name="tool_sheets_once_of_packs",
            ),
            models.UniqueConstraint(
                fields=["partnership", "sha256"], name="tool_sheets_once_a_partnership"
            ),
            models.UniqueConstraint(
                fields=["partnership", "form_id", "version"],
                name="tool_version_once_a_partnership",
            ),
            models.CheckConstraint(
                condition=Q(status=ToolStatus.PUBLISHED, retired_at__isnull=True)
                | Q(status=ToolStatus.RETIRED, retired_at__isnull=False),
                name="tool_retired_with_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.form_id}, version {self.version})"


class ToolDraft(models.Model):
    """A tool that is being written: sheets that may still have mistakes.

    `edition` counts its changes, so that none is made over another unseen. `keys` numbers the rows
    of each sheet for as long as the draft lives, so that a row is found again wherever it moved.
    The last workbook that was not taken in is kept with what was wrong in it.
    """

    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, related_name="tool_drafts"
    )
    form_id = models.TextField()
    title = models.TextField()
    sheets = models.JSONField(help_text="Rows of text by sheet, as in a version.")
    keys = models.JSONField(help_text="A number for each row below the headings, by sheet.")
    edition = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=20, choices=DraftStatus.choices, default=DraftStatus.OPEN)
    based_on = models.ForeignKey(ToolVersion, models.PROTECT, null=True, related_name="drafts")
    published_as = models.OneToOneField(
        ToolVersion, models.PROTECT, null=True, related_name="written_as"
    )
    upload_name = models.TextField(blank=True)
    upload_sha256 = models.CharField(max_length=64, blank=True)
    upload_mistakes = models.JSONField(default=list, help_text="Place, found and wanted of each.")
    started_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    # What was left out of the file that was just taken in; told once, and not kept.
    left_out: tuple[str, ...] = ()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=DraftStatus.PUBLISHED, published_as__isnull=False)
                | (~Q(status=DraftStatus.PUBLISHED) & Q(published_as__isnull=True)),
                name="tool_draft_published_as_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (draft)"
