"""How a commission stands."""

from __future__ import annotations

from django.db import models


class Origin(models.TextChoices):
    """Where the theme of a planned audit came from."""

    AUDIT = "audit", "An earlier audit"
    REVIEW = "review", "A review"
    INDICATOR = "indicator", "An indicator"
    INSPECTION = "inspection", "An inspection"
    OTHER = "other", "Something else"


class CommissionStatus(models.TextChoices):
    """Open until it waits for a signature; signed or discarded it never goes back."""

    OPEN = "open", "Draft"
    WAITING = "waiting", "Waits for a signature"
    SIGNED = "signed", "Signed"
    DISCARDED = "discarded", "Discarded"
