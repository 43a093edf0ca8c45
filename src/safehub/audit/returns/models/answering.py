"""Who answered any part of a return, and so does not sign it off."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ReturnAnswerer(models.Model):
    """Somebody who answered some of a return: while it is answered, then of its version."""

    working = models.ForeignKey(
        "returns.WorkingReturn", models.CASCADE, null=True, related_name="answerers"
    )
    version = models.ForeignKey(
        "returns.ReturnVersion", models.CASCADE, null=True, related_name="answerers"
    )
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(working__isnull=False, version__isnull=True)
                | Q(working__isnull=True, version__isnull=False),
                name="return_answerer_of_one",
            ),
            models.UniqueConstraint(
                fields=["working", "person"], name="return_answerer_once_while_answered"
            ),
            models.UniqueConstraint(
                fields=["version", "person"], name="return_answerer_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"answerer {self.person_id}"
