"""`safehub doctor`: whether the installation is well."""

from __future__ import annotations

import dataclasses
import json
import os
import sys

import click

from safehub.cli.backups import set_up
from safehub.cli.telling import write_out

ILL = 1
_MARKS = {"ok": "OK  ", "warn": "WARN", "fail": "FAIL"}


@click.command(short_help="Look whether the installation is well.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def doctor(as_json: bool) -> None:
    """Look at folders, keys, database, trail, worker, mail, backups and settings.

    Says of each how it stands and what to do. Changes nothing. Ends with 1 where something must be
    mended.

    \b
    Examples:
      safehub doctor
      safehub doctor --json
    """
    secret_is_given = bool(os.environ.get("SAFEHUB_SECRET_KEY"))
    set_up()
    from safehub.foundation.doctor.examining import examine
    from safehub.foundation.doctor.findings import State

    found = examine(secret_is_given=secret_is_given)
    if as_json:
        told = [dataclasses.asdict(finding) for finding in found]
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        for finding in found:
            click.echo(f"{_MARKS[finding.state.value]} {finding.check:<11} {finding.said}.")
            if finding.what_to_do:
                click.echo(f"{'':16} → {finding.what_to_do}")
    if any(finding.state is State.FAIL for finding in found):
        sys.exit(ILL)
