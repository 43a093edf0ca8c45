"""How a commission stands."""

from __future__ import annotations

from django.db import models


class CommissionStatus(models.TextChoices):
    """Open until it waits for a signature; signed or discarded it never goes back."""

    OPEN = "open", "Draft"
    WAITING = "waiting", "Waits for a signature"
    SIGNED = "signed", "Signed"
    DISCARDED = "discarded", "Discarded"
