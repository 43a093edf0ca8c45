"""What may be known of a birth, a sex, an ending, a name and an identifier."""

from __future__ import annotations

from django.db.models import TextChoices


class Birth(TextChoices):
    """How well the date of birth is known. An unborn child has none, and may have a due date."""

    EXACT = "exact", "The date is known"
    ESTIMATED = "estimated", "The date is an estimate"
    UNKNOWN = "unknown", "The date is not known"
    UNBORN = "unborn", "Not born yet"


# A date of birth stands with these and with no other.
DATED = (Birth.EXACT, Birth.ESTIMATED)


class Sex(TextChoices):
    """As it was recorded. Gender is another question."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    INDETERMINATE = "indeterminate", "Indeterminate"
    UNKNOWN = "unknown", "Not known"


class Ending(TextChoices):
    """That somebody died, or how a pregnancy ended without a living child."""

    DIED = "died", "Died"
    MISCARRIED = "miscarried", "Miscarriage"
    STILLBORN = "stillborn", "Stillbirth"
    TERMINATED = "terminated", "The pregnancy was ended"


LOSSES = (Ending.MISCARRIED, Ending.STILLBORN, Ending.TERMINATED)


class NameKind(TextChoices):
    """What a name is to a person. One at a time is current; the one before becomes former."""

    CURRENT = "current", "Name now"
    BIRTH = "birth", "Name at birth"
    FORMER = "former", "Former name"
    ALIAS = "alias", "Also known as"


class Scheme(TextChoices):
    """Who numbers people so."""

    NHS = "nhs", "NHS number"
    UPN = "upn", "Unique pupil number (UPN)"
    LOCAL = "local", "An agency's own number"


class Changed(TextChoices):
    """What the history of fields keeps a former state of."""

    BIRTH = "birth", "Birth"
    SEX = "sex", "Sex"


class Band(TextChoices):
    """How likely a candidate is the person that was looked for."""

    MATCH = "match", "Likely the same person"
    POSSIBLE = "possible", "May be the same person"
    LOW = "low", "Less likely"


class Outcome(TextChoices):
    """What a whole look-up came to."""

    NONE = "none", "Nobody like that is in the part of the register that you may see."
    LOW = "low", "Nobody is likely. These have something in common with what you typed."
    POSSIBLE = "possible", "Somebody may be the person. Compare before you decide."
    MATCH = "match", "One person is likely the one you look for. Compare before you decide."
    MANY = "many", "Several are likely. They may be twins, namesakes or one person recorded twice."
