"""Where conflicts, broken glass and alerts stand."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class ConflictState(StrEnum):
    """A declared or confirmed conflict shuts out; a suspected or cleared one does not."""

    DECLARED = "declared"
    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"


SHUTS_OUT = (ConflictState.DECLARED, ConflictState.CONFIRMED)
# What waits for somebody's word; and what stands or waits.
UNDECIDED = (ConflictState.DECLARED, ConflictState.SUSPECTED)
OPEN = (*UNDECIDED, ConflictState.CONFIRMED)


class GlassCategory(TextChoices):
    """Why glass may be broken."""

    IMMEDIATE_RISK = "immediate_risk", "A child may be at immediate risk"
    OUT_OF_HOURS = "out_of_hours", "Out of hours, and nobody who may look can be reached"
    COVER = "cover", "Covering for somebody who is away"
    LEGAL = "legal", "A court or the police need an answer now"


class GlassOutcome(TextChoices):
    """What the review of broken glass came to."""

    JUSTIFIED = "justified", "Justified"
    NOT_JUSTIFIED = "not_justified", "Not justified"


class AlertKind(TextChoices):
    """What an alert is about."""

    CONFLICTED_LOOK = "conflicted_look", "Somebody in conflict tried to look"
    SUSPECTED_CONFLICT = "suspected_conflict", "Somebody may be in conflict"
    GLASS_BROKEN = "glass_broken", "Glass was broken"
    SEAL_TRIED = "seal_tried", "Somebody whom a seal shuts out tried to change it"
    SEAL_LIFTING = "seal_lifting", "A guardian asked to lift a seal"
    SEAL_LIFTED = "seal_lifted", "Two guardians lifted a seal"
    SEAL_MET = "seal_met", "A search is like a person whom a seal hides"


OF_SEAL = (
    AlertKind.SEAL_TRIED,
    AlertKind.SEAL_LIFTING,
    AlertKind.SEAL_LIFTED,
    AlertKind.SEAL_MET,
)
