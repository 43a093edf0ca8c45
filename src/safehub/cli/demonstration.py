"""`safehub demo`: an invented audit, start to finish, in a store of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from safehub.cli.audits import run
from safehub.cli.telling import COMMAND, note

SEED = 20260624


@click.command(short_help="Run an invented audit, start to finish.")
@click.pass_context
def demo(context: click.Context) -> None:
    """Write two invented audit packs, run this year's against last year's, and say where all lies.

    Every child, agency and place in it is invented. It keeps its own store in SAFEHUB_HOME/demo,
    on SQLite, so that nothing invented ever stands beside what is real.

    \b
    Example:
      safehub demo
    """
    from safehub.demo.rounds import write_pack

    home = Path(os.environ.get("SAFEHUB_HOME") or "var") / "demo"
    # Before settings are read: from here on this process knows the invented store alone.
    os.environ["SAFEHUB_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    for folder in (home.parent, home):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, earlier in (("fallowshire-2025", True), ("fallowshire-2026", False)):
        shutil.rmtree(home / name, ignore_errors=True)
        write_pack(home / name, seed=SEED, earlier=earlier)
        note(f"Wrote the invented pack {home / name}")
    this_year, last_year = home / "fallowshire-2026", home / "fallowshire-2025"
    out = home / "report"
    note("The children at immediate risk of whom you read next are invented too.")
    context.invoke(run, pack=this_year, out=out, previous=last_year, as_json=False)
    publishable = out / "publishable"
    click.echo(
        f"""
The board's report of an invented audit of 60 cases is ready:
  {publishable / "report.pdf"}
  {publishable / "report.docx"}   (to edit)
  {publishable / "report.html"}

Now run one with your own hands: open {this_year},
change an answer in returns.csv, and run it again:
  SAFEHUB_HOME={home} {COMMAND} audit run {this_year} \\
    --previous {last_year} --out {out}"""
    )
