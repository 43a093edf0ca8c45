"""What is stored of a round, as workbooks are made for it and held against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.utils.text import slugify

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.models import Participant as StoredParticipant
from safehub.audit.programmes.queries import terms_of
from safehub.audit.programmes.terms import Participant, Terms
from safehub.audit.returns.models import Return, SentWorkbook, WorkingReturn
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.rows import SUBMITTED, ReturnRow
from safehub.audit.returns.workbooks.blank import Blank
from safehub.audit.returns.workbooks.fingerprint import Fingerprint, mark_of
from safehub.audit.sampling.queries import (
    cases_drawn,
    drawn_sample,
    frame_cells,
    frame_of,
    sample_of,
)
from safehub.audit.sampling.rows import REQUIRED, columns_chosen
from safehub.audit.sampling.rules import Sample
from safehub.foundation.access.decision import classes_shown, visible_to
from safehub.foundation.access.queries import facts_of, labelled
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.documents import uploads
from safehub.foundation.errors import Absent
from safehub.foundation.records import RecordRef
from safehub.foundation.trail.commands import noted
from safehub.instruments.queries import tool_of
from safehub.instruments.tools import QuestionType, Tool

Key = tuple[str, str, str]
# By agency and respondent, the numbers of the cases that they are asked about; none is all.
Respondents = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class StoredRound:
    """A round and its returns as they stand. `mark` is its fingerprint, without an agency.

    `today` is the day by which answers are judged.
    """

    terms: Terms
    tool: Tool
    sample: Sample
    mark: Fingerprint
    today: dt.date
    rows: tuple[ReturnRow, ...]

    @cached_property
    def kept(self) -> Mapping[Key, ReturnRow]:
        """The latest version of each return, by agency, respondent and case."""
        return {(row.agency, row.respondent, row.case): row for row in self.rows}

    @property
    def files(self) -> Mapping[Key, Mapping[str, str]]:
        """The files that came by the page, by return and question."""
        names = {
            column.name for column in self.tool.columns if column.question.type is QuestionType.FILE
        }
        found = {
            key: {name: text for name, text in row.answers.items() if name in names}
            for key, row in self.kept.items()
            if names
        }
        return {key: held for key, held in found.items() if held}


def stored_round(audit: Audit) -> StoredRound:
    """The round as it stands. Raises NotPossible where no sample was drawn. About ten queries."""
    meeting = getattr(audit, "meeting", None)
    return StoredRound(
        terms=terms_of(audit),
        tool=tool_of(audit.tool_version),
        sample=sample_of(audit),
        mark=fingerprint_of(audit),
        today=audit.meeting_on or (meeting and meeting.held_on) or audit.period_to,
        rows=tuple(rows_of(audit)),
    )


def fingerprint_of(audit: Audit, agency: str = "", respondent: str = "") -> Fingerprint:
    """The fingerprint of the round's workbooks. Raises NotPossible where no sample was drawn."""
    drawn = drawn_sample(audit)
    # A withdrawal changes nothing here: no number comes to mean another referral by it.
    cases = [(case.number, case.referral_id) for case in (*drawn.cases, *drawn.reserves)]
    days = (audit.period_from.isoformat(), audit.period_to.isoformat())
    return Fingerprint(
        audit=mark_of([audit.partnership.name, audit.title, audit.kind, *days]),
        title=audit.title,
        period=" to ".join(days),
        tool=audit.tool_version.sha256[:16],
        tool_version=audit.tool_version.version,
        sample=mark_of(cases),
        agency=agency,
        respondent=respondent,
    )


def respondents_of(audit: Audit) -> dict[str, dict[str, list[str]]]:
    """Who has been heard of so far: by agency and respondent, the cases they answer on."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows_of(audit):
        if row.respondent:
            found.setdefault(row.agency, {}).setdefault(row.respondent, []).append(row.case)
    return found


def blanks(audit: Audit, who: Respondents | None = None) -> Iterator[tuple[str, Blank]]:
    """An empty workbook for each agency, or for each respondent named, and the name of its file.

    A respondent of whom no cases are named is asked about all. Raises NotPossible where no sample
    was drawn.
    """
    mark, terms, tool = fingerprint_of(audit), terms_of(audit), tool_of(audit.tool_version)
    asked = cases_asked(audit)

    def blank(agency: Participant, respondent: str = "", cases: Iterable[str] = ()) -> Blank:
        wanted = set(cases) or {number for number, _ in asked}
        return Blank(
            terms=terms,
            agency=agency,
            tool=tool,
            cases=[case for case in asked if case[0] in wanted],
            respondent=respondent,
            fingerprint=replace(mark, agency=agency.code, respondent=respondent),
            today=audit.meeting_on,
        )

    for agency in terms.agencies:
        if who is None:
            yield f"{agency.code}.xlsx", blank(agency)
            continue
        names = _file_names(sorted(who.get(agency.code, {})))
        for respondent, name in names.items():
            yield (
                f"{agency.code}/{name}.xlsx",
                blank(agency, respondent, who[agency.code][respondent]),
            )


def own_blank(viewer: Viewer, audit: Audit, participant: StoredParticipant) -> Blank:
    """An empty workbook of one agency for somebody who may take it away.

    It has the cases that are open to the viewer, and of each what identifies the child only where
    the viewer may take that away; each such look is noted. Raises NotPossible where no sample was
    drawn. About twelve queries.
    """
    terms, tool = terms_of(audit), tool_of(audit.tool_version)
    agency = next(one for one in terms.agencies if one.code == participant.code)
    drawn = cases_drawn(audit).filter(number__isnull=False)
    open_to = dict(visible_to(viewer, "case.see", drawn).values_list("number", "pk"))
    linked = set(visible_to(viewer, "case.see_link", drawn).values_list("pk", flat=True))
    shown = {key for key in _identified(viewer, open_to.values()) if key in linked}
    for key in sorted(shown):
        noted(
            "case.see_link",
            by=viewer,
            on=RecordRef("sampling.case", key),
            classes=_IDENTIFYING,
        )
    return Blank(
        terms=terms,
        agency=agency,
        tool=tool,
        cases=[
            (number, cells if open_to[number] in shown else dict.fromkeys(cells, ""))
            for number, cells in _cases_shown(audit)
            if number in open_to
        ],
        respondent=viewer.unit if agency.respondent_unit else "",
        fingerprint=fingerprint_of(
            audit, agency.code, viewer.unit if agency.respondent_unit else ""
        ),
        today=audit.meeting_on,
    )


_IDENTIFYING = (FieldClass.IDENTITY, FieldClass.PROTECTED)


def _identified(viewer: Viewer, cases: Iterable[int]) -> Iterator[int]:
    """The cases of which the viewer sees who the child is; taking it away was asked for before."""
    found = facts_of(viewer, "sampling.case", cases)
    # A label would not travel with a workbook: such a child is looked up on the case's page.
    bearing = labelled("sampling.case", found)
    for key, facts in found.items():
        if key not in bearing and set(_IDENTIFYING) <= classes_shown(viewer, "case.see", facts):
            yield key


def sent_workbook(viewer: Viewer, audit: Audit) -> SentWorkbook | None:
    """What the viewer sent in last. One query."""
    return SentWorkbook.objects.filter(audit=audit, membership=viewer.membership).first()


def waiting_workbook(viewer: Viewer, audit: Audit) -> SentWorkbook | None:
    """The same where nothing of it is taken yet. One query."""
    sent = sent_workbook(viewer, audit)
    return sent if sent is not None and sent.taken_at is None else None


def bytes_sent(viewer: Viewer, audit: Audit) -> tuple[SentWorkbook, bytes]:
    """The same with its bytes. Raises Absent where there is none. One query."""
    sent = sent_workbook(viewer, audit)
    data = uploads.kept(settings.UPLOADS, sent.sha256) if sent is not None else None
    if sent is None or data is None:
        raise Absent("You have sent in no workbook.")
    return sent, data


def closed_to(
    viewer: Viewer, audit: Audit, rows: Iterable[ReturnRow], action: str = "return.begin"
) -> list[str]:
    """The cases of those rows that the viewer may not answer, by number. Three queries.

    With `case.see`, those that the office may not see, nor what was submitted on them.
    """
    drawn = cases_drawn(audit).filter(number__isnull=False)
    may_begin = set(visible_to(viewer, action, drawn).values_list("number", flat=True))
    kept = Return.objects.filter(
        participant__audit=audit, versions__is_latest=True, versions__status=SUBMITTED
    )
    seen = set(visible_to(viewer, "return.see", kept).values_list("pk", flat=True))
    keys = {
        (code, respondent, case): pk
        for pk, code, respondent, case in kept.values_list(
            "pk", "participant__code", "respondent", "case__number"
        )
    }
    return sorted(
        {
            row.case
            for row in rows
            if row.case not in may_begin
            or keys.get((row.agency, row.respondent, row.case), -1) not in {-1, *seen}
        }
    )


def answered_on_pages(audit: Audit, rows: Iterable[ReturnRow]) -> list[str]:
    """The cases of those rows that somebody is answering on pages, by number. One query."""
    begun = set(
        WorkingReturn.objects.filter(participant__audit=audit).values_list(
            "participant__code", "respondent", "case__number"
        )
    )
    return sorted({row.case for row in rows if (row.agency, row.respondent, row.case) in begun})


def _file_names(respondents: Iterable[str]) -> dict[str, str]:
    """A name for the file of each, by which people know whose it is."""
    found: dict[str, str] = {}
    for respondent in respondents:
        name = slugify(respondent, allow_unicode=True)[:60].strip("-") or "respondent"
        times = sum(other == name or other.startswith(f"{name}-") for other in found.values())
        found[respondent] = f"{name}-{times + 1}" if times else name
    return found


def cases_asked(audit: Audit) -> list[tuple[str, Mapping[str, str]]]:
    """The cases that are asked about: number, and the cells of its referral.

    Without the columns chosen as the name, birth, address and family of a child: a workbook is
    kept, and those are shown only until an agency has said whether it knows the child.
    """
    told = columns_chosen(frame_of(audit).mapping)
    cells = {
        row["referral_id"]: {name: cell for name, cell in row.items() if name not in told}
        for row in frame_cells(audit)
    }
    return [(case.number, cells[case.referral_id]) for case in sample_of(audit).asked]


def _cases_shown(audit: Audit) -> list[tuple[str, Mapping[str, str]]]:
    """The same for an agency that takes its workbook away by itself.

    While no column was chosen as one that tells who a child is, any may be one, and none is there;
    the office's own workbooks have what its frame has, since the office sends them.
    """
    asked = cases_asked(audit)
    if columns_chosen(frame_of(audit).mapping):
        return asked
    return [
        (number, {name: cell for name, cell in cells.items() if name in REQUIRED})
        for number, cells in asked
    ]
