"""What is known of single records: shares, conflicts, sensitivities, labels, broken glass.

Each names its record by kind and key, so that any kind of record can have them.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from safehub.foundation.access.states import AlertKind, ConflictState, GlassCategory, GlassOutcome
from safehub.foundation.access.vocabulary import FieldClass, Relation, Sensitivity

# Relations that are given to somebody; the others follow from the record itself.
GIVEN = (Relation.ASSIGNED, Relation.SHARED, Relation.REFERRED, Relation.CONTRIBUTED)


class OfRecord(models.Model):
    """A row about one record of any kind."""

    kind = models.CharField(max_length=100)
    key = models.BigIntegerField()

    class Meta:
        abstract = True


class Protection(OfRecord):
    """How a record is guarded beyond the ordinary; without a row it is standard.

    A record may have several, and all of them hold: a seal never lifts a restriction.
    """

    sensitivity = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Sensitivity]
    )
    subject_organisation = models.BigIntegerField(
        null=True, help_text="For staff_subject: where the professional works."
    )
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField()
    lifting_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The guardian of a seal who asked to lift it; another one confirms.",
    )
    lifting_at = models.DateTimeField(null=True)
    lifting_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lifting_at__isnull=True, lifting_by__isnull=True, lifting_reason="")
                | Q(lifting_at__isnull=False, lifting_by__isnull=False, sensitivity="sealed")
                & ~Q(lifting_reason=""),
                name="protection_lifting_is_whole_and_of_a_seal",
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "sensitivity"],
                condition=~Q(sensitivity="staff_subject"),
                name="protection_once_a_record",
            ),
            models.UniqueConstraint(
                fields=["kind", "key", "subject_organisation"],
                condition=Q(sensitivity="staff_subject"),
                name="protection_staff_subject_once_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(sensitivity__in=["restricted", "sealed", "staff_subject"]),
                name="protection_is_beyond_standard",
            ),
            models.CheckConstraint(
                condition=~Q(sensitivity="staff_subject") | Q(subject_organisation__isnull=False),
                name="protection_staff_subject_names_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"protection {self.pk}"


class NamedPerson(OfRecord):
    """On a record's named list: may see it restricted, guards it sealed, leads on an allegation."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    named_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "person"], name="named_person_once_a_record"
            ),
        ]

    def __str__(self) -> str:
        return f"named person {self.pk}"


class Share(OfRecord):
    """A relation given to a person or an organisation, from when until when."""

    relation = models.CharField(max_length=20, choices=[(one.value, one.value) for one in GIVEN])
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    organisation = models.BigIntegerField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, help_text="The first moment without it.")
    reason = models.TextField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="share_of_record")]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organisation__isnull=True)
                | Q(person__isnull=True, organisation__isnull=False),
                name="share_with_person_or_organisation",
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="share_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(relation__in=[one.value for one in GIVEN]), name="share_gives_relation"
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"


class Conflict(OfRecord):
    """That a person is, or may be, a party, relative or colleague: one row for each who says so.

    Declared or confirmed it beats every grant. A suspected one alerts and asks, and locks nobody
    out. Nobody's words are ever replaced by another's.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in ConflictState]
    )
    reason = models.TextField()
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    raised_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    reversed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reversed_at = models.DateTimeField(null=True)
    reversal = models.TextField(blank=True, help_text="Why the decision was turned round.")
    partnership = models.BigIntegerField(null=True, help_text="Whose privacy officer looks at it.")

    class Meta:
        constraints = [
            # Open is what stands or waits; once cleared it may be raised anew.
            models.UniqueConstraint(
                fields=["kind", "key", "person", "raised_by"],
                condition=Q(state__in=["suspected", "declared", "confirmed"]),
                name="conflict_open_once_a_raiser",
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversed_by__isnull=True, reversal="")
                | Q(reversed_at__isnull=False, decided_at__isnull=False) & ~Q(reversal=""),
                name="conflict_reversal_is_of_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ConflictState]),
                name="conflict_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False),
                name="conflict_decided_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"conflict {self.pk}"


class Label(OfRecord):
    """A label that travels with a record, into print and export; blank class: all of it."""

    field_class = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.value) for one in FieldClass]
    )
    not_to_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    not_to_relation = models.CharField(max_length=20, blank=True)
    purpose = models.CharField(max_length=100, blank=True)
    origin_organisation = models.BigIntegerField(null=True)
    recheck_by = models.DateField(null=True)
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="label_of_record")]
        constraints = [
            models.CheckConstraint(
                condition=Q(not_to_relation__in=["", *(one.value for one in Relation)]),
                name="label_relation_is_known",
            ),
            models.CheckConstraint(
                condition=Q(not_to_person__isnull=False)
                | ~Q(not_to_relation="")
                | ~Q(purpose="")
                | Q(origin_organisation__isnull=False)
                | Q(recheck_by__isnull=False),
                name="label_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"label {self.pk}"


class GlassBreak(OfRecord):
    """A look without a grant, in an emergency: short, read only, reviewed afterwards."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    membership = models.BigIntegerField()
    category = models.CharField(
        max_length=30, choices=[(one.value, one.label) for one in GlassCategory]
    )
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    review = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.label) for one in GlassOutcome]
    )
    review_words = models.TextField(blank=True)
    partnership = models.BigIntegerField(null=True, help_text="Whose privacy officer looks at it.")

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "person", "until"], name="glass_of_record")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("at"), until__lte=F("at") + dt.timedelta(minutes=30)),
                name="glass_break_is_short",
            ),
            models.CheckConstraint(
                condition=Q(second_person__isnull=True) | ~Q(second_person=F("person")),
                name="glass_break_second_person_is_another",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, review="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(review=""),
                name="glass_break_review_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")),
                name="glass_break_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"glass break {self.pk}"


class Alert(OfRecord):
    """Something that the privacy officer is to look at: a conflicted look, broken glass."""

    what = models.CharField(max_length=30, choices=[(one.value, one.label) for one in AlertKind])
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closing_words = models.TextField(blank=True)
    partnership = models.BigIntegerField(null=True, help_text="Whose privacy officer looks at it.")

    class Meta:
        indexes = [models.Index(fields=["closed_at", "at"], name="alert_open_first")]

    def __str__(self) -> str:
        return f"alert {self.pk}"
