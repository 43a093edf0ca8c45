"""Reading what may be kept as evidence, and what is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from safehub.audit.meetings.gaps.queries import meeting_seen
from safehub.audit.meetings.models import FindingEvidence, Meeting, MeetingStatement
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return
from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.returns.queries import answers_shown
from safehub.foundation.access.decision import classes_shown, may, visible_to
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.instruments.queries import tool_of


def findings_to_support(viewer: Viewer, audit: Audit) -> dict[str, MeetingStatement]:
    """The findings of the meeting that the viewer may open, by key. Two queries."""
    meeting = meeting_seen(viewer, audit)
    if meeting is None:
        return {}
    found = meeting.statements.filter(kind=MeetingStatement.Kind.FINDING.value)
    return {str(one.pk): one for one in found.select_related("meeting__audit")}


def passages_of(viewer: Viewer, found: Return) -> dict[str, tuple[str, str]]:
    """Each answer of the return as (question, answer in words), by the question's name.

    Nothing where the viewer may not read it. At most four queries.
    """
    shown = answers_shown(viewer, found)
    questions = tool_of(shown.version.tool_version).by_name
    return {
        name: (questions[name].label or name, answer_in_words(questions[name], answer))
        for name, answer in shown.answers.items()
        if answer and name in questions
    }


@dataclass(frozen=True)
class Kept:
    """What a statement rests on. `is_open`: the viewer may read what it says, and its number."""

    evidence: FindingEvidence
    is_open: bool


def evidence_of(viewer: Viewer, meeting: Meeting) -> dict[int, list[Kept]]:
    """What each statement rests on, by its key; whoever asks has opened the meeting.

    A passage is open to whoever may read its return, and a figure once the round is opened, before
    that to whoever may see figures. One query; five more where there are passages, and one for
    figures while the round is gathering.
    """
    every = list(meeting.evidence.all())
    passages = [one for one in every if one.kind == FindingEvidence.Kind.PASSAGE]
    readable = _readable(viewer, meeting, passages) if passages else frozenset()
    figures = len(passages) < len(every) and (
        meeting.audit.opened_at is not None or may(viewer, "audit.see_figures", meeting.audit)
    )
    found: dict[int, list[Kept]] = defaultdict(list)
    for one in every:
        is_open = figures if one.kind == FindingEvidence.Kind.FIGURE else _from(one) in readable
        found[one.statement_id].append(Kept(one, is_open))
    return found


def source_of(case: str) -> str:
    """How kept evidence names the case that a passage is of."""
    return f"Case {case}"


def _from(one: FindingEvidence) -> tuple[str, str]:
    return one.source, one.agency


def _readable(
    viewer: Viewer, meeting: Meeting, passages: Sequence[FindingEvidence]
) -> frozenset[tuple[str, str]]:
    """The case and agency of those passages of which the viewer may read each return.

    Kept evidence does not say which of an agency's respondents it is of: all of them are asked.
    """
    rows = Return.objects.filter(
        participant__audit=meeting.audit_id, participant__name__in={one.agency for one in passages}
    ).values_list("pk", "case__number", "participant__name")
    wanted = {_from(one) for one in passages}
    of = {
        key: (source_of(case or ""), agency)
        for key, case, agency in rows
        if (source_of(case or ""), agency) in wanted
    }
    seen = visible_to(viewer, "return.see", Return.objects.filter(pk__in=of))
    facts = facts_of(viewer, "returns.return", list(seen.values_list("pk", flat=True)))
    read = {
        key
        for key, known in facts.items()
        if FieldClass.OPINION in classes_shown(viewer, "return.see", known)
    }
    return frozenset(of.values()) - {source for key, source in of.items() if key not in read}
