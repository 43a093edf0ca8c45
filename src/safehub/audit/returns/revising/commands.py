"""What moves a round, and all that is being answered in it, to a newer version of its tool."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from safehub.audit.programmes.commands import change_tool_version
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import ReturnEvidence, WorkingReturn
from safehub.audit.returns.revising.plans import Carried, SetAside
from safehub.audit.returns.revising.queries import Revision, newer_version, revision_of
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.models import ToolVersion

NOT_THE_NEWEST = "This is not the newest version of the tool any longer: look at what would change."

READ_AGAIN = (
    "What was sent in and is worded otherwise now is not what you have read: look again at what "
    "would change."
)


@dataclass(frozen=True)
class Moved:
    """What moving a round came to."""

    version: ToolVersion
    returns: int
    set_aside: int


@transaction.atomic
def move_round(*, audit: Audit, version: ToolVersion, by: Viewer, wording: str = "") -> Moved:
    """Move the round to that version: every return that is being answered, and what comes after.

    What was sent in stays as it was sent. An answer that no longer fits is kept beside its return.
    `wording` is the mark of what `by` has read and found to mean the same (`Revision.wording`).
    Raises EditConflict where that, the round or the newest version is another meanwhile,
    NotPossible where the terms do not allow it or a return that was sent in would not answer the
    new version.
    """
    check(by, "audit.change_tool", audit)
    newest = newer_version(by, audit)
    if newest is None or newest.pk != version.pk:
        raise EditConflict(NOT_THE_NEWEST)
    # The round first, so that nothing is begun or sent in until this is done.
    change_tool_version(audit=audit, version=version, by=by)
    revision = revision_of(audit, version)
    if not revision.is_possible:
        raise NotPossible(why_not(revision))
    if revision.wording != wording:
        raise EditConflict(READ_AGAIN)
    aside = sum(_move(working, one, version, by) for working, one in revision.open)
    return Moved(version, len(revision.open), aside)


def why_not(revision: Revision) -> str:
    """In a sentence what stands in the way, and what to do instead."""
    if revision.reasons:
        return f"{' '.join(revision.reasons)} Publish another version."
    count = len(revision.hindrances)
    returns = "1 return was" if count == 1 else f"{count} returns were"
    return (
        f"{returns} sent in that would not answer the new version. Publish one that leaves those "
        "questions as they are, or use it from the next round on."
    )


def _move(working: WorkingReturn, carried: Carried, version: ToolVersion, by: Viewer) -> int:
    before = working.tool_version
    entries = [_kept_aside(working, one, before) for one in carried.aside]
    changed = WorkingReturn.objects.filter(pk=working.pk, edition=working.edition).update(
        tool_version=version,
        answers=carried.answers,
        set_aside=[*working.set_aside, *entries],
        edition=working.edition + 1,
    )
    if not changed:
        raise EditConflict("Somebody answered in this moment: look again at what would change.")
    record(
        "return.migrated",
        by=by,
        on=ref_of(working),
        detail={
            "from": before.pk,
            "to": version.pk,
            "kept": len(carried.answers),
            "set_aside": len(entries),
        },
    )
    return len(entries)


def _kept_aside(working: WorkingReturn, one: SetAside, before: ToolVersion) -> dict[str, str]:
    """The answer as it is kept; its file goes under a name that no question can have."""
    column = f"{one.file} of version {before.pk}" if one.file else ""
    if column:
        ReturnEvidence.objects.filter(working=working, column=one.file).update(column=column)
    return {
        "question": one.question,
        "answer": one.answer,
        "why": one.why,
        "version": before.version,
        "file": column,
    }
