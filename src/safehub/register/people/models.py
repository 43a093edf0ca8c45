"""A person in the register, and what is known of them over time; what was looked for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from safehub.register.people.states import (
    DATED,
    LOSSES,
    Birth,
    Changed,
    Ending,
    NameKind,
    Scheme,
    Sex,
)


class Individual(models.Model):
    """A child, born or unborn, or an adult: one record, whatever happens to them.

    `version` goes up with each change of the record or of any part of it.
    """

    partnership = models.ForeignKey(
        "agencies.Partnership", models.PROTECT, related_name="individuals"
    )
    birth = models.CharField(max_length=10, choices=Birth.choices)
    born_on = models.DateField(null=True)
    due_on = models.DateField(null=True, help_text="When an unborn child is, or was, expected.")
    sex = models.CharField(max_length=13, choices=Sex.choices, default=Sex.UNKNOWN)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ended_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth__in=DATED, born_on__isnull=False)
                | Q(~Q(birth__in=DATED), born_on__isnull=True),
                name="individual_born_as_said",
            ),
            models.CheckConstraint(
                condition=Q(ending="", ended_on__isnull=True)
                | Q(~Q(ending=""), ended_on__isnull=False),
                name="individual_ending_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(ending="")
                | Q(ending__in=LOSSES, birth=Birth.UNBORN)
                | Q(~Q(birth=Birth.UNBORN), ending=Ending.DIED),
                name="individual_ending_as_born",
            ),
            models.CheckConstraint(
                condition=Q(born_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(born_on__lte=F("ended_on")),
                name="individual_life_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Person {self.pk} of the register"


class Name(models.Model):
    """A name as it was typed, in its script. Somebody with one name has it in either field."""

    individual = models.ForeignKey(Individual, models.CASCADE, related_name="names")
    kind = models.CharField(max_length=10, choices=NameKind.choices)
    given_names = models.TextField(blank=True)
    family_name = models.TextField(blank=True)
    used_from = models.DateField(null=True)
    used_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_names="", family_name=""), name="name_has_a_part"
            ),
            models.CheckConstraint(
                condition=Q(used_from__isnull=True)
                | Q(used_until__isnull=True)
                | Q(used_from__lte=F("used_until")),
                name="name_days_in_order",
            ),
            models.UniqueConstraint(
                fields=["individual"],
                condition=Q(kind=NameKind.CURRENT),
                name="name_current_once_an_individual",
            ),
        ]

    def __str__(self) -> str:
        return f"Name {self.pk}"


class Identifier(models.Model):
    """A number by which others know the person. Two people may have one: that is a sign, no slip
    that may be refused, since who the other is may be hidden from whoever types it."""

    individual = models.ForeignKey(Individual, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=5, choices=Scheme.choices)
    number = models.TextField()
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["scheme", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme=Scheme.LOCAL, agency__isnull=False)
                | Q(~Q(scheme=Scheme.LOCAL), agency__isnull=True),
                name="identifier_local_has_an_agency",
            ),
        ]

    def __str__(self) -> str:
        return f"Identifier {self.pk}"


class Address(models.Model):
    """Where somebody lived from a day to a day. A protected one stands in fields of its own, which
    show to fewer: nothing that reads the others can let it out."""

    individual = models.ForeignKey(Individual, models.CASCADE, related_name="addresses")
    is_protected = models.BooleanField(default=False)
    lines = models.TextField(blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    protected_lines = models.TextField(blank=True)
    protected_postcode = models.CharField(max_length=20, blank=True)
    lived_from = models.DateField(null=True)
    lived_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_protected=True, lines="", postcode="")
                | Q(is_protected=False, protected_lines="", protected_postcode=""),
                name="address_protected_is_apart",
            ),
            models.CheckConstraint(
                condition=Q(lived_from__isnull=True)
                | Q(lived_until__isnull=True)
                | Q(lived_from__lte=F("lived_until")),
                name="address_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"Address {self.pk}"


class SafeContact(models.Model):
    """Whether, how and when it is safe to make contact. The last one said counts."""

    individual = models.ForeignKey(Individual, models.CASCADE, related_name="contacts")
    how = models.TextField(help_text="By which telephone, e-mail or person, and what to say.")
    when = models.TextField(blank=True)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Safe contact {self.pk}"


class FieldHistory(models.Model):
    """What a field said before it was changed, and why it was."""

    individual = models.ForeignKey(Individual, models.CASCADE, related_name="history")
    field = models.CharField(max_length=10, choices=Changed.choices)
    before = models.TextField()
    why = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Former {self.field} {self.pk}"


class MatchKey(models.Model):
    """A blocking key of one face of a person, hashed to 63 bits: how candidates are found."""

    key = models.BigIntegerField()
    individual = models.ForeignKey(Individual, models.CASCADE, related_name="match_keys")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "individual"], name="match_key_once_an_individual"
            ),
        ]

    def __str__(self) -> str:
        return f"Key {self.pk}"


class LookUp(models.Model):
    """What somebody typed to find a person, kept for a while: who is recorded is looked up first.

    A row and no address with names in it: those would stay in histories and logs.
    """

    membership = models.ForeignKey("accounts.Membership", models.CASCADE, related_name="+")
    given_names = models.TextField(blank=True)
    family_name = models.TextField(blank=True)
    born_on = models.DateField(null=True)
    postcode = models.CharField(max_length=20, blank=True)
    nhs_number = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Look-up {self.pk}"
