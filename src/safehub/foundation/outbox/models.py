"""Messages and jobs, written together with what caused them and done afterwards by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from safehub.foundation.outbox.states import JobState, MessageState
from safehub.foundation.records import RecordRef

if TYPE_CHECKING:
    from enum import StrEnum

_IN_HAND = ["leased", "sending"]


def _is_known(states: type[StrEnum]) -> Q:
    return Q(state__in=[state.value for state in states])


class Effect(models.Model):
    """What is to happen once. `leased_by` names one lease, not a worker: no two are ever alike."""

    once = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(max_length=10, default="pending")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=100, blank=True)
    fault = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    cleared_because = models.CharField(max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["next_at", "pk"]


class Message(Effect):
    """One notice to one address. `message_id` is ours and stays the same over every attempt."""

    notice = models.CharField(max_length=100)
    to = models.EmailField(max_length=254)
    reference = models.CharField(max_length=200)
    link = models.CharField(max_length=1000, blank=True)
    about_kind = models.CharField(max_length=100, blank=True)
    about_key = models.BigIntegerField(null=True)
    message_id = models.CharField(max_length=300, unique=True)
    held_by = models.CharField(max_length=100, blank=True)

    class Meta(Effect.Meta):
        indexes = [
            models.Index(fields=["state", "next_at"], name="message_by_state"),
            models.Index(fields=["about_kind", "about_key"], name="message_by_record"),
        ]
        constraints = [
            models.CheckConstraint(condition=_is_known(MessageState), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=_IN_HAND, leased_until__isnull=False)
                | (~Q(state__in=_IN_HAND) & Q(leased_until__isnull=True, leased_by="")),
                name="message_leased_while_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_key__isnull=True)
                | (~Q(about_kind="") & Q(about_key__isnull=False)),
                name="message_about_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def about(self) -> RecordRef | None:
        """The record that it is about."""
        return None if self.about_key is None else RecordRef(self.about_kind, self.about_key)


class Job(Effect):
    """Something to run later. The payload holds keys, never content."""

    code = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)

    class Meta(Effect.Meta):
        indexes = [models.Index(fields=["state", "next_at"], name="job_by_state")]
        constraints = [
            models.CheckConstraint(condition=_is_known(JobState), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state="leased", leased_until__isnull=False)
                | (~Q(state="leased") & Q(leased_until__isnull=True, leased_by="")),
                name="job_leased_while_in_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.pk}"


class Heartbeat(models.Model):
    """One running worker, and when it last said so."""

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.worker}"
