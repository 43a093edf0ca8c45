"""Whether an agency knows a child, asked of each that takes part on each case of the sample."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class KnownAnswer(models.TextChoices):
    """What an agency says of a child."""

    KNOWN = "known", "Known"
    NOT_KNOWN = "not_known", "Not known"
    CANNOT_TELL = "cannot_tell", "Cannot tell"


class Knowing(models.Model):
    """Whether one agency knows the child of one case. `answer` is blank until it has said so.

    `nil_return` is the return that *not known* submitted.
    """

    participant = models.ForeignKey(
        "programmes.Participant", models.CASCADE, related_name="knowings"
    )
    case = models.ForeignKey("sampling.Case", models.PROTECT, related_name="knowings")
    answer = models.CharField(max_length=20, choices=KnownAnswer.choices, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    nil_return = models.ForeignKey(
        "returns.Return", models.SET_NULL, null=True, related_name="knowings"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "case"], name="knowing_once_an_agency_and_case"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", *KnownAnswer.values]), name="knowing_answer_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="knowing_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"knowing {self.pk}"


class KnowingSaid(models.Model):
    """One thing that was said on such a question: an answer, or that one is taken back and why."""

    class Said(models.TextChoices):
        """An answer, or that it is taken back."""

        KNOWN = "known", "Known"
        NOT_KNOWN = "not_known", "Not known"
        CANNOT_TELL = "cannot_tell", "Cannot tell"
        TAKEN_BACK = "taken_back", "Answer taken back"

    knowing = models.ForeignKey(Knowing, models.CASCADE, related_name="said")
    answer = models.CharField(max_length=20, choices=Said.choices)
    why = models.TextField(blank=True)
    said_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(answer__in=["cannot_tell", "taken_back"], why=""),
                name="knowing_said_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"said {self.pk}"
