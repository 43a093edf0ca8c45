"""Writing a stored audit as a pack, so that it can move to another installation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from safehub.audit.coding.queries import texts_taken
from safehub.audit.meetings.attending.queries import attendance_of, details_of
from safehub.audit.meetings.attending.rows import NO_DETAILS
from safehub.audit.meetings.queries import agreed_at
from safehub.audit.moderation.queries import looks_taken
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.terms import Statement
from safehub.audit.reports.material import Material, material_of
from safehub.audit.returns.judging import BASE
from safehub.audit.returns.rows import Printed
from safehub.audit.returns.sources.queries import sources_taken
from safehub.audit.sampling.queries import frame_cells, frame_drawn
from safehub.exchange.audit_pack import (
    attendance_file,
    codes_file,
    details_file,
    draws_file,
    sources_file,
)
from safehub.exchange.audit_pack.attendance_file import attendance_rows
from safehub.exchange.audit_pack.moderation_file import COLUMNS, moderation_rows
from safehub.exchange.audit_pack.narrative_files import ACTION_COLUMNS
from safehub.exchange.audit_pack.sources_file import sources_rows
from safehub.exchange.audit_pack.terms_file import FILE, PACK_VERSIONS
from safehub.exchange.audit_pack.yaml_writing import Data, Key, keyed, write_yaml
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.documents.tables import write_csv
from safehub.foundation.errors import NotPossible
from safehub.instruments.tools import Tool
from safehub.instruments.writing import write_sheets

_TOOL = "tool.xlsx"
_DANGEROUS_LINE = re.compile(rb"(^|[,\n\r])\s*\"?\s*'*[=+\-@]")


def write_pack(audit: Audit, folder: Path, by: Viewer) -> None:
    """Write the pack into a new or empty folder. Raises NotPossible and NotAllowed.

    It says `neutralised: true`; the frame is the very file that came in, unless a spreadsheet
    program would act on a cell of it.
    """
    check(by, "audit.export", audit)
    material = material_of(audit)
    _make_folder(folder)
    looks, texts, attended = looks_taken(audit), texts_taken(audit), attendance_of(audit)
    frame, sources, details = frame_drawn(audit), sources_taken(audit), details_of(audit)
    # An audit without what only version 2 has is written as before, byte for byte.
    is_more = bool(looks or texts or attended or sources) or frame.is_more_than_a_draw
    is_more |= details != NO_DETAILS
    version = PACK_VERSIONS[1] if is_more else PACK_VERSIONS[0]
    write_yaml(folder / FILE, _terms(audit, material, version))
    write_sheets(audit.tool_version.sheets, folder / _TOOL, is_neutralised=True)
    _write_frame(folder, audit, material)
    if frame.is_more_than_a_draw:
        write_yaml(folder / draws_file.FILE, draws_file.draws_data(frame))
    _write_returns(folder / "returns.csv", material)
    if material.summaries:
        write_yaml(folder / "summative.yaml", _summaries(material))
    # Of one that is only planned nothing was agreed, and reading it would open the round.
    if audit.opened_at is not None or agreed_at(audit) is not None:
        write_yaml(folder / "meeting.yaml", _meeting(material))
    if material.actions:
        _write_actions(folder / "actions.csv", material)
    if looks:
        write_csv(folder / "moderation.csv", COLUMNS, moderation_rows(looks))
    if texts:
        write_csv(folder / "codes.csv", codes_file.COLUMNS, codes_file.codes_rows(texts))
    if attended:
        rows = attendance_rows(attended)
        write_csv(folder / attendance_file.FILE, attendance_file.COLUMNS, rows)
    if sources:
        write_csv(folder / sources_file.FILE, sources_file.COLUMNS, sources_rows(sources))
    if details != NO_DETAILS:
        write_yaml(folder / details_file.FILE, details_file.details_data(details))
    for path in folder.iterdir():
        path.chmod(0o600)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotPossible(
            f"The folder {folder} cannot be made ({error.strerror}): name another."
        ) from error
    if any(folder.iterdir()):
        raise NotPossible(f"The folder {folder} is not empty: name a new one.")


def _terms(audit: Audit, material: Material, version: int) -> Data:
    terms = material.terms
    grading = terms.grading
    return {
        Key("pack_version"): version,
        Key("neutralised"): True,
        **keyed(
            title=terms.title,
            board=terms.board,
            kind=terms.kind.value,
            owner=terms.owner,
            programme=terms.programme,
            commissioned_by=terms.commissioned_by,
            commissioned_on=terms.commissioned_on,
            reason=terms.reason,
            period={Key("from"): terms.period_from, Key("to"): terms.period_to},
            returns_due_on=terms.returns_due_on,
            meeting_on=terms.meeting_on,
            key_lines_of_enquiry=list(terms.key_lines_of_enquiry),
            invented=[what.value for what in terms.invented],
            sample=_sample(material),
            tool=_TOOL,
            grading=keyed(question=grading.question, met_good=list(grading.met_good))
            if grading
            else None,
            agencies=[
                keyed(code=a.code, name=a.name, kind=a.kind, respondent_unit=a.respondent_unit)
                for a in terms.agencies
            ],
        ),
        Key("themes"): [
            keyed(
                code=theme.code,
                name=theme.name,
                key_line_of_enquiry=theme.is_key_line_of_enquiry or None,
            )
            for theme in terms.themes
        ],
    }


def _sample(material: Material) -> Data:
    excluded = [keyed(referral_id=e.referral_id, reason=e.reason) for e in material.exclusions]
    return draws_file.sample_data(material.plan, excluded, material.withdrawals)


def _write_frame(folder: Path, audit: Audit, material: Material) -> None:
    frame = material.frame
    data = uploads.kept(settings.UPLOADS, frame.sha256)
    harmless = data is not None and (
        frame.is_neutralised
        or frame.file_name.endswith(".xml")
        or not _DANGEROUS_LINE.search(data.removeprefix(b"\xef\xbb\xbf"))
    )
    if data is not None and harmless:
        (folder / frame.file_name).write_bytes(data)
        return
    columns = list(frame.columns)
    rows = ([cells.get(name, "") for name in columns] for cells in frame_cells(audit))
    write_csv(folder / "frame.csv", columns, rows)


def _write_returns(path: Path, material: Material) -> None:
    names = [column.name for column in material.tool.columns]
    rows = (
        [row.agency, row.respondent, row.case, row.status]
        + [row.answers.get(name, "") for name in names]
        for row in material.rows
    )
    write_csv(path, [*BASE, *names], rows)


def _statements(statements: Sequence[Statement]) -> list[Any]:
    return [
        keyed(text=s.text, theme=s.theme, owner=s.owner, seen_before=s.seen_before or None)
        for s in statements
    ]


def _summaries(material: Material) -> list[Data]:
    return [
        keyed(
            agency=summary.agency,
            overview=summary.overview,
            working_well=_statements(summary.working_well),
            worried_about=_statements(summary.worried_about),
            actions=_statements(summary.actions),
            figures=[_printed(printed, material.tool) for printed in summary.printed],
        )
        for summary in material.summaries
    ]


def _printed(printed: Printed, tool: Tool) -> Data:
    for question in tool.questions:
        for choice in question.choices:
            if printed.figure == f"{question.name}.{choice.name}":
                return keyed(
                    question=question.name, answer=choice.name, count=printed.count, of=printed.of
                )
    return keyed(**{printed.figure: printed.count}, of=printed.of)


def _meeting(material: Material) -> Data:
    agreed = material.agreed
    gaps: Data = {}
    for gap in agreed.gaps:
        item = keyed(text=gap.text, owner=gap.owner)
        gaps.setdefault(gap.theme, {})[gap.letter] = item
    return keyed(
        held_on=agreed.held_on,
        findings=_statements(agreed.findings),
        working_well=_statements(agreed.working_well),
        worried_about=_statements(agreed.worried_about),
        gaps=gaps or None,
        next_steps=_statements(agreed.next_steps),
    )


def _write_actions(path: Path, material: Material) -> None:
    rows = (
        (
            action.gap,
            action.text,
            action.owner_agency,
            action.person,
            action.due_on.isoformat() if action.due_on else "",
            action.measure,
            action.status.value,
        )
        for action in material.actions
    )
    write_csv(path, ACTION_COLUMNS, rows)
