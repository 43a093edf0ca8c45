"""What pages say of gaps and actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.actions.models import Action, ActionUpdate
from safehub.audit.actions.rules import Level, Rag, rag_of
from safehub.audit.actions.states import ActionStatus, Progress
from safehub.audit.meetings.gaps.queries import heading_of
from safehub.audit.meetings.models import Gap
from safehub.audit.returns.presenters import MASKED
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.parts import Colour, Fact, Link, Moment, Tag
from safehub.foundation.govuk.wording import day, moment

_COLOURS: dict[Level, Colour] = {
    "red": "red",
    "amber": "yellow",
    "green": "green",
    "done": "blue",
    "closed": "grey",
}
STATUS_WORDS = {
    ActionStatus.OPEN.value: "Not begun",
    ActionStatus.IN_PROGRESS.value: "Under way",
    ActionStatus.DONE.value: "Done",
    ActionStatus.CLOSED.value: "Closed",
}


@dataclass(frozen=True)
class GapShown:
    """A gap as a page shows it, with its actions. `key` is None where it may not be opened."""

    heading: str
    text: str
    owner: str
    before: list[str]
    rows: list[list[object]]
    key: int | None


@dataclass(frozen=True)
class ThemeShown:
    """A theme with its gaps."""

    heading: str
    gaps: list[GapShown]


def standing(action: Action, on: dt.date) -> Rag:
    """How it stands on that day."""
    return rag_of(status=action.status, progress=action.progress, due_on=action.due_on, on=on)


def tag_of(action: Action, on: dt.date) -> Tag:
    """How it stands, in words on a tint."""
    rag = standing(action, on)
    return Tag(rag.words, _COLOURS[rag.level])


def themes_shown(
    gaps: Sequence[Gap],
    actions: Sequence[Action],
    *,
    are_gaps_shown: bool,
    worded: frozenset[int],
    before: Mapping[int, list[Gap]],
    on: dt.date,
) -> list[ThemeShown]:
    """Gaps under their themes, by position and letter.

    Where the viewer may not see what the meeting agreed, the gaps are those of the actions that
    they may see, without their words.
    """
    every = {gap.pk: gap for gap in [*gaps, *(one.gap for one in actions)]}
    themes: dict[str, list[GapShown]] = {}
    for gap in sorted(every.values(), key=lambda one: (one.theme.position, one.letter)):
        of_gap = [one for one in actions if one.gap_id == gap.pk]
        shown = GapShown(
            heading=heading_of(gap),
            text=gap.text if are_gaps_shown else MASKED,
            owner=gap.owner if are_gaps_shown else "",
            before=[_round(one) for one in before.get(gap.pk, [])],
            rows=[_row(one, worded, on) for one in of_gap],
            key=gap.pk if are_gaps_shown else None,
        )
        themes.setdefault(f"{gap.theme.position} {gap.theme.name}", []).append(shown)
    return [ThemeShown(heading, held) for heading, held in themes.items()]


def _round(gap: Gap) -> str:
    audit = gap.meeting.audit
    return f"{audit.title} ({day(audit.period_from)} to {day(audit.period_to)}), {heading_of(gap)}"


def _row(action: Action, worded: frozenset[int], on: dt.date) -> list[object]:
    return [
        _link(action, worded),
        action.owner_agency.name,
        day(action.due_on) or "Not set",
        tag_of(action, on),
    ]


def _link(action: Action, worded: frozenset[int]) -> Link:
    text = action.text if action.pk in worded else f"Action {action.pk}"
    return Link(text, reverse("audit:action", args=[action.gap.meeting.audit.reference, action.pk]))


def own_rows(actions: Sequence[Action], worded: frozenset[int], on: dt.date) -> list[list[object]]:
    """A row for each action of the viewer's own agency, or for each that they may check."""
    return [
        [
            _link(one, worded),
            f"{one.gap.meeting.audit.title}, {heading_of(one.gap)}",
            day(one.due_on) or "Not set",
            tag_of(one, on),
        ]
        for one in actions
    ]


def action_facts(action: Action, classes: frozenset[FieldClass], on: dt.date) -> list[Fact]:
    """What was agreed; what the viewer may not see is masked."""
    words = FieldClass.OPINION in classes
    return [
        Fact("What is to be done", action.text if words else MASKED),
        Fact("On gap", f"{heading_of(action.gap)}, {action.gap.theme.name}"),
        Fact("Agency that owns it", action.owner_agency.name),
        Fact("Who sees to it", action.person if FieldClass.STAFF in classes else MASKED),
        Fact("Due", day(action.due_on)),
        Fact("How one will know", action.measure if words else MASKED),
        Fact("Where it is", STATUS_WORDS.get(action.status, action.status)),
        Fact("How it stands", tag_of(action, on)),
    ]


def update_moments(updates: Sequence[ActionUpdate], classes: frozenset[FieldClass]) -> list[Moment]:
    """What was said of an action, the latest first."""
    words = FieldClass.OPINION in classes
    return [
        Moment(
            title=_said(one),
            at=moment(one.made_at),
            by=_by(one) if FieldClass.STAFF in classes else "",
            body=_body(one) if words else MASKED,
        )
        for one in updates
    ]


def _said(update: ActionUpdate) -> str:
    if update.works is not None:
        return "Checked: it works" if update.works else "Checked: it does not work yet"
    if update.status == ActionStatus.DONE:
        return "Said to be done"
    return Progress(update.progress).label


def _by(update: ActionUpdate) -> str:
    return f"by {update.made_by.name if update.made_by else 'the operator of the machine'}"


def _body(update: ActionUpdate) -> str:
    return (
        f"{update.text} Evidence of impact: {update.evidence}" if update.evidence else update.text
    )
