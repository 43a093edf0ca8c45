"""`safehub people dedupe`, `lookup` and `train`: matching on files alone; nothing is stored."""

from __future__ import annotations

import json
from pathlib import Path

import click

from safehub.cli.telling import note, write_out

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
_MODEL = click.option(
    "--model", type=_FILE, help="Weights of `people train`. Default: learnt from the file itself."
)


@click.command(short_help="Find the records of a file that are of one person.")
@click.argument("file", type=_FILE)
@click.option("--out", type=_OUT, required=True, help="The pairs, as CSV.")
@_MODEL
@_JSON
def dedupe(file: Path, out: Path, model: Path | None, as_json: bool) -> None:
    """Write the pairs of records of FILE that are likelier of one person than of two.

    FILE is CSV in UTF-8 with the columns unique_id, first_name, surname, date_of_birth
    (YYYY-MM-DD), postcode, nhs_number and sex; others are left alone, and what is missing is blank.
    The pairs have unique_id_l, unique_id_r, weight (log2 of the odds) and probability. Nobody is
    merged: a person decides on each. Twins and brothers and sisters are the commonest mistake.

    \b
    Examples:
      safehub people dedupe people.csv --out pairs.csv
      safehub people dedupe people.csv --model weights.json --out pairs.csv --json
    """
    from safehub.matching.files import dedupe_file
    from safehub.matching.model import read_model

    done = dedupe_file(file, out, model=read_model(model) if model else None)
    if as_json:
        write_out(json.dumps({"records": done.records, "pairs": done.pairs}) + "\n")
    note(f"{done.records:,} records; {done.pairs:,} pairs may be one person: {out}")


@click.command(short_help="Look the people of one file up in another.")
@click.option("--register", type=_FILE, required=True, help="Who is known.")
@click.option("--queries", type=_FILE, required=True, help="Who is asked for.")
@click.option("--out", type=_OUT, required=True, help="Who may be whom, as CSV.")
@_MODEL
@_JSON
def lookup(register: Path, queries: Path, out: Path, model: Path | None, as_json: bool) -> None:
    """Look each record of the queries up in the register, one at a time.

    Both files are as for `people dedupe`. The result has query_id, unique_id, weight (log2 of the
    odds), probability and milliseconds, the best first, down to a weight of 0. A weight is no
    decision: 4 bits are 16 to 1.

    \b
    Examples:
      safehub people lookup --register known.csv --queries asked.csv --out hits.csv
    """
    from safehub.matching.files import lookup_file
    from safehub.matching.model import read_model

    many = lookup_file(register, queries, out, model=read_model(model) if model else None)
    if as_json:
        write_out(json.dumps({"queries": many}) + "\n")
    note(f"{many:,} looked up: {out}")


@click.command(short_help="Learn the weights of matching from a file.")
@click.argument("file", type=_FILE)
@click.option("--out", type=_OUT, required=True, help="The weights, as JSON.")
def train(file: Path, out: Path) -> None:
    """Learn from FILE how much each likeness of two records tells, and write the weights down.

    FILE is as for `people dedupe`, with 2,000 records at least; who is who is not asked. The
    weights hold no name and no person: only how often first names, say, agree among records of
    one person, and among records of two.

    \b
    Examples:
      safehub people train people.csv --out weights.json
    """
    from safehub.matching.files import write_model

    model = write_model(file, out)
    note(f"learnt from {model.trained_on}: {out}")
