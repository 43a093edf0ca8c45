"""The steps of an audit one at a time, each on what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from safehub.audit.actions.commands import agree_actions
from safehub.audit.meetings.commands import record_meeting
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import audit_of_pack, terms_of
from safehub.audit.returns import judging
from safehub.audit.returns.commands import Received, keep_summative_reports, receive_returns
from safehub.audit.returns.rows import ReturnRow
from safehub.audit.returns.summaries import Summary
from safehub.audit.sampling.commands import draw_sample, withdraw_cases
from safehub.audit.sampling.queries import sample_of
from safehub.exchange.audit_pack import narrative_files
from safehub.exchange.audit_pack.intake import RefusedAtRisk
from safehub.exchange.audit_pack.reading import ImmediateRisk, Pack
from safehub.exchange.audit_pack.storing import commission
from safehub.exchange.audit_pack.terms_file import ReadTerms
from safehub.exchange.audit_pack.yaml_files import read_yaml
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents.spreadsheets import read_workbook
from safehub.foundation.errors import NotFound, Refused
from safehub.foundation.mistakes import FileMistakes, Mistakes
from safehub.instruments.queries import tool_of

ACTIONS, MEETING, SUMMATIVE = "actions.csv", "meeting.yaml", "summative.yaml"


@transaction.atomic
def create(pack: Pack, by: Viewer) -> Audit:
    """Commission the audit that the pack begins: the stored one, if it is stored already."""
    found = audit_of_pack(pack.sha256)
    if found is not None:
        check(by, "audit.see", found)
        return found
    audit = commission(pack, by)
    if pack.terms.withdrawals:
        draw_sample(audit=audit, plan=pack.terms.plan, by=by)
        withdraw_cases(audit=audit, withdrawals=pack.terms.withdrawals, by=by)
    return audit


@dataclass(frozen=True)
class CameIn:
    """What a batch of papers from agencies came to."""

    returns: Received
    summaries: int
    at_risk: tuple[ImmediateRisk, ...]
    remarks: tuple[str, ...]


@transaction.atomic
def receive(audit: Audit, paths: Sequence[Path], by: Viewer) -> CameIn:
    """Take in returns (CSV, workbooks) and summative reports: all of them or none.

    Raises RefusedAtRisk with every mistake in any of them, NotFound and NotPossible.
    """
    check(by, "audit.receive", audit)
    terms = known_terms(audit)
    tool = tool_of(audit.tool_version)
    sample = sample_of(audit)
    agreed = agreed_at(audit)
    held_on = agreed.held_on if agreed else None
    expected = judging.Expected(
        terms=terms,
        tool=tool,
        cases=frozenset(case.number for case in sample.cases),
        size=sample.drawn.size,
        today=audit.meeting_on or held_on or audit.period_to,
    )
    mistakes = Mistakes()
    rows: list[ReturnRow] = []
    summaries: list[Summary] = []
    for path in _files(paths, ("returns.csv", SUMMATIVE), set(terms.agencies)):
        of_file = mistakes.of(path.name)
        if path.name == SUMMATIVE:
            root = read_yaml(path.read_bytes(), of_file)
            summaries += narrative_files.read_summaries(root, terms, tool) if root else []
        elif path.suffix == ".xlsx":
            rows += _workbook(path, expected, of_file)
        elif path.suffix == ".csv":
            rows += judging.read_returns_csv(path.read_bytes(), expected, of_file)
        else:
            of_file.add("", path.name, "returns as .csv or .xlsx, or summative.yaml")
    at_risk = tuple(dict.fromkeys(ImmediateRisk(*who) for who in expected.at_risk))
    if len(mistakes):
        raise RefusedAtRisk(list(mistakes), list(at_risk))
    received = receive_returns(audit=audit, tool=tool, rows=rows, by=by)
    keep_summative_reports(audit=audit, summaries=summaries, by=by)
    return CameIn(received, len(summaries), at_risk, tuple(mistakes.remarks))


def _workbook(path: Path, expected: judging.Expected, mistakes: FileMistakes) -> list[ReturnRow]:
    if path.stem not in expected.terms.agencies:
        mistakes.add("", path.stem, "a workbook named by the code of an agency of the audit")
        return []
    sheets = read_workbook(path, mistakes, judging.WORKBOOK)
    if sheets is None:
        return []
    rows = sheets.get(judging.SHEET)
    return judging.read_returns_workbook(path.stem, rows, expected, mistakes)


@transaction.atomic
def hold_meeting(audit: Audit, paths: Sequence[Path], by: Viewer) -> tuple[str, ...]:
    """Record what the meeting agreed, and actions. Gives remarks. Raises Refused and NotFound."""
    terms = known_terms(audit)
    mistakes = Mistakes()
    meeting = None
    actions = None
    for path in sorted(_files(paths, (MEETING, ACTIONS)), key=lambda p: p.name != MEETING):
        of_file = mistakes.of(path.name)
        if path.name == ACTIONS:
            against = meeting or _stored_gaps(audit)
            actions = narrative_files.read_actions(path.read_bytes(), terms, against, of_file)
        elif path.suffix in {".yaml", ".yml"}:
            root = read_yaml(path.read_bytes(), of_file)
            meeting = narrative_files.read_meeting(root, terms) if root else None
        else:
            of_file.add("", path.name, f"{MEETING} or {ACTIONS}")
    if len(mistakes):
        raise Refused(list(mistakes))
    if meeting is not None:
        if actions is not None:
            # Those on gaps that go must go first; those on gaps that stay are the same actions.
            stay = _stored_gaps(audit).gaps.keys() & meeting.gaps.keys()
            kept = [action for action in actions if action.gap in stay]
            agree_actions(audit=audit, actions=kept, by=by)
        record_meeting(audit=audit, agreed=meeting.agreed(), by=by)
    if actions is not None:
        agree_actions(audit=audit, actions=actions, by=by)
    return tuple(mistakes.remarks)


def _stored_gaps(audit: Audit) -> narrative_files.ReadMeeting:
    agreed = agreed_at(audit)
    gaps = {gap.reference: gap for gap in agreed.gaps} if agreed else {}
    return narrative_files.ReadMeeting(gaps=gaps)


def known_terms(audit: Audit) -> ReadTerms:
    """The stored terms as rows are judged by: nothing in them is in doubt."""
    terms = terms_of(audit)
    return ReadTerms(
        title=terms.title,
        board=terms.board,
        kind=terms.kind.value,
        period_from=terms.period_from,
        period_to=terms.period_to,
        agencies={agency.code: agency for agency in terms.agencies},
        agencies_certain=True,
        themes={theme.code: theme for theme in terms.themes},
        themes_certain=True,
        grading=terms.grading,
        meeting_on=terms.meeting_on,
    )


def _files(
    paths: Iterable[Path], names: Sequence[str], agencies: Collection[str] = ()
) -> list[Path]:
    """The files named; of a folder, those of these names, and workbooks in it or its returns/.

    In the folder itself only workbooks named by an agency are returns: its tool lies there too.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [path / name for name in names if (path / name).is_file()]
            if agencies:
                inside += sorted(p for p in path.glob("*.xlsx") if p.stem in agencies)
                inside += sorted(
                    p for p in (path / "returns").glob("*.xlsx") if not p.name.startswith("~$")
                )
            if not inside:
                raise NotFound(f"There is no {' or '.join(names)} in the folder {path}.")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise NotFound(f"There is no file {path}.")
    return found
