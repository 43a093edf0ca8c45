"""What a page says of the sources of a return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import ReturnSource, SourceKind
from safehub.audit.returns.sources.queries import stands
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.parts import Fact
from safehub.foundation.govuk.wording import day

_TITLES = {
    SourceKind.PRACTITIONER: "Conversation with the practitioner",
    SourceKind.CHILD: "Feedback from the child",
    SourceKind.FAMILY: "Feedback from the family",
}


@dataclass(frozen=True)
class SourceShown:
    """One source under its heading, and where it is corrected by whoever recorded it."""

    title: str
    facts: list[Fact]
    href: str = ""


def sources_of(
    viewer: Viewer, audit: Audit, sources: Sequence[ReturnSource], *, changes: bool
) -> list[SourceShown]:
    """Each that stands, in the order in which it was recorded; with `changes`, one's own to change.

    Whether a return is accepted already is said on the page that a link leads to.
    """
    return [
        SourceShown(
            _TITLES[SourceKind(one.kind)],
            _facts(one),
            reverse("audit:correct_source", args=[audit.reference, one.audit_return_id, one.pk])
            if changes and viewer.person is not None and one.added_by_id == viewer.person
            else "",
        )
        for one in sources
        if stands(one)
    ]


def sources_before(sources: Sequence[ReturnSource]) -> list[SourceShown]:
    """Each that was corrected or taken out, with when: for its own agency."""
    return [
        SourceShown(_TITLES[SourceKind(one.kind)], [*_gone(one), *_facts(one)])
        for one in sources
        if not stands(one)
    ]


def _gone(one: ReturnSource) -> list[Fact]:
    if one.taken_out_at is None:
        return [Fact("Corrected", day(one.corrected_by.added_at))]
    return [Fact("Taken out", day(one.taken_out_at)), Fact("Why", one.taken_out_because)]


def initial_of(one: ReturnSource) -> dict[str, object]:
    """What the form that corrects it begins with."""
    return {
        "does": "correct",
        "kind": one.kind,
        "is_safe": {None: "", True: "yes", False: "no"}[one.is_safe],
        "was_asked": "yes" if one.was_asked else "no",
        "not_asked_because": one.not_asked_because,
        "asked_on": one.asked_on,
        "by_whom": one.by_whom,
        "words": one.words,
    }


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
