"""Reading what a return rests on beside the record."""

from __future__ import annotations

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnSource, SignedOff, SignOff
from safehub.audit.returns.sources.rows import SourceTaken
from safehub.foundation.access.decision import classes_of, open_record
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent


def sources_shown(found: Return, classes: frozenset[FieldClass]) -> list[ReturnSource]:
    """The sources of an opened return, to whoever sees its opinions. At most one query.

    Also those that were corrected or taken out: what is shown of them is for the caller to say.
    """
    if FieldClass.OPINION not in classes:
        return []
    return list(found.sources.select_related("corrected_by"))


def stands(source: ReturnSource) -> bool:
    """Whether the source was neither corrected nor taken out."""
    return source.taken_out_at is None and not hasattr(source, "corrected_by")


def source_with(viewer: Viewer, found: Return, key: int) -> ReturnSource:
    """One source of an opened return, to whoever sees its opinions. Raises Absent. Two queries."""
    sources = sources_shown(found, classes_of(viewer, "return.see", found))
    source = next((one for one in sources if one.pk == key), None)
    if source is None:
        raise Absent("There is no such source on this return.")
    return source


def why_not_changed(viewer: Viewer, source: ReturnSource) -> str:
    """Why the viewer does not correct the source or take it out; blank where they may. One query.

    Whether they may record one on the return is asked before.
    """
    if not stands(source):
        return "This was corrected or taken out meanwhile: look at the return again."
    if viewer.person is None or source.added_by_id != viewer.person:
        return "Only whoever recorded this corrects it or takes it out: ask them."
    return why_settled(source.audit_return_id)


def why_settled(audit_return: int) -> str:
    """Why what the return rests on stays as it is; blank until it is accepted. One query."""
    accepted = SignOff.objects.filter(
        version__audit_return=audit_return, version__is_latest=True, outcome=SignedOff.ACCEPTED
    )
    if not accepted.exists():
        return ""
    return (
        "Your agency has accepted this return, and what it rests on with it. To change it, or to "
        "add to it, answer the case again first."
    )


def return_to_add_to(viewer: Viewer, reference: str, key: int, action: str) -> Return:
    """A return, opened to record a source of it. Raises Absent and NotAllowed. Two queries."""
    found = Return.objects.filter(participant__audit__reference=reference)
    return open_record(viewer, action, found.select_related("case", "participant__audit"), pk=key)


def sources_taken(audit: Audit) -> list[SourceTaken]:
    """Every source that stands on the audit's returns, in the order of the returns. One query."""
    found = ReturnSource.objects.filter(
        audit_return__participant__audit=audit, corrected_by=None, taken_out_at=None
    )
    return [
        SourceTaken(
            key=(
                one.audit_return.participant.code,
                one.audit_return.respondent,
                one.audit_return.case.number or "",
            ),
            kind=one.kind,
            is_safe=one.is_safe,
            asked_on=one.asked_on,
            by_whom=one.by_whom,
            words=one.words,
            not_asked_because=one.not_asked_because,
            recorded_at=one.added_at,
        )
        for one in found.select_related("audit_return__participant", "audit_return__case").order_by(
            "audit_return__position", "added_at", "pk"
        )
    ]
