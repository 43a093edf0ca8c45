"""The `safehub` command."""

from __future__ import annotations

import sys

import click

from safehub import __version__
from safehub.cli.access import access
from safehub.cli.acting import ACTING_AS, record_refused
from safehub.cli.audits import audit
from safehub.cli.backups import backup, backups, restore
from safehub.cli.clocks import clocks
from safehub.cli.demonstration import demo
from safehub.cli.doctor import doctor
from safehub.cli.people import people
from safehub.cli.people_files import dedupe, lookup, train
from safehub.cli.people_register import explain as explain_people
from safehub.cli.people_register import find
from safehub.cli.serve import serve
from safehub.cli.telling import unexpected
from safehub.cli.tools import tools
from safehub.cli.trail import trail
from safehub.cli.workbooks import take, workbooks
from safehub.cli.worker import worker
from safehub.foundation.errors import SafehubError

REFUSED, FAILED = 1, 70


class _Group(click.Group):
    """Turns what went wrong into a sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SafehubError as error:
            click.echo(str(error), err=True)
            self._record(error)
            sys.exit(REFUSED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the edge: nobody is shown a traceback
            click.echo(unexpected(error), err=True)
            sys.exit(FAILED)

    @staticmethod
    def _record(error: SafehubError) -> None:
        try:
            record_refused(error)
        except SafehubError as unrecorded:
            click.echo(str(unrecorded), err=True)


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="safehub")
@click.option(
    "--as",
    "acting_as",
    metavar="EMAIL[:ROLE]",
    help="Act as this member; needed where Safehub serves other people.",
)
@click.pass_context
def main(context: click.Context, acting_as: str | None) -> None:
    """Safehub: the multi-agency safeguarding hub, and the case audit of it.

    \b
    Try:
      safehub demo                                an invented audit, start to finish
      safehub audit run PACK --out DIR            a pack of your own, start to finish
      safehub audit list                          what is stored
    """
    context.meta[ACTING_AS] = acting_as
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


main.add_command(audit)
audit.add_command(workbooks)
audit.add_command(take)
main.add_command(tools)
main.add_command(demo)
main.add_command(people)
for command in (dedupe, lookup, train, find, explain_people):
    people.add_command(command)
main.add_command(serve)
main.add_command(worker)
main.add_command(clocks)
main.add_command(trail)
main.add_command(access)
main.add_command(backup)
main.add_command(backups)
main.add_command(restore)
main.add_command(doctor)
