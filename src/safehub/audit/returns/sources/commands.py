"""What records a conversation with a practitioner, a child or a family, or why there was none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnSource, SourceKind
from safehub.audit.returns.sources.queries import why_not_changed, why_settled
from safehub.audit.returns.sources.rows import SourceTaken
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record


@dataclass(frozen=True)
class Heard:
    """What a source said; or, without `words`, why it was not asked.

    `is_safe` is asked of a child and a family alone: where it is not safe, nobody asks.
    """

    kind: SourceKind
    is_safe: bool | None = None
    not_asked_because: str = ""
    asked_on: dt.date | None = None
    by_whom: str = ""
    words: str = ""


@transaction.atomic
def add_source(*, audit_return: Return, heard: Heard, by: Viewer) -> ReturnSource:
    """Record one source of a return. Raises Absent, NotAllowed and NotPossible.

    Raises EditConflict once the return is accepted for its agency: what was signed off is what it
    rested on then.
    """
    # One at a time with each other, and with signing the return off.
    hold_round(audit_return.participant.audit_id)
    check(by, "return.add_source", audit_return)
    if why := why_settled(audit_return.pk):
        raise EditConflict(why)
    made = _kept(audit_return, heard, by)
    record("return.source_added", by=by, on=ref_of(audit_return), detail={"source": made.pk})
    return made


@transaction.atomic
def correct_source(*, source: ReturnSource, heard: Heard, by: Viewer) -> ReturnSource:
    """Put what is right in the place of a source, which is kept. Its recorder's alone.

    Raises Absent, NotAllowed, and NotPossible also once the return is accepted for its agency.
    """
    found = _to_change(source, by)
    made = _kept(found.audit_return, heard, by, corrects=found)
    detail = {"source": made.pk, "corrects": found.pk}
    record("return.source_corrected", by=by, on=ref_of(found.audit_return), detail=detail)
    return made


@transaction.atomic
def take_out_source(*, source: ReturnSource, because: str, by: Viewer) -> ReturnSource:
    """Take a source out of its return, with a reason; it is kept. Raises as `correct_source`."""
    found = _to_change(source, by)
    if not because.strip():
        raise NotPossible("Say why it is taken out.")
    found.taken_out_at, found.taken_out_because = timezone.now(), because.strip()
    found.save(update_fields=["taken_out_at", "taken_out_because"])
    on = ref_of(found.audit_return)
    record("return.source_taken_out", by=by, on=on, detail={"source": found.pk})
    return found


def _to_change(source: ReturnSource, by: Viewer) -> ReturnSource:
    """The source as it stands now, and nobody else's to change until the transaction ends."""
    hold_round(source.audit_return.participant.audit_id)
    check(by, "return.add_source", source.audit_return)
    found = ReturnSource.objects.select_related("audit_return", "corrected_by").get(pk=source.pk)
    why = why_not_changed(by, found)
    if why:
        raise NotPossible(why)
    return found


def _kept(
    audit_return: Return, heard: Heard, by: Viewer, corrects: ReturnSource | None = None
) -> ReturnSource:
    is_practitioner = heard.kind is SourceKind.PRACTITIONER
    if not is_practitioner and heard.is_safe is None:
        raise NotPossible("Say whether it was safe to ask.")
    words, because = heard.words.strip(), heard.not_asked_because.strip()
    if bool(words) == bool(because):
        raise NotPossible("Say what was said, or why nobody was asked; one of the two.")
    if words and heard.is_safe is False:
        raise NotPossible("It was not safe to ask: say why, and record no words.")
    if words and heard.asked_on is None:
        raise NotPossible("Say when you spoke.")
    return ReturnSource.objects.create(
        audit_return=audit_return,
        corrects=corrects,
        kind=heard.kind,
        is_safe=None if is_practitioner else heard.is_safe,
        was_asked=bool(words),
        not_asked_because=because,
        asked_on=heard.asked_on if words else None,
        by_whom=heard.by_whom.strip() if words else "",
        words=words,
        added_by_id=by.person,
        added_at=timezone.now(),
    )


@transaction.atomic
def keep_sources(*, audit: Audit, sources: Sequence[SourceTaken], by: Viewer) -> None:
    """Keep sources as they stand in a pack, of returns that are kept. Raises NotAllowed."""
    check(by, "audit.receive", audit)
    if not sources:
        return
    returns = Return.objects.filter(participant__audit=audit).values_list(
        *("participant__code", "respondent", "case__number", "pk")
    )
    keys = {(agency, who, case or ""): key for agency, who, case, key in returns}
    made = ReturnSource.objects.bulk_create(
        ReturnSource(
            audit_return_id=keys[one.key],
            kind=one.kind,
            is_safe=one.is_safe,
            was_asked=bool(one.words),
            not_asked_because=one.not_asked_because,
            asked_on=one.asked_on,
            by_whom=one.by_whom,
            words=one.words,
            added_at=one.recorded_at,
        )
        for one in sources
    )
    # One event for the batch: the pack is the ledger of its rows.
    record("return.source_added", by=by, on=ref_of(audit), detail={"sources": len(made)})
