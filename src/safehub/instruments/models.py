"""Audit tools as they are kept."""

from __future__ import annotations

from django.db import models


class ToolVersion(models.Model):
    """One version of a tool: the sheets of its XLSForm, from which it is read again.

    It never changes: the same sheets are the same version, others are another.
    """

    form_id = models.TextField()
    version = models.TextField()
    title = models.TextField()
    sheets = models.JSONField(help_text="Rows of text by sheet: survey, choices, settings.")
    sha256 = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.title} ({self.form_id}, version {self.version})"
