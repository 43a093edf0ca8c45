"""`safehub trail …`: seal the trail, verify it, write its daily root."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import time
from typing import TYPE_CHECKING

import click

from safehub.cli.acting import acting
from safehub.cli.telling import note, write_out

if TYPE_CHECKING:
    from safehub.foundation.trail.verifying import Verification

WRONG = 1
_PAUSE = 0.2
_SHOWN = 20


def _start() -> None:
    from safehub.config.starting import start

    start()


@click.group()
def trail() -> None:
    """The record of who did, read or was refused what.

    \b
    Examples:
      safehub trail verify                  whether anything was done to it
      safehub trail seal --follow           seal what is written, as the worker does
    """


@trail.command(short_help="Seal what has been written.")
@click.option("--follow", is_flag=True, help="Go on until stopped, five times a second.")
def seal(follow: bool) -> None:
    """Give new events their place and seal them. The worker does this by itself.

    \b
    Examples:
      safehub trail seal
      safehub trail seal --follow
    """
    _start()
    from safehub.foundation.trail.sealer import seal_pending

    sealed = seal_pending()
    if not follow:
        click.echo(f"{sealed:,} events were sealed.")
        return
    while True:
        time.sleep(_PAUSE)
        seal_pending()


@trail.command(short_help="Check that nothing was done to it.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="Only from this day or moment on, in London time.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(since: dt.datetime | None, as_json: bool) -> None:
    """Look for any event that was changed, taken away, put in or moved, and for a cut-off end.

    Exits with 1 where anything is wrong.

    \b
    Examples:
      safehub trail verify
      safehub trail verify --since 2026-11-01 --json
    """
    _start()
    from django.utils import timezone

    from safehub.foundation.trail import commands, verifying

    by = acting()
    found = verifying.verify(since=timezone.make_aware(since) if since else None)
    if as_json:
        write_out(json.dumps(dataclasses.asdict(found) | {"holds": found.holds}) + "\n")
    else:
        _tell(found)
    commands.record_verification(found, by=by)
    if not found.holds:
        sys.exit(WRONG)


def _tell(found: Verification) -> None:
    click.echo(
        f"{found.sealed:,} sealed events in {found.batches:,} batches, "
        f"{found.unsealed:,} not sealed yet, {found.roots:,} daily roots: "
        f"checked in {found.seconds:.1f} seconds."
    )
    if found.holds:
        click.echo("Nothing is wrong.")
        return
    for fault in found.faults[:_SHOWN]:
        note(fault.words)
    if found.fault_count > _SHOWN:
        note(f"and {found.fault_count - _SHOWN:,} more; --json lists up to 1,000.")
    note(
        "The trail is not as it was written. Change nothing, keep the database and the daily "
        "roots as they are, and tell your data protection officer."
    )


@trail.command(short_help="Write the end of the chain to its second place.")
def root() -> None:
    """Write a daily root now. The worker writes one a day by itself.

    \b
    Example:
      safehub trail root
    """
    _start()
    from safehub.foundation.trail.commands import write_daily_root
    from safehub.foundation.trail.roots import FILE, roots_folder

    written = write_daily_root(by=acting(), again=True)
    where = roots_folder() / FILE
    click.echo(f"Added to {where}." if written else "Nothing is sealed yet, so there is no root.")


@trail.command(name="accept-loss", short_help="After a restore: take note of what it lost.")
def accept_loss() -> None:
    """Stop reporting what daily roots know and a restored database no longer has.

    Run it once, after a restore from a backup that is older than the last daily root, and after
    `safehub trail verify` has told of nothing else. It is recorded who did so.

    \b
    Example:
      safehub trail accept-loss
    """
    _start()
    from safehub.foundation.trail import commands

    number = commands.accept_loss(by=acting())
    click.echo(f"From now on the trail is taken to end at batch {number} when it was restored.")


@trail.command(name="new-key", short_help="Sign with a new key from now on.")
def new_key() -> None:
    """Add a key to SAFEHUB_HOME/keys/trail_key. Keep a copy of the file apart from the database.

    \b
    Example:
      safehub trail new-key
    """
    _start()
    from safehub.foundation.trail import commands

    click.echo(f"Key {commands.use_new_key(by=acting())} signs from now on.")
