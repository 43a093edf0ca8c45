"""What the page says on which a round is moved to a newer version of its tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.revising.queries import Revision
from safehub.foundation.govuk.parts import Fact, Link
from safehub.instruments.models import ToolVersion

CLOSED = "A case that is not open to you"


def facts_of(audit: Audit, version: ToolVersion) -> list[Fact]:
    """Which tool, which version the round has, and which it may have."""
    return [
        Fact("Tool", version.title),
        Fact("The round has", f"Version {audit.tool_version.version}"),
        Fact(
            "It may be moved to",
            Link(f"Version {version.version}", reverse("tools:version", args=[version.pk])),
        ),
    ]


def open_rows(revision: Revision, open_to: Mapping[str, bool]) -> list[list[object]]:
    """A row for each return that is being answered: counts and questions, never an answer."""
    return [
        [
            _name(one.case.number or "", one.participant.name, open_to),
            len(carried.answers),
            _counted(carried.dropped),
            _counted(carried.again),
            len(carried.added),
        ]
        for one, carried in revision.open
    ]


def hindrance_rows(revision: Revision, open_to: Mapping[str, bool]) -> list[list[object]]:
    """A row for each return that was sent in and stands in the way, with its questions."""
    names = dict(revision.audit.participants.values_list("code", "name"))
    return [
        [
            _name(one.row.case, names.get(one.row.agency, one.row.agency), open_to),
            "; ".join(one.questions),
        ]
        for one in revision.hindrances
    ]


def difference_rows(revision: Revision) -> list[list[object]]:
    """A row for each difference; whether it bears on what was sent in is told below them."""
    return [[one.where or "The tool itself", one.words] for one in revision.differences]


def reworded_rows(revision: Revision) -> list[list[object]]:
    """A row for each question or choice that returns that were sent in have in other words."""
    return [
        [f"An answer to “{one.of}”" if one.of else "A question", one.before, one.after]
        for one in revision.reworded
    ]


def _name(case: str, agency: str, open_to: Mapping[str, bool]) -> str:
    return f"Case {case}, {agency}" if open_to.get(case) else CLOSED


def _counted(questions: Sequence[str]) -> str:
    return f"{len(questions)}: {'; '.join(questions)}" if questions else "0"
