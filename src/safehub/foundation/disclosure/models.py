"""Disclosures, their recipients, items, hits and releases; and the record of each sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q

from safehub.foundation.disclosure.protected import Matched, ProtectedKind, Suggestion
from safehub.foundation.disclosure.states import (
    Consent,
    DisclosureState,
    FamilyTold,
    HitDecision,
    SharingDecision,
)
from safehub.foundation.errors import NotPossible

if TYPE_CHECKING:
    from enum import StrEnum


def _person() -> models.ForeignKey[object, object]:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


def _known(field: str, words: type[StrEnum], *, blank: bool = False) -> Q:
    values = [word.value for word in words]
    return Q(**{f"{field}__in": ["", *values] if blank else values})


class Disclosure(models.Model):
    """One outgoing document with its check. `clearance` is the digest of all that was cleared.

    `sharing` holds the terms until the sharing record is written from them.
    """

    partnership = models.BigIntegerField(null=True)
    organisation = models.BigIntegerField(null=True)
    about_kind = models.CharField(max_length=100, blank=True)
    about_key = models.CharField(max_length=100, blank=True)
    purpose = models.TextField()
    lawful_basis = models.CharField(max_length=40)
    bases_edition = models.CharField(max_length=20)
    sharing = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=DisclosureState.DRAFTED.value)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True)
    checked_by = _person()
    checked_at = models.DateTimeField(null=True)
    cleared_by = _person()
    cleared_at = models.DateTimeField(null=True)
    clearance = models.CharField(max_length=64, blank=True)
    released_by = _person()
    released_at = models.DateTimeField(null=True)
    withdrawn_by = _person()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="disclosure_by_organisation")
        ]
        constraints = [
            models.CheckConstraint(
                condition=_known("state", DisclosureState), name="disclosure_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cleared", "released"])
                | (
                    Q(cleared_by__isnull=False, cleared_at__isnull=False)
                    & ~Q(clearance="")
                    & ~Q(cleared_by=models.F("made_by"))
                ),
                name="disclosure_cleared_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False),
                name="disclosure_released_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How the disclosure is named outside: tells nothing of anybody."""
        return f"D{self.pk:06}"


class Recipient(models.Model):
    """Somebody to whom it goes. `relations` is null where nobody has said what they are."""

    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="recipients")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)
    person_key = models.CharField(max_length=100, blank=True)
    address = models.TextField(blank=True)
    email = models.EmailField(max_length=254, blank=True)
    relations = models.JSONField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "position"], name="recipient_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"recipient {self.pk}"


class Item(models.Model):
    """One thing in what goes out. The file lies among the uploads under its hash."""

    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=100)
    key = models.CharField(max_length=100)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    file_name = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    labels = models.JSONField(default=dict)
    replacement_name = models.TextField(blank=True)
    replacement_sha256 = models.CharField(max_length=64, blank=True)
    is_removed = models.BooleanField(default=False)
    changed_reason = models.TextField(blank=True)
    changed_by = _person()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "position"], name="item_position_once"),
            models.CheckConstraint(
                condition=Q(is_removed=False, replacement_sha256="") | ~Q(changed_reason=""),
                name="item_changed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class Exclusion(models.Model):
    """An item that one recipient does not get, because they are barred from it or need it not."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="exclusions")
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="exclusions")
    reason = models.TextField()
    by = _person()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "recipient"], name="exclusion_once"),
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"


class FoundWord(models.Model):
    """One hit of a scan: in an item, or in the document made for a recipient."""

    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="found_words")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="found_words")
    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="found_words")
    kind = models.CharField(max_length=20)
    persons = models.JSONField()
    part = models.TextField(blank=True)
    where = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    matched = models.CharField(max_length=20)
    score = models.PositiveSmallIntegerField()
    suggestion = models.CharField(max_length=10)
    decision = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    decided_by = _person()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=False, recipient__isnull=True)
                | Q(item__isnull=True, recipient__isnull=False),
                name="found_word_in_item_or_document",
            ),
            models.CheckConstraint(
                condition=_known("kind", ProtectedKind)
                & _known("matched", Matched)
                & _known("suggestion", Suggestion)
                & _known("decision", HitDecision, blank=True),
                name="found_word_in_known_words",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
                name="found_word_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision="kept") | ~Q(reason=""), name="found_word_kept_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"found word {self.pk}"


class UnreadPart(models.Model):
    """Something that no program could read, and what the person who looked at it says."""

    disclosure = models.ForeignKey(Disclosure, models.CASCADE, related_name="unread_parts")
    item = models.ForeignKey(Item, models.CASCADE, null=True, related_name="unread_parts")
    recipient = models.ForeignKey(Recipient, models.CASCADE, null=True, related_name="unread_parts")
    part = models.TextField(blank=True)
    why = models.TextField()
    answer = models.TextField(blank=True)
    looked_by = _person()
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", looked_at__isnull=True)
                | (Q(looked_by__isnull=False, looked_at__isnull=False) & ~Q(answer="")),
                name="unread_part_looked_at_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"unread part {self.pk}"


class Composed(models.Model):
    """The document made for one recipient, as the second person sees it; bytes in the uploads."""

    recipient = models.OneToOneField(Recipient, models.CASCADE, related_name="composed")
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"composed {self.pk}"


class Written(models.Model):
    """A row that is written once: it is never changed or deleted through its model."""

    class Meta:
        abstract = True

    def save(self, *args: object, **kwargs: object) -> None:
        """Refused for a row that is there already."""
        if self.pk is not None and not self._state.adding:
            raise NotPossible("What was released is kept as it was and cannot be changed.")
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def delete(self, *_: object, **__: object) -> NoReturn:
        """Always refused."""
        raise NotPossible("What was released is kept as it was and cannot be deleted.")


class Release(Written):
    """The exact bytes that went to one recipient, when, and by whom."""

    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="releases")
    recipient = models.OneToOneField(Recipient, models.PROTECT, related_name="release")
    recipient_name = models.CharField(max_length=300)
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"release {self.pk}"


class SharingRecord(Written):
    """Each share and each refusal to share: what, with whom, why, on what basis, by whom."""

    partnership = models.BigIntegerField(null=True)
    organisation = models.BigIntegerField(null=True)
    disclosure = models.OneToOneField(
        Disclosure, models.PROTECT, null=True, related_name="sharing_record"
    )
    about_kind = models.CharField(max_length=100, blank=True)
    about_key = models.CharField(max_length=100, blank=True)
    decision = models.CharField(max_length=10)
    what = models.TextField()
    with_whom = models.TextField()
    purpose = models.TextField()
    lawful_basis = models.CharField(max_length=40, blank=True)
    bases_edition = models.CharField(max_length=20)
    consent = models.CharField(max_length=20, blank=True)
    consent_reason = models.TextField(blank=True)
    family_told = models.CharField(max_length=20, blank=True)
    family_reason = models.TextField(blank=True)
    necessity = models.TextField()
    advice = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=_known("decision", SharingDecision)
                & _known("consent", Consent, blank=True)
                & _known("family_told", FamilyTold, blank=True),
                name="sharing_record_in_known_words",
            ),
            models.CheckConstraint(
                condition=~Q(decision="shared")
                | (~Q(lawful_basis="") & Q(disclosure__isnull=False)),
                name="sharing_record_shared_on_a_basis",
            ),
            models.CheckConstraint(
                condition=~Q(consent__in=["not_sought", "refused"]) | ~Q(consent_reason=""),
                name="sharing_record_says_why_without_consent",
            ),
            models.CheckConstraint(
                condition=~Q(family_told="not_told") | ~Q(family_reason=""),
                name="sharing_record_says_why_family_not_told",
            ),
        ]

    def __str__(self) -> str:
        return f"sharing record {self.pk}"


class SwitchedBasis(Written):
    """A basis that a board switched on, or off again. The latest row of a code holds."""

    partnership = models.BigIntegerField()
    code = models.CharField(max_length=40)
    is_on = models.BooleanField()
    reason = models.TextField()
    switched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    switched_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"switched basis {self.pk}"
