"""Partnerships and agencies."""

from __future__ import annotations

from django.db import models

# No code of a pack begins so.
OFFICE_CODE = "@office"


class Partnership(models.Model):
    """A safeguarding children partnership, or the board before it."""

    name = models.CharField(max_length=500, unique=True)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """A partner agency. Its code is how packs and figures name it."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agencies")
    code = models.CharField(max_length=60)
    name = models.TextField()
    kind = models.TextField(blank=True)
    is_office = models.BooleanField(
        default=False, help_text="The partnership's own office, which runs its audits."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "code"], name="agency_code_once_a_partnership"
            ),
        ]

    def __str__(self) -> str:
        return self.name
