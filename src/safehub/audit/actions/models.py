"""What is done about gaps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from safehub.audit.actions.states import ActionStatus


class Action(models.Model):
    """An action on a gap, with the agency that owns it. Its person is never published."""

    gap = models.ForeignKey("meetings.Gap", models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    owner_agency = models.ForeignKey("programmes.Participant", models.PROTECT)
    person = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    measure = models.TextField(blank=True, help_text="How one will know that it was done.")
    status = models.CharField(max_length=20, choices=[(s.value, s.value) for s in ActionStatus])

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ActionStatus]),
                name="action_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"
