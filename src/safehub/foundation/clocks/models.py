"""Versions of the calendar, and deadlines with their pauses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from safehub.foundation.clocks.kinds import ClockRule, Counting
from safehub.foundation.clocks.states import ClockState
from safehub.foundation.records import RecordRef


class NeverChanged(models.Model):
    """A row that is written once. Whoever wants it otherwise makes a new version."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises TypeError for a row that is stored already."""
        if not self._state.adding:
            raise TypeError("A version of the calendar never changes: make a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises TypeError, always."""
        raise TypeError("A version of the calendar is never deleted: make a new one.")


class CalendarVersion(NeverChanged):
    """What was known of the days at one time: bank holidays, overrides, the hours of the hub.

    Whole in itself, so that a deadline can be reckoned again years later as it was then.
    """

    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Blank: the product itself, or a local operator.",
    )
    reason = models.CharField(max_length=500)
    opens = models.TimeField()
    closes = models.TimeField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    bank_holidays = models.JSONField(help_text="Pairs of a day and its name, in order of days.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes")), name="calendar_opens_before_it_closes"
            ),
            models.CheckConstraint(
                condition=Q(first_year__lte=F("last_year")), name="calendar_years_in_order"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"calendar version {self.number}"


class CalendarOverride(NeverChanged):
    """A day of one version that is worked, or not, whatever the bank holidays say."""

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="overrides")
    day = models.DateField()
    is_working = models.BooleanField()
    label = models.CharField(max_length=200)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["version", "day"], name="override_once_a_day"),
            models.CheckConstraint(condition=~Q(label=""), name="override_has_a_label"),
        ]

    def __str__(self) -> str:
        return f"override of {self.day}"


class Deadline(models.Model):
    """A clock on one record: the rule as it was then, since when, and when it falls due.

    `due_at` is reckoned with the pauses that have ended. While the clock is paused it is what it
    was before. `working` has the steps by which it was reckoned, a sentence each.
    """

    about_kind = models.CharField(max_length=100)
    about_key = models.BigIntegerField()
    rule_code = models.CharField(max_length=100)
    rule_label = models.CharField(max_length=200)
    rule_counting = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Counting]
    )
    rule_number = models.PositiveIntegerField()
    rule_source = models.CharField(max_length=500)
    started_at = models.DateTimeField()
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="deadlines")
    due_at = models.DateTimeField()
    working = models.JSONField()
    recalculated_reason = models.CharField(
        max_length=500, blank=True, help_text="Why a person had it reckoned by another calendar."
    )
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in ClockState],
        default=ClockState.RUNNING.value,
    )
    stopped_at = models.DateTimeField(null=True)
    stopped_reason = models.CharField(max_length=500, blank=True)
    is_late = models.BooleanField(null=True, help_text="Known once it has stopped.")

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="deadline_by_due"),
            models.Index(fields=["about_kind", "about_key"], name="deadline_by_record"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ClockState]),
                name="deadline_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rule_counting__in=[one.value for one in Counting]),
                name="deadline_counting_is_known",
            ),
            models.CheckConstraint(
                condition=Q(rule_number__gte=1), name="deadline_counts_at_least_one"
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("started_at")), name="deadline_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False, is_late__isnull=False)
                | (
                    ~Q(state="stopped")
                    & Q(stopped_at__isnull=True, is_late__isnull=True, stopped_reason="")
                ),
                name="deadline_stopped_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="deadline_stopped_after_start",
            ),
            models.UniqueConstraint(
                fields=["about_kind", "about_key", "rule_code"],
                condition=~Q(state="stopped"),
                name="deadline_once_alive_a_record",
            ),
        ]

    def __str__(self) -> str:
        return f"deadline {self.pk}"

    @property
    def about(self) -> RecordRef:
        """The record that has the clock."""
        return RecordRef(self.about_kind, self.about_key)

    @property
    def rule(self) -> ClockRule:
        """The rule as it was when the clock was started, whatever is declared today."""
        return ClockRule(
            code=self.rule_code,
            label=self.rule_label,
            counting=Counting(self.rule_counting),
            number=self.rule_number,
            source=self.rule_source,
        )


class ClockPause(models.Model):
    """A time in which a clock stood still, and why. Without an end it still stands."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=500)
    paused_at = models.DateTimeField()
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["paused_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_a_reason"),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True) | Q(resumed_at__gte=F("paused_at")),
                name="pause_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["deadline"],
                condition=Q(resumed_at__isnull=True),
                name="pause_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"
