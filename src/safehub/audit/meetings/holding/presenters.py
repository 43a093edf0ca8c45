"""What pages say of a meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from safehub.audit.meetings.evidence.queries import Kept
from safehub.audit.meetings.holding.forms import KINDS
from safehub.audit.meetings.holding.queries import Came, lacking
from safehub.audit.meetings.models import Attendance, FindingEvidence, Meeting, MeetingStatement
from safehub.audit.meetings.viewing.masking import NOTHING_HIDDEN, Mask
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.queries.outstanding import Outstanding
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import day, moment, plural

_NOT_SET = "Not set yet"


def plan_facts(audit: Audit, meeting: Meeting | None) -> list[Fact]:
    """When and where. The day of the terms of reference stands until a meeting is planned."""
    on = (meeting.held_on or meeting.planned_on if meeting else None) or audit.meeting_on
    facts = [
        Fact("When", _joined(day(on), meeting.starts_at if meeting else "") or _NOT_SET),
        Fact("Where", (meeting.place if meeting else "") or _NOT_SET),
    ]
    if meeting and meeting.link:
        facts.append(Fact("From elsewhere", Link("Join the meeting", meeting.link)))
    invited = moment(meeting.invited_at) if meeting else ""
    facts += [
        Fact("Agencies invited", invited or "Not yet"),
        Fact("Round opened", moment(audit.opened_at) or "Not yet: returns are their agencies' own"),
    ]
    return facts


def _joined(on: str, at: str) -> str:
    return ", ".join(part for part in (on, at) if part)


def still_out(out: Outstanding) -> str:
    """How much is missing, and what would never come in, for whoever is about to open a round."""
    if not out.missing and not out.begun:
        return "Every agency has answered on every case."
    words = []
    if out.missing:
        words.append(
            f"Of {plural(out.asked, 'answer')} asked for, one for each case and agency, "
            f"{out.missing} {'is' if out.missing == 1 else 'are'} missing."
        )
    if out.begun:
        agencies = ", ".join(f"{name} {many}" for name, many in out.by_agency)
        words.append(
            f"{plural(out.begun, 'return')} {'is' if out.begun == 1 else 'are'} begun and not "
            f"sent in ({agencies}): what is typed there can then not be sent in any more. Ask "
            "these agencies first."
        )
    return " ".join(words)


def quorum_tag(came: Sequence[Came]) -> Tag | None:
    """Whether all that must be there are; None where nobody must."""
    if not any(one.is_needed for one in came):
        return None
    if missing := [one.participant.name for one in lacking(came)]:
        return Tag(f"No quorum: {', '.join(missing)} must be here", "red")
    return Tag("There is a quorum", "green")


def quorum_in_words(came: Sequence[Came]) -> str:
    """Whether the meeting may agree anything, for whoever is about to open or decide."""
    if not any(one.is_needed for one in came):
        return (
            "Nobody has said which agencies must be here, so that any meeting has a quorum: say so "
            "under Plan the meeting."
        )
    missing = [one.participant.name for one in lacking(came)]
    if not missing:
        return "There is a quorum: every agency that must be here is."
    are = "is" if len(missing) == 1 else "are"
    return f"There is no quorum: {', '.join(missing)} must be here, and {are} not recorded as here."


def attendance_rows(came: Sequence[Came]) -> list[list[object]]:
    """A row for each agency."""
    return [
        [
            one.participant.name,
            "Yes" if one.is_needed else "No",
            Attendance.State(one.attendance.state).label if one.attendance else "Not known yet",
            one.attendance.role if one.attendance else "",
        ]
        for one in came
    ]


@dataclass(frozen=True)
class SaidShown:
    """A statement as a page shows it."""

    key: int
    text: str
    about: str
    evidence: list[str]


def said_shown(
    statements: Sequence[MeetingStatement],
    kept: Mapping[int, Sequence[Kept]],
    mask: Mask = NOTHING_HIDDEN,
) -> list[tuple[str, list[SaidShown]]]:
    """What the meeting said, under each of its headings, with the evidence kept for each.

    `mask` hides the names where the page is on a projector.
    """
    return [
        (words, [_said(one, kept.get(one.pk, ()), mask) for one in statements if one.kind == kind])
        for kind, words in KINDS.items()
    ]


def _said(statement: MeetingStatement, kept: Sequence[Kept], mask: Mask) -> SaidShown:
    about = [
        *([statement.theme.name] if statement.theme else []),
        *([f"owned by {statement.owner}"] if statement.owner else []),
        *(["seen before"] if statement.seen_before else []),
    ]
    return SaidShown(
        statement.pk,
        mask.hide(statement.text),
        mask.hide(", ".join(about)),
        [mask.hide(_rests_on(one)) for one in kept],
    )


def _rests_on(kept: Kept) -> str:
    """What it says, of what, and since when it stands so; of what alone, where that is all."""
    one = kept.evidence
    if one.kind == FindingEvidence.Kind.FIGURE:
        what = f"{one.definition}: {one.text}" if kept.is_open else f"A figure of {one.agency}"
    elif kept.is_open:
        what = f"{one.source}, {one.agency}: {one.definition} {one.text}"
    else:
        what = f"{one.source}, {one.agency}"
    return f"{what} (as on {day(one.kept_at)})"


def case_links(audit: Audit, numbers: Sequence[str]) -> list[Link]:
    """Each case that may be looked at together."""
    return [
        Link(f"Case {number}", reverse("audit:meeting_case", args=[audit.reference, number]))
        for number in numbers
    ]


def theme_links(audit: Audit) -> list[Link]:
    """Each theme. One query."""
    return [
        Link(
            f"{theme.position} {theme.name}",
            reverse("audit:meeting_theme", args=[audit.reference, theme.code]),
        )
        for theme in audit.themes.all()
    ]
