"""What is kept from a moderator of a return, so that a second grade is given blind.

A rater who knows the first rating leans towards it (anchoring): the two are then no measure of
agreement (Krippendorff 2004, chapter 11: coders work independently).
"""

from __future__ import annotations

from safehub.audit.programmes.models import Audit
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.expressions import Expression
from safehub.instruments.models import ToolVersion
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import Question, Tool

_NOTHING: frozenset[str] = frozenset()


def is_blind(viewer: Viewer, audit: Audit) -> bool:
    """A moderator, of a round with grades that the meeting has not opened yet."""
    gathers = audit.opened_at is None and bool(audit.grading_question)
    return gathers and viewer.role is Role.AUDIT_MODERATOR


def kept_from(viewer: Viewer, audit: Audit, version: ToolVersion) -> frozenset[str]:
    """The questions whose answers, and whether they were asked, are kept from the viewer."""
    if not is_blind(viewer, audit):
        return _NOTHING
    return hanging_on(tool_of(version), audit.grading_question)


def hanging_on(tool: Tool, question: str) -> frozenset[str]:
    """The question and all that would tell its answer: what is worked out from it or asked for it.

    Also through others, and through the conditions of the groups around them.
    """
    found = {question}
    while True:
        more = {
            item.name
            for item in tool.items
            if item.name not in found
            and any(found & expression.references for expression in _decide(item))
        }
        if not more:
            return frozenset(found)
        found |= more


def _decide(item: Question) -> list[Expression]:
    """What decides whether it is asked, which choices it has, or what its answer is."""
    told = [*item.relevant, item.calculation, item.default, item.choice_filter, item.required]
    return [one for one in told if one is not None]


def plain_name(column: str) -> str:
    """The question of a column: `q` of `q[2]`."""
    return column.partition("[")[0]
