"""Where an action stands, and how it comes on."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class ActionStatus(StrEnum):
    """The states of an action."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CLOSED = "closed"


class Progress(TextChoices):
    """What its owner last said of an action that is not done."""

    ON_TRACK = "on_track", "On track"
    BEHIND = "behind", "Behind, and we know how to catch up"
    STUCK = "stuck", "Stuck: it cannot go on without help"
