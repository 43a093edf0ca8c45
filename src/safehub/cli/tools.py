"""`safehub tools …`: check, publish, show and take away audit tools."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safehub.cli.acting import acting
from safehub.cli.telling import note, write_out
from safehub.foundation.errors import NotFound, NotPossible, Refused

if TYPE_CHECKING:
    from safehub.foundation.access.viewer import Viewer
    from safehub.instruments.models import ToolVersion
    from safehub.instruments.tools import Tool
    from safehub.instruments.uploading import Sent
    from safehub.register.agencies.models import Partnership

REFUSED = 1
FORMS = ("xlsx", "fhir")


@click.group()
def tools() -> None:
    """Audit tools: the questions of an audit, in versions that never change.

    \b
    Examples:
      safehub tools check tool.xlsx
      safehub tools publish tool.xlsx --board "Our Partnership"
      safehub tools list
      safehub tools download front_door --version 2026.1 --out front-door.xlsx
    """


@tools.command("list", short_help="Say which tools there are.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_(as_json: bool) -> None:
    """Every version of every tool, newest first.

    \b
    Examples:
      safehub tools list
      safehub tools list --json
    """
    from safehub.config.starting import start

    start()
    from safehub.foundation.access.decision import noted_list
    from safehub.instruments.queries import tool_versions

    by = acting()
    found = list(tool_versions(by))
    noted_list(by, "tool.see", found)
    if as_json:
        write_out(json.dumps([_as_data(one) for one in found], ensure_ascii=False, indent=2) + "\n")
        return
    for one in found:
        click.echo(f"{one.form_id}\t{one.version}\t{one.status}\t{one.title}")
    if not found:
        note("There is no tool yet: safehub tools publish FILE takes one in.")


@tools.command(short_help="Say what is wrong with a workbook or a Questionnaire.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--marked", type=click.Path(path_type=Path), help="Write a copy with the cells marked."
)
def check(file: Path, marked: Path | None) -> None:
    """Read FILE, an XLSForm workbook or a FHIR R4 Questionnaire, as a tool; store nothing.

    \b
    Examples:
      safehub tools check tool.xlsx
      safehub tools check questionnaire.json
      safehub tools check tool.xlsx --marked tool-to-mend.xlsx
    """
    from safehub.instruments.uploading import ENDINGS, judged

    if marked is not None and file.suffix.lower() not in ENDINGS:
        raise NotPossible("Only a workbook (.xlsx) has cells to mark: leave out --marked.")
    data = file.read_bytes()
    sent = _sent(data, file.name)
    mistakes = list(sent.mistakes)
    if sent.sheets is not None and not mistakes:
        mistakes = list(judged(sent.sheets, file.stem, file.name).mistakes)
    if not mistakes:
        click.echo(f"{file.name}: nothing is wrong.")
        return
    for one in mistakes:
        click.echo(str(one), err=True)
    if marked is not None and sent.sheets is not None:
        from safehub.foundation.documents.marking import marked_copy

        marked.write_bytes(marked_copy(data, mistakes))
        note(f"{marked} has the cells marked.")
    sys.exit(REFUSED)


def _sent(data: bytes, name: str) -> Sent:
    """What the file came to, by its ending; what was left out of a Questionnaire is said."""
    from safehub.exchange.fhir_questionnaire import sending
    from safehub.instruments import uploading

    if Path(name).suffix.lower() not in sending.ENDINGS:
        return uploading.sent_in(data, name)
    sent, remarks = sending.sent_in(data, name)
    for remark in remarks:
        note(remark)
    return sent


@tools.command(short_help="Make a workbook or a Questionnaire a version.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--board", help="The partnership. Default: your own, or the only one there is.")
def publish(file: Path, board: str | None) -> None:
    """Publish FILE, an XLSForm workbook or a FHIR R4 Questionnaire, as a version of its tool.

    Refused, with every mistake, where it has any; and where that version is published already.

    \b
    Examples:
      safehub tools publish tool.xlsx
      safehub tools publish tool.xlsx --board "Our Partnership"
    """
    from safehub.config.starting import start

    start()
    from django.db import transaction

    from safehub.instruments.commands import publish_draft, start_draft

    by = acting()
    sent = _sent(file.read_bytes(), file.name)
    if sent.sheets is None or sent.mistakes:
        raise Refused(list(sent.mistakes))
    with transaction.atomic():
        partnership = _partnership(board, by)
        draft = start_draft(sheets=sent.sheets, title=file.stem, partnership=partnership, by=by)
        version = publish_draft(draft=draft, by=by)
    click.echo(f"{version.form_id}\t{version.version}")
    note(f"{version} is published.")


def _partnership(board: str | None, by: Viewer) -> Partnership | None:
    """Of the local operator, who acts for none; a member's is their own."""
    from safehub.register.agencies.queries import partnerships

    if by.partnership is not None:
        return None
    found = list(partnerships())
    if board is None and len(found) == 1:
        return found[0]
    named = next((one for one in found if one.name == board), None)
    if named is None:
        known = ", ".join(one.name for one in found) or "none yet"
        raise NotPossible(f"Say for which partnership with --board. There are: {known}.")
    return named


@tools.command(short_help="Show the questions of a version.")
@click.argument("form_id")
@click.option("--version", "number", default="", help="Default: the newest published.")
@click.option("--agency", default="", help="As the agency of this code is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def show(form_id: str, number: str, agency: str, as_json: bool) -> None:
    """Show the questions of the tool with the short name FORM_ID.

    \b
    Examples:
      safehub tools show front_door
      safehub tools show front_door --version 2026.1 --agency POLICE
    """
    from safehub.config.starting import start

    start()
    from safehub.instruments.queries import tool_of, version_named

    version = version_named(acting(), form_id, number)
    tool = tool_of(version).for_agency(agency)
    if as_json:
        told = {**_as_data(version), "questions": list(_questions(tool))}
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return
    click.echo(f"{version.title}, version {version.version}, {version.status}")
    for one in _questions(tool):
        section = f"{one['section']}/" if one["section"] else ""
        click.echo(f"{section}{one['name']}\t{one['type']}\t{one['label']}")


@tools.command(short_help="Write a version to a file.")
@click.argument("form_id")
@click.option("--version", "number", default="", help="Default: the newest published.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "form", type=click.Choice(FORMS), help="Default: by the ending of the file.")
def download(form_id: str, number: str, out: Path, form: str | None) -> None:
    """Write the tool with the short name FORM_ID to a file: XLSForm (.xlsx) or FHIR R4 (.json).

    \b
    Examples:
      safehub tools download front_door --out front-door.xlsx
      safehub tools download front_door --version 2026.1 --out front-door.json
    """
    from safehub.config.starting import start

    start()
    from safehub.exchange.fhir_questionnaire import write_questionnaire
    from safehub.instruments.queries import tool_of, version_named
    from safehub.instruments.writing import write_sheets

    form = form or {".xlsx": "xlsx", ".json": "fhir"}.get(out.suffix.lower())
    if form is None:
        raise NotFound("Name a file that ends in .xlsx or .json, or say --as xlsx or --as fhir.")
    version = version_named(acting(), form_id, number)
    if form == "xlsx":
        write_sheets(version.sheets, out)
    else:
        data = write_questionnaire(tool_of(version))
        out.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    note(f"{out} is written.")


def _as_data(version: ToolVersion) -> dict[str, Any]:
    return {
        "form_id": version.form_id,
        "version": version.version,
        "title": version.title,
        "status": version.status,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "retired_at": version.retired_at.isoformat() if version.retired_at else None,
    }


def _questions(tool: Tool) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "section": one.section or "",
            "type": str(one.type),
            "label": one.label,
        }
        for one in tool.items
    ]
