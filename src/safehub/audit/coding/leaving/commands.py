"""What leaves a coding that is begun to somebody else."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from safehub.audit.coding.leaving.queries import last_marked, why_not_on, why_not_yet
from safehub.audit.coding.models import CodedText
from safehub.audit.coding.queries import action_open, coder_of, coding_open
from safehub.audit.coding.states import FIRST
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

LET_GO = "coding.let_go"


@transaction.atomic
def let_go(*, text: CodedText, by: Viewer) -> CodedText:
    """Leave the coding that is open to whoever takes it: what it marked is dropped unseen.

    Whoever codes it may at any time. Whoever else could code it may for somebody who is away: where
    nothing is marked, or nothing was for 14 days; and who had marked it is told. Raises Absent,
    NotAllowed, and NotPossible while it is too early.
    """
    now = CodedText.objects.select_for_update().get(pk=text.pk)
    check(by, action_open(now), now)
    coder = coder_of(now)
    if coder is None:
        return now
    why_not = why_not_yet(by, now)
    if why_not:
        raise NotPossible(why_not)
    marked, coding = last_marked(now), coding_open(now)
    if marked is not None and coder != by.person:
        _tell(now, coding, f"{LET_GO}.{now.pk}.{coding}.{coder}.{marked:%Y%m%d%H%M%S%f}")
    now.codes.filter(coding=coding).delete()
    if coding == FIRST:
        now.first_by = None
    else:
        now.second_by = None
    now.save(update_fields=["first_by", "second_by"])
    record(LET_GO, by=by, on=ref_of(now))
    return now


@transaction.atomic
def go_on(*, text: CodedText, begun: str, by: Viewer) -> None:
    """Hold a coding as it was opened, for what is marked in it next in the same transaction.

    Raises Absent and NotAllowed, and EditConflict where it was let go of, begun by somebody else or
    finished meanwhile.
    """
    now = CodedText.objects.select_for_update().get(pk=text.pk)
    check(by, action_open(now), now)
    why_not = why_not_on(by, now, begun)
    if why_not:
        raise EditConflict(why_not)


def _tell(text: CodedText, coding: int, once: str) -> None:
    """Whoever had marked it, by reference alone."""
    coder = text.first_by if coding == FIRST else text.second_by
    if coder is None:
        return
    audit = text.audit_return.participant.audit
    tell(
        LET_GO,
        to=coder.email,
        reference=f"text {text.pk}",
        link=reverse("audit:coded_text", args=[audit.reference, text.pk]),
        about=ref_of(text),
        once=once,
    )
