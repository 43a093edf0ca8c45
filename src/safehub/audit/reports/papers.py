"""The papers of an audit as files: what may be published, and what stays restricted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from safehub.audit.programmes.models import Audit
from safehub.audit.reports.commands import Report
from safehub.audit.reports.figures_file import FIGURE_COLUMNS, figure_cells
from safehub.audit.returns.rows import IMMEDIATE_RISK
from safehub.audit.returns.workbooks.queries import Respondents, blanks
from safehub.audit.returns.workbooks.writing import is_untouched, write_workbook
from safehub.audit.sampling.rules import Sample
from safehub.foundation.documents.html import to_html
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tables import write_csv
from safehub.foundation.documents.word import to_word
from safehub.foundation.errors import NotPossible
from safehub.instruments.tools import YES

PUBLISHABLE, RESTRICTED = "publishable", "restricted"

Say = Callable[[str], None]


def write_papers(folder: Path, audit: Audit, report: Report, say: Say) -> None:
    """Write `publishable/` and `restricted/` into the folder, in place of those of a former run.

    Both are written beside and moved in whole, so that a run cut short leaves no half of them.
    """
    make_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".safehub-") as temporary:
        beside = Path(temporary)
        say("Writing the report")
        write_publishable(beside / PUBLISHABLE, report)
        say("Writing the restricted papers")
        write_restricted(beside / RESTRICTED, audit, report)
        for name in (PUBLISHABLE, RESTRICTED):
            _put(beside / name, folder / name)


def make_folder(folder: Path) -> None:
    """Make the folder for papers. Raises NotPossible where it cannot be made or written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NotPossible(
            f"The folder {folder} cannot be written to ({error.strerror}): name another."
        ) from error


def _put(new: Path, place: Path) -> None:
    """Put the new papers into their place; files there that are not ours stay.

    A workbook of a former run goes, unless somebody has written in it.
    """
    place.mkdir(mode=new.stat().st_mode & 0o777, exist_ok=True)
    place.chmod(new.stat().st_mode & 0o777)
    for path in sorted(new.iterdir()):
        if path.is_dir():
            for stale in (place / path.name).glob("*.xlsx"):
                if not (path / stale.name).exists() and is_untouched(stale):
                    stale.unlink()
            _put(path, place / path.name)
        else:
            path.replace(place / path.name)


def write_publishable(folder: Path, report: Report) -> None:
    """The report in four forms, and every figure: no id, respondent or free text of a return."""
    folder.mkdir(mode=0o755)
    (folder / "report.json").write_text(report.version.report_json, encoding="utf-8", newline="\n")
    (folder / "report.html").write_text(to_html(report.document), encoding="utf-8", newline="\n")
    (folder / "report.docx").write_bytes(to_word(report.document))
    (folder / "report.pdf").write_bytes(to_pdf(report.document))
    rows = (figure_cells(figure) for figure in report.material.figures.listed)
    write_csv(folder / "figures.csv", FIGURE_COLUMNS, rows)


def write_restricted(folder: Path, audit: Audit, report: Report) -> None:
    """What links numbers to children: the sample, workbooks, evidence, immediate risk."""
    folder.mkdir(mode=0o700)
    material = report.material
    write_sample(folder / "sample.csv", material.sample)
    write_workbooks(folder / "workbooks", audit)
    write_csv(
        folder / "evidence.csv",
        ("figure", "agency", "respondent", "case"),
        (
            (figure.name, figure.agency, respondent, case)
            for figure in material.figures.listed
            for respondent, case in figure.evidence
        ),
    )
    write_csv(
        folder / "immediate_risk.csv",
        ("agency", "respondent", "case"),
        (
            (row.agency, row.respondent, row.case)
            for row in material.rows
            if row.answers.get(IMMEDIATE_RISK) == YES
        ),
    )
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def write_sample(path: Path, sample: Sample) -> None:
    """The link from case number to referral: drawn cases by number, then reserves by rank."""
    used = {case.referral_id: case.number for case in sample.cases if case.is_reserve}
    rows = [(c.number or "", c.referral_id, c.stratum, "no") for c in sample.drawn.cases]
    rows += [
        (used.get(c.referral_id, ""), c.referral_id, c.stratum, "yes")
        for c in sample.drawn.reserves
    ]
    write_csv(path, ("case", "referral_id", "stratum", "reserve"), rows)


def write_workbooks(folder: Path, audit: Audit, who: Respondents | None = None) -> list[Path]:
    """A workbook for each agency, or for each respondent named, with what it needs to find cases.

    Gives the files. Those of respondents lie in a folder of their agency.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    written = []
    for name, blank in blanks(audit, who):
        path = folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_workbook(path, blank)
        written.append(path)
    return written
