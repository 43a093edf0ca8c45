"""Forms that were sent, and text that was not; and what a record needs that two may edit."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from safehub.foundation.errors import EditConflict


def _one_holder(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(person__isnull=False, visitor="") | Q(person__isnull=True) & ~Q(visitor=""),
        name=name,
    )


class Submission(models.Model):
    """A form that was sent and done: its token can do nothing a second time.

    Written in the transaction of the act itself, so that the row is there exactly when the act is.
    """

    token = models.CharField(max_length=64)
    window = models.CharField(max_length=64)
    form = models.CharField(max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, help_text="Of all that was sent, to tell it again.")
    led_to = models.TextField(blank=True, help_text="The address that the act led to.")
    told = models.TextField(blank=True, help_text="The sentence that confirmed it.")
    sent_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token"], name="submission_token_once"),
            _one_holder("submission_has_one_holder"),
        ]
        indexes = [models.Index(fields=["window"], name="submission_window")]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Draft(models.Model):
    """Text of a form that was not sent, encrypted. It is its holder's alone.

    A window is one opening of a form: two windows of one form never overwrite each other.
    `record_kind` and `record_key` name what the form is about; blank and 0 for something new.
    """

    window = models.CharField(max_length=64)
    form = models.CharField(max_length=120)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True)
    record_kind = models.CharField(max_length=100, blank=True)
    record_key = models.PositiveBigIntegerField(default=0)
    path = models.TextField(help_text="The page of the form, without its query.")
    payload = models.BinaryField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["saved_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["window"], name="draft_once_a_window"),
            _one_holder("draft_has_one_holder"),
            models.CheckConstraint(
                condition=Q(record_kind="", record_key=0)
                | ~Q(record_kind="") & Q(record_key__gt=0),
                name="draft_record_is_whole_or_none",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "form"], name="draft_of_person"),
            models.Index(fields=["visitor", "form"], name="draft_of_visitor"),
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class Versioned(models.Model):
    """A record that two people may edit: each writing counts its version up."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_guarded(self, *, update_fields: Iterable[str]) -> None:
        """Write these fields, unless somebody wrote since this row was read.

        Raises EditConflict then, and nothing is written. One query, which holds on SQLite as well,
        where rows cannot be locked.
        """
        meta = type(self)._meta
        values = {name: meta.get_field(name).pre_save(self, add=False) for name in update_fields}  # type: ignore[union-attr]
        written = (
            type(self)
            ._base_manager.filter(pk=self.pk, version=self.version)
            .update(**values, version=F("version") + 1)
        )
        if written != 1:
            raise EditConflict(
                "Somebody else changed this since you opened it. Nothing was overwritten: "
                "open it again and compare."
            )
        self.version += 1
