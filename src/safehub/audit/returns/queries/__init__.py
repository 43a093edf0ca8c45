"""Reading returns and summative reports from the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement
from safehub.audit.returns.blinding import kept_from, plain_name
from safehub.audit.returns.grid import (
    BEGUN,
    CASES_A_PAGE,
    NO_RETURN,
    Answer,
    Cell,
    Grid,
    counts_of,
    standing_of,
)
from safehub.audit.returns.models import (
    Return,
    ReturnEvidence,
    ReturnVersion,
    SummativeReport,
    SummativeStatement,
)
from safehub.audit.returns.queries.asking import Asking
from safehub.audit.returns.queries.showing import showing_to
from safehub.audit.returns.rows import Printed, ReturnRow
from safehub.audit.returns.summaries import Summary
from safehub.foundation.access.decision import (
    check,
    classes_of,
    may,
    open_record,
    visible_to,
)
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.judging import CONTENT
from safehub.foundation.access.queries import LabelShown, labels_shown
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.paging import paged
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import noted
from safehub.instruments.responses import answers_of


def rows_of(
    audit: Audit, *, agency: str = "", questions: frozenset[str] | None = None
) -> list[ReturnRow]:
    """The latest version of every return, or of one agency's, in the order in which they came.

    With `questions`, answers to these alone. One query.
    """
    of_agency = {"audit_return__participant__code": agency} if agency else {}
    found = (
        ReturnVersion.objects.filter(
            audit_return__participant__audit=audit, is_latest=True, **of_agency
        )
        .order_by("audit_return__position")
        .values_list(
            "audit_return__participant__code",
            "audit_return__respondent",
            "audit_return__case__number",
            "status",
            "response",
            "not_asked",
        )
    )
    return [
        ReturnRow(
            agency,
            respondent,
            case or "",
            status,
            answers_of(response if questions is None else _narrowed(response, questions)),
            frozenset(hidden),
        )
        for agency, respondent, case, status, response, hidden in found.iterator()
    ]


def _narrowed(response: Mapping[str, Any], questions: frozenset[str]) -> dict[str, Any]:
    """The response with the answers to these questions alone, each in its group."""

    def found(items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for item in items:
            if item.get("linkId") in questions:
                yield item
            elif "item" in item:
                yield {**item, "item": list(found(item["item"]))}

    return {**response, "item": list(found(response["item"]))}


def summaries_of(audit: Audit) -> list[Summary]:
    """The summative reports, in the order in which they came."""
    reports = SummativeReport.objects.filter(participant__audit=audit).prefetch_related(
        "statements__theme", "printed_numbers"
    )
    return [
        Summary(
            agency=report.participant.code,
            overview=report.overview,
            working_well=_statements(report, SummativeStatement.Kind.WORKING_WELL),
            worried_about=_statements(report, SummativeStatement.Kind.WORRIED_ABOUT),
            actions=_statements(report, SummativeStatement.Kind.ACTION),
            printed=tuple(Printed(p.figure, p.count, p.of) for p in report.printed_numbers.all()),
        )
        for report in reports.select_related("participant").order_by("position")
    ]


def _statements(report: SummativeReport, kind: SummativeStatement.Kind) -> tuple[Statement, ...]:
    return tuple(
        Statement(s.text, s.theme.code if s.theme else None, s.owner or None)
        for s in report.statements.all()
        if s.kind == kind
    )


def grid_for(viewer: Viewer, audit: Audit, page: str | None = None) -> Grid | None:
    """A page of the round's grid as far as the viewer may see it; None where they see none of it.

    An agency sees its own column until the round is opened. Of a return that is not submitted yet
    its own agency and the coordinator see that it is begun, and no more. Nine queries.
    """
    if not may(viewer, "audit.see_grid", audit):
        return None
    check(viewer, "audit.see_grid", audit)
    asking = Asking(viewer, audit.pk)
    cases = asking.cases()
    part = paged(page, size=CASES_A_PAGE, total=len(cases))
    shown = cases[part.part]
    on_page = [pk for pk, _, _ in shown]
    found: dict[tuple[int, str], list[tuple[int, Answer]]] = {}
    for key, case, code, status, known, signed in asking.returns(on_page):
        found.setdefault((case, code), []).append((key, Answer(status, known, signed or "")))
    is_begun = asking.begun(on_page)
    settled = asking.settled()
    drafts = asking.drafts()
    columns = _columns(viewer, audit, set(settled))
    agencies = tuple((code, name) for code, name, _ in columns)
    codes = [code for code, _ in agencies]
    showing = showing_to(viewer, audit)
    asked = sum(gone is None for _, _, gone in cases)
    return Grid(
        agencies=agencies,
        cases=tuple(number for _, number, _ in shown),
        cells={
            (number, code): _cell(found.get((pk, code), []), is_begun=(pk, code) in is_begun)
            for pk, number, _ in shown
            for code in codes
        },
        withdrawn=frozenset(number for _, number, gone in shown if gone is not None),
        paged=part,
        asked=asked,
        counts={
            code: counts_of(asked, settled.get(code, {}), drafts.get(code, 0)) for code in codes
        },
        hidden=frozenset(
            code for code, _, is_own in columns if not showing.is_of_returns(of_own_agency=is_own)
        ),
        unbegun=frozenset(
            code for code, _, is_own in columns if not showing.is_of_begun(of_own_agency=is_own)
        ),
        shows_cases=bool(cases) or showing.is_of_cases,
    )


def _columns(viewer: Viewer, audit: Audit, seen: set[str]) -> tuple[tuple[str, str, bool], ...]:
    """All agencies for those who see every return; else the viewer's own and those opened to it.

    Code and name of each, and whether it is the viewer's own.
    """
    everybody = may(viewer, "audit.see_every_return", audit)
    return tuple(
        (code, name, agency == viewer.organisation)
        for code, name, agency in Asking(viewer, audit.pk).agencies()
        if everybody or code in seen or agency == viewer.organisation
    )


def _cell(returns: list[tuple[int, Answer]], *, is_begun: bool) -> Cell:
    if not returns:
        return BEGUN if is_begun else NO_RETURN
    standing = standing_of(tuple(answer for _, answer in returns), is_begun=is_begun)
    return Cell(standing, tuple(key for key, _ in returns), len(returns))


def return_of(viewer: Viewer | None, reference: str, key: int) -> Return:
    """One return of the audit of that reference, opened. Raises Absent. Two queries."""
    returns = (
        Return.objects.filter(participant__audit__reference=reference)
        .select_related("case", "participant__audit__tool_version")
        .defer("participant__audit__tool_version__sheets")
    )
    return open_record(viewer, "return.see", returns, pk=key)


def files_shown(viewer: Viewer, found: Return, shown: Shown) -> list[ReturnEvidence]:
    """The files of the latest version that the viewer may open. One query."""
    if not may(viewer, "return.see_evidence", found):
        return []
    files = {one.column: one for one in found.evidence.order_by("pk")}
    return [one for column, one in files.items() if shown.answers.get(column) == one.name]


def file_of(viewer: Viewer, found: Return, key: int) -> ReturnEvidence:
    """A file of a return, to be handed out. Raises Absent and NotAllowed. One query."""
    check(viewer, "return.see_evidence", found, context=Context(Channel.EXPORT))
    file = found.evidence.filter(pk=key).first()
    # A file says as much as the answer that it goes with: who may not read that has no file.
    if file is None or FieldClass.OPINION not in classes_of(viewer, "return.see", found):
        raise Absent("There is no such file.")
    audit = found.participant.audit
    if plain_name(file.column) in kept_from(viewer, audit, audit.tool_version):
        raise Absent("There is no such file.")
    return file


@dataclass(frozen=True)
class Shown:
    """What of a return the viewer may see: a version of it, and which classes of fields.

    `kept` are the questions that are kept from a moderator, with all that hangs on the grade.
    """

    version: ReturnVersion
    answers: dict[str, str]
    not_asked: frozenset[str]
    classes: frozenset[FieldClass]
    labels: tuple[LabelShown, ...]
    kept: frozenset[str] = frozenset()


def answers_shown(viewer: Viewer, found: Return, version: int | None = None) -> Shown:
    """The latest version of the return, or that with the key, masked for the viewer.

    Two queries, four with labels.
    """
    versions = found.versions.select_related("tool_version", "sign_off").defer(
        "tool_version__sheets"
    )
    which = {"is_latest": True} if version is None else {"pk": version}
    return _masked(viewer, found, versions.get(**which))


def _masked(viewer: Viewer, found: Return, version: ReturnVersion) -> Shown:
    classes = classes_of(viewer, "return.see", found)
    opinion = FieldClass.OPINION in classes
    kept = kept_from(viewer, found.participant.audit, version.tool_version)
    answers = answers_of(version.response) if opinion else {}
    noted("return.see", by=viewer, on=ref_of(found), classes=classes & CONTENT)
    return Shown(
        version=version,
        answers={name: one for name, one in answers.items() if plain_name(name) not in kept},
        not_asked=frozenset(version.not_asked) - kept if opinion else frozenset(),
        classes=classes,
        labels=labels_shown(viewer, "returns.return", found.pk, classes),
        kept=kept,
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """A return that the viewer may open: its key, the number of its case, its agency's name."""

    pk: int
    case: str
    agency: str


def returns_behind(
    viewer: Viewer, audit: Audit, agency: str, pairs: Iterable[tuple[str, str]]
) -> list[Opened]:
    """Of the returns that a figure counts, as (respondent, case), those the viewer may open.

    One query.
    """
    wanted = set(pairs)
    found = (
        visible_to(
            viewer,
            "return.see",
            Return.objects.filter(participant__audit=audit, participant__code=agency),
        )
        .order_by("case__number", "respondent")
        .values_list("pk", "respondent", "case__number", "participant__name")
    )
    return [
        Opened(key, case or "", name)
        for key, respondent, case, name in found
        if (respondent, case or "") in wanted
    ]
