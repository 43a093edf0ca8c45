"""People who sign in, and what they are in which agency."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from safehub.foundation.access.vocabulary import Role

LONGEST_EMAIL = 254
LONGEST_NAME = 200


class People(BaseUserManager["Person"]):
    """Finds people by e-mail; new ones are made by commands alone."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Whoever has that address, in any case."""
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who signs in, by e-mail. What they may do hangs on their memberships alone."""

    email = models.EmailField(max_length=LONGEST_EMAIL, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once_in_any_case"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    def get_full_name(self) -> str:
        """As it is written on pages."""
        return self.name

    def get_short_name(self) -> str:
        """There is no shorter one."""
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by when they hold."""

    def current(self, at: dt.datetime) -> MembershipQuerySet:
        """Those that hold at the moment; the training date is not looked at."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=at),
            valid_from__lte=at,
            person__is_active=True,
        )

    def not_ended(self, at: dt.datetime | None) -> MembershipQuerySet:
        """Those that hold at the moment (now, where none is given) or will later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at or timezone.now()))


class Membership(models.Model):
    """What a person is in an agency, from when to when. `valid_to` is the first moment without."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40, choices=[(role.value, role.value) for role in Role])
    unit = models.CharField(
        max_length=500, blank=True, help_text="The respondent within the agency; blank: all of it."
    )
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    trained_until = models.DateField(
        null=True, help_text="The last day on which the training holds; blank: none is asked."
    )
    has_break_glass = models.BooleanField(default=False)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="membership_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Invitation(models.Model):
    """A link to choose a password with. One is open at a time, and only its hash is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open_a_person",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_used_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class OfferQuerySet(models.QuerySet["Offer"]):
    """Offers by whether they may still be answered."""

    def open(self, at: dt.datetime) -> OfferQuerySet:
        """Those that nobody has answered or taken back, and that have not run out."""
        return self.filter(settled_at=None, expires_at__gt=at)


class Offer(models.Model):
    """A role held out to an address. Nobody has it until whoever reads that mailbox accepts.

    It says nothing of whether the address is anybody's here: only `Person` does.
    """

    ACCEPTED, DECLINED, WITHDRAWN = OUTCOMES = ("accepted", "declined", "withdrawn")

    email = models.EmailField(max_length=LONGEST_EMAIL)
    name = models.CharField(
        max_length=LONGEST_NAME, help_text="As whoever offers wrote it; for a new account alone."
    )
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40, choices=[(role.value, role.value) for role in Role])
    unit = models.CharField(max_length=500, blank=True)
    valid_to = models.DateTimeField(null=True)
    trained_until = models.DateField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    offered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, choices=[(one, one) for one in OUTCOMES])

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["email"], name="offer_by_email")]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="offer_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
                name="offer_settled_with_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class SignInLink(models.Model):
    """A one-time link that signs somebody in at once, in a demonstration only."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"


class KnownDevice(models.Model):
    """A browser from which a person has signed in; it holds the token of which this is the hash."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="known_devices")
    token_hash = models.CharField(max_length=64)
    first_used_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "token_hash"], name="known_device_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"known device {self.pk}"


class CacheEntry(models.Model):
    """The table of Django's cache, which all processes share: rate limits are counted there.

    Only django.core.cache reads and writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return "cache entry"
