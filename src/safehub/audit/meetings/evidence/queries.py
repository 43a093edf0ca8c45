"""Reading what may be kept as evidence, and what is."""

from __future__ import annotations

from collections import defaultdict

from safehub.audit.meetings.gaps.queries import meeting_seen
from safehub.audit.meetings.models import FindingEvidence, Meeting, MeetingStatement
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return
from safehub.audit.returns.presenters import answer_in_words
from safehub.audit.returns.queries import answers_shown
from safehub.foundation.access.viewer import Viewer
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


def evidence_of(meeting: Meeting) -> dict[int, list[FindingEvidence]]:
    """What each statement rests on, by its key; whoever asks has opened the meeting. One query."""
    found: dict[int, list[FindingEvidence]] = defaultdict(list)
    for one in meeting.evidence.all():
        found[one.statement_id].append(one)
    return found
