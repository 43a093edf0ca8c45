"""`safehub demo`: an invented partnership to walk round in, in a store of its own."""

from __future__ import annotations

import os
from pathlib import Path

import click

from safehub import __version__
from safehub.cli.telling import COMMAND, Progressing, note

_MADE = ".made"


@click.command(short_help="Walk round in an invented partnership.")
@click.option("--no-serve", is_flag=True, help="Make it and stop: serve no pages.")
@click.option("--anew", is_flag=True, help="Make it again from nothing.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(no_serve: bool, anew: bool, port: int) -> None:
    """Make an invented partnership of twelve agencies, and serve its pages on this machine.

    It has a finished round, the one of the year before, one half-way through, and a small one that
    a newcomer can finish by taking each part in turn. Each start prints
    a link for each person in it that signs in once; nobody has a password. Every child, person,
    agency and place is invented. It keeps its own store in SAFEHUB_HOME/demo, on SQLite, so that
    nothing invented ever stands beside what is real.

    \b
    Examples:
      safehub demo
      safehub demo --port 8080
      safehub demo --no-serve
    """
    home = Path(os.environ.get("SAFEHUB_HOME") or "var") / "demo"
    _settle_environment(home, port)
    is_new = anew or not _is_made(home)
    if is_new:
        _make(home)
    if no_serve:
        _tell_of_papers(home)
        return
    _print_links(port)
    if is_new:
        _tell_of_papers(home)
    from safehub.cli.serve import serve

    context = click.get_current_context()
    context.invoke(serve, host="127.0.0.1", port=port, processes=2, with_worker=True)


def _settle_environment(home: Path, port: int) -> None:
    """From here on this process knows the invented store alone; before settings are read."""
    os.environ["SAFEHUB_HOME"] = str(home)
    os.environ["SAFEHUB_DEMONSTRATION"] = "1"
    os.environ["SAFEHUB_ADDRESS"] = f"http://localhost:{port}"
    for name in ("DATABASE_URL", "SAFEHUB_ALLOWED_HOSTS", "SAFEHUB_SMTP_URL"):
        os.environ.pop(name, None)
    for folder in (home.parent, home):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _is_made(home: Path) -> bool:
    """Whether a store of this version is there, whole."""
    mark = home / _MADE
    return mark.exists() and mark.read_text(encoding="utf-8") == __version__


def _make(home: Path) -> None:
    from safehub.config.starting import start

    (home / _MADE).unlink(missing_ok=True)
    for stale in home.glob("safehub.sqlite3*"):
        stale.unlink()
    start()
    from safehub.demo.store import write_packs

    write_packs(home, note)
    note("The children at immediate risk of whom you read next are invented too.")
    _run_rounds(home)
    (home / _MADE).write_text(__version__, encoding="utf-8")


def _run_rounds(home: Path) -> None:
    """Run this year's pack against last year's, and take in what there is of the one under way."""
    from safehub.cli.audits import run
    from safehub.demo.rounds import LAST_YEAR, RAPID, THIS_YEAR, UNDER_WAY

    context = click.get_current_context()
    context.invoke(
        run,
        pack=home / THIS_YEAR,
        out=home / "report",
        previous=home / LAST_YEAR,
        as_json=False,
    )
    from safehub.cli.acting import acting
    from safehub.demo.families import settle_families
    from safehub.demo.store import settle_people
    from safehub.exchange.audit_pack.reading import read_pack
    from safehub.exchange.audit_pack.storing import store

    progress = Progressing(steps=2)
    with progress.shown():
        progress.step("Storing the rounds that are under way")
        for name in (UNDER_WAY, RAPID):
            store(read_pack(home / name), acting())
        progress.step("Settling the people of the partnership")
        settle_people(by=acting())
        settle_families(by=acting())


def _print_links(port: int) -> None:
    from safehub.config.starting import start

    start()
    from safehub.cli.acting import acting
    from safehub.demo.store import links_for_all
    from safehub.register.accounts.rules import ROLE_NAMES

    click.echo("\nOpen one of these links to be that person. Each works once, on this machine.\n")
    for persona, path in links_for_all(by=acting()):
        click.echo(f"{persona.name}, {ROLE_NAMES[persona.role].lower()}: {persona.can}")
        click.echo(f"  http://localhost:{port}{path}")
    click.echo("")


def _tell_of_papers(home: Path) -> None:
    from safehub.demo.rounds import LAST_YEAR, THIS_YEAR

    publishable = home / "report" / "publishable"
    click.echo(
        f"""
The board's report of an invented audit of 60 cases is ready:
  {publishable / "report.pdf"}
  {publishable / "report.docx"}   (to edit)
  {publishable / "report.html"}

To run one with your own hands, open {home / THIS_YEAR},
change an answer in returns.csv, and run it again:
  SAFEHUB_HOME={home} {COMMAND} audit run {home / THIS_YEAR} \\
    --previous {home / LAST_YEAR} --out {home / "report"}
"""
    )
