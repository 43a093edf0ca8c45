"""`safehub demo`: an invented audit, start to finish."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from safehub.cli.audits import run
from safehub.cli.telling import note

SEED = 20260624


@click.command(short_help="Run an invented audit, start to finish.")
@click.pass_context
def demo(context: click.Context) -> None:
    """Write two invented audit packs, run this year's against last year's, and say where all lies.

    Every child, agency and place in it is invented.

    \b
    Example:
      safehub demo
    """
    from safehub.demo.rounds import write_pack

    home = Path(os.environ.get("SAFEHUB_HOME") or "var") / "demo"
    packs = {"fallowshire-2025": True, "fallowshire-2026": False}
    for name, earlier in packs.items():
        shutil.rmtree(home / name, ignore_errors=True)
        write_pack(home / name, seed=SEED, earlier=earlier)
        note(f"Wrote the invented pack {home / name}")
    this_year, last_year = home / "fallowshire-2026", home / "fallowshire-2025"
    out = home / "report"
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
  safehub audit run {this_year} --out {out}"""
    )
