"""Which returns are looked at a second time, and what the second look came to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Choice(models.Model):
    """One choice of returns for a second look, by a share or by triggers. It never changes."""

    audit = models.ForeignKey("programmes.Audit", models.CASCADE, related_name="moderated")
    number = models.PositiveSmallIntegerField()
    share = models.PositiveSmallIntegerField(null=True, help_text="Percent; none for triggers.")
    triggers = models.JSONField(default=list)
    seed = models.CharField(max_length=100, help_text="The seed of the audit's own draw.")
    of = models.PositiveIntegerField(help_text="How many returns it was made from.")
    graders = models.PositiveSmallIntegerField(help_text="Second grades wanted of each return.")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="choice_number_once_an_audit"),
            models.CheckConstraint(
                condition=Q(graders__gte=1, graders__lte=5), name="choice_of_one_to_five_graders"
            ),
        ]

    def __str__(self) -> str:
        return f"choice {self.number} of {self.audit_id}"


class SecondLook(models.Model):
    """A return that is graded a second time.

    `version` is what is graded: it is settled with the first second grade, so that all grades of a
    look are of the same answers. `settled_at` is when the last grade that is wanted came in.
    """

    choice = models.ForeignKey(Choice, models.CASCADE, related_name="looks")
    audit_return = models.OneToOneField(
        "returns.Return", models.CASCADE, related_name="second_look"
    )
    position = models.PositiveIntegerField()
    because = models.JSONField(help_text="The share, or the triggers that it met.")
    version = models.ForeignKey(
        "returns.ReturnVersion", models.PROTECT, null=True, related_name="+"
    )
    first_grade = models.TextField(
        blank=True, help_text="What the agency had given in that version; kept with it."
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["choice", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(version__isnull=False),
                name="second_look_settled_on_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"second look {self.pk}"


class SecondGrade(models.Model):
    """One second grade with its reason. It is kept for ever and never changes.

    `moderator` numbers who graded within the audit, for packs, which name nobody.
    """

    look = models.ForeignKey(SecondLook, models.CASCADE, related_name="grades")
    moderator = models.PositiveSmallIntegerField()
    grade = models.TextField()
    reason = models.TextField()
    graded_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    graded_at = models.DateTimeField()

    class Meta:
        ordering = ["look", "moderator"]
        constraints = [
            models.UniqueConstraint(
                fields=["look", "moderator"], name="second_grade_once_a_moderator"
            ),
        ]

    def __str__(self) -> str:
        return f"second grade {self.pk}"


class SentBack(models.Model):
    """A moderator asks the agency to look at its return again, and says why."""

    audit_return = models.ForeignKey(
        "returns.Return", models.CASCADE, related_name="sent_back_by_moderators"
    )
    version = models.ForeignKey("returns.ReturnVersion", models.PROTECT, related_name="+")
    reason = models.TextField()
    sent_by = models.ForeignKey("accounts.Person", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version"], name="sent_back_once_a_version"),
        ]

    def __str__(self) -> str:
        return f"sent back {self.pk}"
