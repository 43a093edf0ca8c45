"""What is stored of a round, as workbooks are made for it and held against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.text import slugify

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import terms_of
from safehub.audit.programmes.terms import Participant, Terms
from safehub.audit.returns.queries import rows_of
from safehub.audit.returns.rows import ReturnRow
from safehub.audit.returns.workbooks.blank import Blank
from safehub.audit.returns.workbooks.fingerprint import Fingerprint, mark_of
from safehub.audit.sampling.queries import drawn_sample, frame_cells, sample_of
from safehub.audit.sampling.rules import Sample
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


def _file_names(respondents: Iterable[str]) -> dict[str, str]:
    """A name for the file of each, by which people know whose it is."""
    found: dict[str, str] = {}
    for respondent in respondents:
        name = slugify(respondent, allow_unicode=True)[:60].strip("-") or "respondent"
        times = sum(other == name or other.startswith(f"{name}-") for other in found.values())
        found[respondent] = f"{name}-{times + 1}" if times else name
    return found


def cases_asked(audit: Audit) -> list[tuple[str, Mapping[str, str]]]:
    """The cases that are asked about: number, and the cells of its referral."""
    cells = {row["referral_id"]: row for row in frame_cells(audit)}
    return [(case.number, cells[case.referral_id]) for case in sample_of(audit).asked]
