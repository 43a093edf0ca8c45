"""A hub's workers, a pack that is nearly ready to go, and deciding all its hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.disclosure import commands
from safehub.foundation.disclosure.models import Disclosure
from safehub.foundation.disclosure.outgoing import (
    Labels,
    NotTo,
    Outgoing,
    OutgoingFile,
    OutgoingItem,
    OutgoingTo,
    SharingTerms,
)
from safehub.foundation.disclosure.states import HitDecision

from .disclosure_canaries import PROTECTED

TERMS = SharingTerms(
    purpose="Minutes of the conference",
    lawful_basis="public_task",
    necessity="The solicitor represents the child.",
    consent="not_sought",
    consent_reason="It would put the child at risk.",
    family_told="told",
)
SOLICITOR = OutgoingTo("Ravi Firth", "p-9", "1 Quarry Hill", "ravi@example.org", ("solicitor",))
FATHER = OutgoingTo("Leon Castellan", "p-2", "", "leon@example.org", ("father",))
TEXT = "Grace was seen at 12 Alderwick Close on Monday. All may be well."
MINUTES = OutgoingItem("meeting", "1", "Minutes", TEXT)
LETTER = OutgoingItem(
    "letter", "2", "Letter", "Nothing to see.", OutgoingFile("b.txt", b"Also nothing to see.")
)
NOT_TO_FATHER = Labels(not_to=(NotTo(relation="father"),))


@dataclass
class Hub:
    """Asha prepares, Cara clears, Ben works elsewhere, Dev has no such role."""

    asha: Viewer
    cara: Viewer
    ben: Viewer
    dev: Viewer


def outgoing(*items: OutgoingItem, to: tuple[OutgoingTo, ...] = (SOLICITOR,)) -> Outgoing:
    return Outgoing(items or (MINUTES, LETTER), to, PROTECTED)


def decide_all(disclosure: Disclosure, by: Viewer) -> None:
    """Mask what can be masked and is suggested, keep the rest, and look at what is unread."""
    for word in disclosure.found_words.filter(decision=""):
        masks = word.item_id is not None and word.part in {"title", "text"} and word.text != "may"
        decision = HitDecision.MASKED if masks else HitDecision.KEPT
        commands.decide_hit(words=[word], decision=decision, reason="It is a word.", by=by)
    parts = list(disclosure.unread_parts.filter(answer=""))
    if parts:
        commands.answer_unread(parts=parts, answer="A logo.", by=by)


Ready = Callable[..., Disclosure]
