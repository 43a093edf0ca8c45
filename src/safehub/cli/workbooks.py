"""`safehub audit workbooks` and `safehub audit take`: workbooks out, and filled ones in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safehub.cli.audits import FOLDER, named, out_option, refuse, tell_of_risk
from safehub.cli.telling import note
from safehub.foundation.errors import Refused
from safehub.foundation.mistakes import printable

if TYPE_CHECKING:
    from safehub.audit.returns.workbooks.filled import Filled


@click.command(short_help="Write the agencies' workbooks.")
@click.argument("reference")
@out_option("The folder for the workbooks: restricted, for it links case numbers to referrals.")
@click.option(
    "--each-respondent",
    is_flag=True,
    help="Also one for each respondent from whom something has come already.",
)
@click.option(
    "--respondents",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Also one for each in this CSV file: agency,respondent,case. A blank case is all cases.",
)
def workbooks(reference: str, out: Path, each_respondent: bool, respondents: Path | None) -> None:
    """Write a workbook for each agency of the audit named REFERENCE.

    Where respondents answer within an agency, each can have a workbook of its own. Those lie in a
    folder named by the agency.

    \b
    Examples:
      safehub audit workbooks meadowshire-2026 --out restricted/workbooks
      safehub audit workbooks meadowshire-2026 --out restricted/workbooks --respondents gps.csv
    """
    found, _ = named(reference, "audit.write_workbooks")
    from safehub.audit.reports.papers import write_sample, write_workbooks
    from safehub.audit.returns.workbooks.queries import respondents_of
    from safehub.audit.returns.workbooks.respondents import read_respondents
    from safehub.audit.sampling.queries import sample_of

    who = respondents_of(found) if each_respondent else {}
    if respondents is not None:
        try:
            listed = read_respondents(respondents, found)
        except Refused as refused:
            refuse(refused, as_json=False)
            return
        for agency, cases in listed.items():
            who[agency] = {**who.get(agency, {}), **cases}
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = write_workbooks(out, found)
    write_sample(out / "sample.csv", sample_of(found))
    for path in (*written, *(write_workbooks(out, found, who) if who else ())):
        click.echo(path)
    note("The workbooks link case numbers to referrals: send each to its agency alone.")


@click.command(short_help="Take in filled workbooks.")
@click.argument("reference")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and take nothing.")
@click.option(
    "--marked",
    type=FOLDER,
    help="A folder for copies of refused workbooks, with each mistake marked in its cell.",
)
def take(reference: str, files: tuple[Path, ...], dry_run: bool, marked: Path | None) -> None:
    """Take in filled workbooks for the audit named REFERENCE, whatever their files are called.

    All are taken or, with every mistake, none. A workbook of another audit, version or sample is
    recognised and refused. What an answer supersedes is kept.

    \b
    Examples:
      safehub audit take meadowshire-2026 POLICE.xlsx --dry-run
      safehub audit take meadowshire-2026 POLICE.xlsx CSC.xlsx --marked to-mend
    """
    found, viewer = named(reference, "audit.receive")
    from safehub.audit.returns.workbooks.commands import take_workbooks
    from safehub.audit.returns.workbooks.filled import read_filled
    from safehub.exchange.audit_pack.reading import ImmediateRisk

    read = [read_filled(path, found) for path in files]
    tell_of_risk([ImmediateRisk(*who) for one in read for who in one.at_risk])
    for remark in (remark for one in read for remark in one.remarks):
        note(f"Note: {remark}")
    mistakes = [mistake for one in read for mistake in one.mistakes]
    if mistakes:
        if marked is not None:
            _write_marked(marked, list(zip(files, read, strict=True)))
        refuse(Refused(mistakes), as_json=False)
        return
    for one in read:
        _tell_of_changes(one, in_full=dry_run)
    if dry_run:
        note("Nothing was taken: leave out --dry-run to take them.")
        return
    for one, came in zip(read, take_workbooks(audit=found, filled=read, by=viewer), strict=True):
        if came.is_repeat:
            note(f"{one.name} was taken before, just as it is: nothing changed.")


def _write_marked(folder: Path, read: list[tuple[Path, Filled]]) -> None:
    from safehub.foundation.documents.marking import marked_copy
    from safehub.foundation.errors import NotPossible

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, one in read:
        if not one.is_refused:
            continue
        copy = folder / f"{path.stem}-to-mend.xlsx"
        try:
            copy.write_bytes(marked_copy(path.read_bytes(), one.mistakes))
        except NotPossible as reason:
            note(f"Note: {path.name}: {reason}")
        else:
            copy.chmod(0o600)
            note(f"Note: the mistakes are marked in {copy}.")


def _tell_of_changes(one: Filled, *, in_full: bool) -> None:
    from safehub.audit.returns.workbooks.filled import Kind

    counts = ", ".join(
        f"{one.count(kind)} {words}"
        for kind, words in (
            (Kind.NEW, "returns new"),
            (Kind.CHANGED, "changed"),
            (Kind.UNCHANGED, "as before"),
        )
    )
    whose = f"{one.agency}, {one.respondent}" if one.respondent else one.agency
    click.echo(f"{one.name} ({whose}): {counts}.")
    for change in one.changes if in_full else ():
        who = f"{change.respondent}, case" if change.respondent else "case"
        click.echo(f"  {who} {change.case}: {change.kind}")
        for cell in change.cells if change.kind is Kind.CHANGED else ():
            before, after = printable(cell.before) or "nothing", printable(cell.after) or "nothing"
            click.echo(f"    {cell.column}: {before} → {after}")
