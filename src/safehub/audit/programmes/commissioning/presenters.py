"""What pages say of commissions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from markupsafe import Markup

from safehub.audit.programmes.commissioning.drafting import (
    agencies_of_draft,
    graded_questions,
    steps_of_draft,
)
from safehub.audit.programmes.commissioning.forms import METHODS
from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.plans import Method
from safehub.audit.programmes.states import CommissionStatus
from safehub.audit.programmes.steps import WORDS
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import NotPossible
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, plural
from safehub.instruments.queries import tool_of

NOT_SAID = "Not said yet"
MASKED = "Hidden from you"
_COLOURS = {
    CommissionStatus.OPEN: Tag("Draft", "blue"),
    CommissionStatus.WAITING: Tag("Waits for a signature", "yellow"),
    CommissionStatus.SIGNED: Tag("Signed", "green"),
    CommissionStatus.DISCARDED: Tag("Discarded", "grey"),
}


def state_of(draft: CommissionDraft) -> Tag:
    """How far it is."""
    return _COLOURS[CommissionStatus(draft.status)]


def commission_rows(drafts: Iterable[CommissionDraft]) -> list[list[object]]:
    """A row for each."""
    return [
        [
            Link(one.title, reverse("commissions:commission", args=[one.pk])),
            one.kind.capitalize(),
            day(one.starts_on),
            state_of(one),
        ]
        for one in drafts
    ]


def _listed(lines: Sequence[str]) -> object:
    if not lines:
        return NOT_SAID
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup('<ul class="govuk-list govuk-list--bullet">{}</ul>').format(items)


def _change(draft: CommissionDraft, part: str, what: str, *, is_writer: bool) -> list[Link]:
    if not is_writer:
        return []
    return [Link("Change", reverse(f"commissions:{part}", args=[draft.pk]), hidden=what)]


def about_facts(
    draft: CommissionDraft, classes: frozenset[FieldClass], *, is_writer: bool
) -> list[Fact]:
    """What the audit is about; who answers for it is hidden from who may not see staff."""
    acts = _change(draft, "about", "what the audit is about", is_writer=is_writer)
    period = f"{day(draft.period_from)} to {day(draft.period_to)}" if draft.period_to else NOT_SAID
    owner = draft.owner if FieldClass.STAFF in classes else MASKED
    return [
        Fact("Title", draft.title, acts),
        Fact("Kind", draft.kind.capitalize()),
        Fact("Referrals from", period),
        Fact("Why it is done", draft.reason or NOT_SAID),
        Fact("Commissioned by", draft.commissioned_by or NOT_SAID),
        Fact("Answers for it", owner or NOT_SAID),
        Fact("Programme", draft.programme or NOT_SAID),
        Fact("Key lines of enquiry", _listed(draft.key_lines_of_enquiry)),
    ]


def design_facts(draft: CommissionDraft, *, is_writer: bool) -> list[Fact]:
    """Themes, agencies, tool, grading and sample. One query."""
    agencies = [
        f"{agency.name} (each {unit} answers)" if unit else agency.name
        for agency, unit in agencies_of_draft(draft)
    ]
    themes = [
        f"{name} ({code}{', key line of enquiry' if is_line else ''})"
        for code, name, is_line in draft.themes
    ]
    version = draft.tool_version
    tool = f"{version.title}, version {version.version}" if version else NOT_SAID

    def acts(part: str, what: str) -> list[Link]:
        return _change(draft, part, what, is_writer=is_writer)

    return [
        Fact("Themes", _listed(themes), acts("themes", "themes")),
        Fact("Agencies", _listed(agencies), acts("agencies", "agencies")),
        Fact("Audit tool", tool, acts("tool", "the audit tool")),
        Fact("Grading", grading_words(draft), acts("grading", "grading") if version else []),
        Fact("Sample", sample_words(draft), acts("sample", "the sample")),
    ]


def grading_words(draft: CommissionDraft) -> str:
    """Which question grades the work, and what is good or better."""
    if not draft.grading_question or draft.tool_version is None:
        return "The cases are not graded"
    found = {one.name: one for one in graded_questions(tool_of(draft.tool_version))}
    question = found.get(draft.grading_question)
    if question is None:
        return NOT_SAID
    good = [one.label or one.name for one in question.choices if one.name in draft.met_good]
    return f"{question.label or question.name} Good or better: {', '.join(good)}"


def sample_words(draft: CommissionDraft) -> str:
    """How cases are chosen."""
    method = Method(draft.sample_method)
    words = f"{METHODS[method]}. A case is a {draft.sample_unit}."
    if method is Method.RANDOM:
        size = plural(draft.sample_size, "case") if draft.sample_size else "How many is not said"
        words += f" {size}, {draft.sample_reserve} in reserve, seed {draft.sample_seed}."
    if draft.sample_column:
        words += f" By {draft.sample_column}."
    return words


def step_rows(draft: CommissionDraft) -> list[list[object]]:
    """A row for each step; none where the calendar does not reach so far."""
    try:
        steps = steps_of_draft(draft)
    except NotPossible:
        return []
    begun = day(draft.starts_on)
    return [
        [
            WORDS[one.step],
            f"{one.on:%A} {day(one.on)}",
            "Set by hand"
            if one.offset is None
            else f"{plural(one.offset, 'working day')} after {begun}",
        ]
        for one in steps
    ]
