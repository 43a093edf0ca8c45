"""What a page says of the sources of a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safehub.audit.returns.models import ReturnSource, SourceKind
from safehub.foundation.govuk.parts import Fact
from safehub.foundation.govuk.wording import day

_TITLES = {
    SourceKind.PRACTITIONER: "Conversation with the practitioner",
    SourceKind.CHILD: "Feedback from the child",
    SourceKind.FAMILY: "Feedback from the family",
}


@dataclass(frozen=True)
class SourceShown:
    """One source under its heading."""

    title: str
    facts: list[Fact]


def sources_of(sources: Sequence[ReturnSource]) -> list[SourceShown]:
    """Each in the order in which it was recorded."""
    return [SourceShown(_TITLES[SourceKind(one.kind)], _facts(one)) for one in sources]


def _facts(one: ReturnSource) -> list[Fact]:
    safe = [] if one.is_safe is None else [Fact("Safe to ask", "Yes" if one.is_safe else "No")]
    if not one.was_asked:
        return [*safe, Fact("Not asked because", one.not_asked_because)]
    return [
        *safe,
        Fact("Asked", day(one.asked_on)),
        Fact("Who spoke", one.by_whom or "Not said"),
        Fact("What they said", one.words),
    ]
