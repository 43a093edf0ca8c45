"""What is done about gaps."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from safehub.audit.actions.states import ActionStatus, Progress


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
    progress = models.CharField(
        max_length=20, choices=Progress.choices, default=Progress.ON_TRACK.value
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ActionStatus]),
                name="action_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(progress__in=Progress.values), name="action_progress_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"


class ActionUpdate(models.Model):
    """What somebody said of an action on a day: how it comes on, its impact, or a check of it.

    `works` is blank but for a check: whether the action was found to have closed the gap.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="updates")
    status = models.CharField(max_length=20, help_text="Where the action stood from then on.")
    progress = models.CharField(max_length=20, blank=True)
    text = models.TextField()
    evidence = models.TextField(blank=True, help_text="Evidence of impact on children.")
    works = models.BooleanField(null=True)
    made_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"update {self.pk} of action {self.action_id}"
