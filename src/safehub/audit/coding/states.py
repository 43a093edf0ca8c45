"""Where a text stands that is to be coded, and which way a passage points."""

from __future__ import annotations

from django.db import models

UNCODED, AWAITED, SETTLED, OPENED = "uncoded", "awaited", "settled", "opened"
SUPERSEDED = "superseded"
FIRST, SECOND = 1, 2


class Polarity(models.TextChoices):
    """Which way a passage points: the three headings of what agencies say of themselves."""

    WORKING_WELL = "working_well", "Working well"
    WORRIED_ABOUT = "worried_about", "Worried about"
    NEEDS_TO_HAPPEN = "needs_to_happen", "Needs to happen"
