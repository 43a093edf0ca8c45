"""`safehub audit …`: the steps of a case audit, and all of them at once."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from safehub.cli.acting import acting
from safehub.cli.telling import COMMAND, Progressing, note, write_out
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Refused

if TYPE_CHECKING:
    from safehub.audit.programmes.models import Audit
    from safehub.exchange.audit_pack.reading import ImmediateRisk

F = TypeVar("F", bound=Callable[..., Any])

REFUSED = 1

# Django may be imported only once it is set up, and reading a pack needs no store at all: so
# each command imports what it calls.

FOLDER = click.Path(path_type=Path)
_PACK = click.Path(path_type=Path, exists=True, file_okay=False)


def out_option(help_text: str) -> Callable[[F], F]:
    """The option that names the folder for what is written."""
    return click.option("--out", type=FOLDER, required=True, help=help_text)


def _start() -> None:
    from safehub.config.starting import start

    start()


def named(reference: str, action: str = "audit.see") -> tuple[Audit, Viewer]:
    """The audit of that reference, opened for the action, and who acts. Starts Django."""
    _start()
    from safehub.audit.programmes.queries import audit_named

    viewer = acting()
    return audit_named(viewer, reference, action), viewer


@click.group()
def audit() -> None:
    """Case audits: from commission to board report.

    \b
    All at once:
      safehub audit run PACK --out DIR
    Step by step, on what is stored:
      safehub audit create PACK
      safehub audit sample REFERENCE
      safehub audit workbooks REFERENCE --out DIR
      safehub audit take REFERENCE POLICE.xlsx
      safehub audit returns REFERENCE returns.csv summative.yaml
      safehub audit meeting REFERENCE meeting.yaml actions.csv
      safehub audit report REFERENCE --out DIR
    """


def tell_of_risk(at_risk: list[ImmediateRisk]) -> None:
    """Say on standard error who is at immediate risk, a line each."""
    from safehub.exchange.audit_pack.intake import said_of_risk

    for line in said_of_risk(at_risk):
        note(line)


def refuse(refused: Refused, *, as_json: bool) -> None:
    """Every mistake on standard error, a line each; a child at risk is told of all the same.

    Standard error holds the mistakes alone, so that they can be counted; so the risk is told on
    standard output.
    """
    from safehub.exchange.audit_pack.intake import said_of_risk

    at_risk: list[ImmediateRisk] = getattr(refused, "at_risk", [])
    if at_risk and as_json:
        told = [dataclasses.asdict(risk) for risk in at_risk]
        write_out(json.dumps({"refused": True, "immediate_risk": told}, ensure_ascii=False) + "\n")
    elif at_risk:
        write_out("".join(f"{line}\n" for line in said_of_risk(at_risk)))
    note(str(refused))
    sys.exit(REFUSED)


@audit.command(short_help="Run a pack from end to end.")
@click.argument("pack", type=_PACK)
@out_option("The folder for publishable/ and restricted/; made if absent.")
@click.option("--previous", type=_PACK, help="The pack of the audit before, to compare with.")
@click.option("--json", "as_json", is_flag=True, help="Print report.json on standard output.")
def run(pack: Path, out: Path, previous: Path | None, as_json: bool) -> None:
    """Read the audit pack in the folder PACK, store the audit, and write its papers.

    A pack with mistakes is refused whole, with every mistake; then nothing is stored or written.

    \b
    Examples:
      safehub audit run meadowshire-2026 --out report
      safehub audit run this-year --previous last-year --out report --json
    """
    from safehub.exchange.audit_pack.intake import read_packs

    progress = Progressing(steps=2)
    try:
        with progress.shown():
            read, before = read_packs(pack, previous, progress.silently)
    except Refused as refused:
        refuse(refused, as_json=as_json)
        return
    tell_of_risk(list(read.at_risk))
    for remark in (*read.notes, *(before.notes if before else ())):
        note(f"Note: {remark}")
    progress = Progressing(steps=5)
    with progress.shown():
        _start()
        from safehub.exchange.audit_pack import running

        done = running.run(read, before, out, progress.step, acting())
    _tell_of_report(done, out, progress.seconds)
    if as_json:
        write_out(done.report.version.report_json)


def _tell_of_report(done: Any, out: Path, seconds: float) -> None:
    from safehub.audit.reports.papers import PUBLISHABLE, RESTRICTED

    if done.report.withheld:
        words = ", ".join(f"“{word}” ({times})" for word, times in done.report.withheld)
        note(
            "Note: these are ids, respondents or persons of actions, and stand in the report as "
            f"[withheld]: {words}."
        )
    note(f"Done in {seconds:.1f} s: {done.audit.reference}, report {done.report.version.number}.")
    note(f"To publish:      {out / PUBLISHABLE}")
    note(f"For restricted eyes only: {out / RESTRICTED}")


@audit.command(short_help="Commission an audit.")
@click.argument("pack", type=_PACK)
def create(pack: Path) -> None:
    """Store what an audit begins with: audit.yaml, the tool and the frame in the folder PACK.

    \b
    Example:
      safehub audit create meadowshire-2026
    """
    from safehub.exchange.audit_pack.reading import look_at_commission

    looked = look_at_commission(pack)
    if looked.pack is None:
        refuse(Refused(list(looked.mistakes)), as_json=False)
        return
    _start()
    from safehub.exchange.audit_pack import steps

    made = steps.create(looked.pack, acting())
    for remark in looked.pack.notes:
        note(f"Note: {remark}")
    click.echo(made.reference)
    note(f"Next: {COMMAND} audit sample {made.reference}")


@audit.command(short_help="Draw the sample.")
@click.argument("reference")
@click.option("--seed", type=click.IntRange(min=0), help="Another seed; every draw is kept.")
def sample(reference: str, seed: int | None) -> None:
    """Draw the sample of the audit named REFERENCE, as its terms plan it.

    \b
    Examples:
      safehub audit sample meadowshire-2026
      safehub audit sample meadowshire-2026 --seed 20260701
    """
    found, viewer = named(reference)
    from safehub.audit.programmes.queries import terms_of
    from safehub.audit.sampling.commands import draw_sample

    plan = terms_of(found).plan
    if seed is not None:
        plan = dataclasses.replace(plan, seed=seed)
    drawn = draw_sample(audit=found, plan=plan, by=viewer)
    for name, frame, size in drawn.strata:
        click.echo(f"{name}: {size} of {frame}")
    note(f"Draw {drawn.number}, seed {drawn.seed}: {drawn.size} cases.")
    note(f"Next: {COMMAND} audit workbooks {reference} --out DIR")


@audit.command(short_help="Take in what agencies return.")
@click.argument("reference")
@click.argument("papers", nargs=-1, required=True, type=FOLDER)
def returns(reference: str, papers: tuple[Path, ...]) -> None:
    """Take in returns (.csv, AGENCY.xlsx) and summative.yaml for the audit named REFERENCE.

    All are taken or, with every mistake, none. A return that differs from the kept one becomes
    its next version; both are kept.

    \b
    Examples:
      safehub audit returns meadowshire-2026 returns.csv
      safehub audit returns meadowshire-2026 POLICE.xlsx CSC.xlsx summative.yaml
    """
    found, viewer = named(reference)
    from safehub.exchange.audit_pack import steps

    try:
        came = steps.receive(found, papers, viewer)
    except Refused as refused:
        refuse(refused, as_json=False)
        return
    tell_of_risk(list(came.at_risk))
    for remark in came.remarks:
        note(f"Note: {remark}")
    counts = came.returns
    click.echo(
        f"{counts.new} returns new, {counts.changed} changed, {counts.unchanged} as before; "
        f"{came.summaries} summative reports."
    )


@audit.command(short_help="Record what the meeting agreed.")
@click.argument("reference")
@click.argument("papers", nargs=-1, required=True, type=FOLDER)
def meeting(reference: str, papers: tuple[Path, ...]) -> None:
    """Record meeting.yaml and actions.csv for the audit named REFERENCE.

    \b
    Example:
      safehub audit meeting meadowshire-2026 meeting.yaml actions.csv
    """
    found, viewer = named(reference)
    from safehub.exchange.audit_pack import steps

    try:
        remarks = steps.hold_meeting(found, papers, viewer)
    except Refused as refused:
        refuse(refused, as_json=False)
        return
    for remark in remarks:
        note(f"Note: {remark}")
    note(f"Next: {COMMAND} audit report {reference} --out DIR")


@audit.command(short_help="Write the report and its papers.")
@click.argument("reference")
@out_option("The folder for publishable/ and restricted/; made if absent.")
@click.option("--previous", help="The reference of the audit before, to compare with.")
@click.option("--json", "as_json", is_flag=True, help="Print report.json on standard output.")
def report(reference: str, out: Path, previous: str | None, as_json: bool) -> None:
    """Derive every figure of the audit named REFERENCE and write its papers.

    \b
    Examples:
      safehub audit report meadowshire-2026 --out report
      safehub audit report meadowshire-2026 --previous meadowshire-2025 --out report
    """
    found, viewer = named(reference)
    from safehub.audit.programmes.queries import audit_named
    from safehub.audit.reports.commands import make_report
    from safehub.audit.reports.papers import write_papers
    from safehub.exchange.audit_pack.running import Run
    from safehub.foundation.access.decision import check

    before = audit_named(viewer, previous) if previous else None
    progress = Progressing(steps=3)
    with progress.shown():
        progress.step("Deriving the figures")
        made = make_report(audit=found, previous=before, by=viewer)
        check(viewer, "audit.write_workbooks", found)
        write_papers(out, found, made, progress.step)
    _tell_of_report(Run(found, made), out, progress.seconds)
    if as_json:
        write_out(made.version.report_json)


@audit.command(short_help="Write a stored audit as a pack.")
@click.argument("reference")
@out_option("A new or empty folder. It will hold everything, so keep it as restricted/ is kept.")
def export(reference: str, out: Path) -> None:
    """Write the audit named REFERENCE as a pack, to run on another installation.

    \b
    Example:
      safehub audit export meadowshire-2026 --out moved
    """
    found, viewer = named(reference)
    from safehub.exchange.audit_pack.writing import write_pack

    write_pack(found, out, viewer)
    click.echo(out)


def _longest(rows: list[dict[str, Any]]) -> int:
    return max(len(row["reference"]) for row in rows)


@audit.command("list", short_help="What is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_audits(as_json: bool) -> None:
    """List the stored audits.

    \b
    Example:
      safehub audit list
    """
    _start()
    from safehub.audit.programmes.queries import audits
    from safehub.audit.reports.queries import report_counts

    viewer = acting()
    counts = report_counts(viewer)
    rows = [
        {
            "reference": found.reference,
            "title": found.title,
            "board": found.partnership.name,
            "kind": found.kind,
            "period": {"from": str(found.period_from), "to": str(found.period_to)},
            "reports": counts.get(found.pk, 0),
        }
        for found in audits(viewer)
    ]
    if as_json:
        write_out(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    if not rows:
        click.echo(f"No audit is stored yet. Try: {COMMAND} demo")
        return
    table = Table()
    # People type the reference: it is never cut.
    table.add_column("Reference", no_wrap=True, overflow="fold", min_width=_longest(rows))
    for heading in ("Title", "Board", "Kind", "Reports"):
        table.add_column(heading)
    for row in rows:
        table.add_row(
            *(str(row[name]) for name in ("reference", "title", "board", "kind", "reports"))
        )
    Console().print(table)


@audit.command(short_help="One audit and its figures.")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print its latest report.json.")
def show(reference: str, as_json: bool) -> None:
    """Show the audit named REFERENCE: where it stands, and each agency's counts.

    \b
    Example:
      safehub audit show meadowshire-2026
    """
    found, viewer = named(reference, "audit.see_figures")
    if as_json:
        from safehub.audit.reports.queries import latest_report_json

        write_out(latest_report_json(viewer, found))
        return
    click.echo(f"{found.title}\n{found.partnership.name}")
    click.echo(f"{found.kind}, {found.period_from} to {found.period_to}")
    from safehub.audit.sampling.queries import latest_draw

    if latest_draw(found) is None:
        click.echo(f"No sample yet. Next: {COMMAND} audit sample {reference}")
        return
    from safehub.audit.reports.material import material_of
    from safehub.audit.reports.wording import cell, share

    figures = material_of(found).figures
    table = Table("Agency", "Asked", "Known", "Not known", "Returned", "Awaited")
    table.add_column("Met good", no_wrap=True)
    for one in figures.agencies:
        counts = [cell(one.counts[name]) for name in one.counts]
        table.add_row(one.agency.code, *counts, share(one.met_good))
    Console().print(table)
