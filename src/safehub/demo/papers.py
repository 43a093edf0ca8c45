"""The papers of a round as somebody opening the folder reads them: YAML and CSV, with comments."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from safehub.demo.meeting import Meeting
from safehub.demo.partnership import (
    BOARD,
    KEY_LINES_OF_ENQUIRY,
    QUALITY_GROUP,
    THEMES,
    TITLE,
    Agency,
    Round,
)
from safehub.demo.sample import FRAME_HEADINGS, RESERVE, Referral, Sample
from safehub.demo.summaries import Summary

_WIDTH = 96
_ACTION_HEADINGS = ("gap", "action", "owner_agency", "person", "due_on", "measure", "status")


def write_terms(path: Path, terms: Round, sample: Sample, agencies: Sequence[Agency]) -> None:
    """Write audit.yaml: the terms of reference, a comment above each part."""
    parts = (
        "# An invented round of an invented partnership: no child, place or body in it is real.\n",
        "# Change anything and run it again.\n",
        _part("", pack_version=1, title=terms.title or TITLE, kind="themed", board=BOARD),
        _part("Who asked, and why", **_commission(terms)),
        _part(
            "The year that the referrals come from, and the days to keep",
            period={"from": terms.period_from, "to": terms.period_to},
            returns_due_on=terms.returns_due_on,
            meeting_on=terms.meeting_on,
        ),
        _part("What the audit looks for", key_lines_of_enquiry=list(KEY_LINES_OF_ENQUIRY)),
        _part("Nothing here is real, and the report says so", invented=["all"]),
        _sample(sample),
        _part(
            "The audit tool is a spreadsheet (XLSForm): sheets survey, choices, settings",
            tool="tool.xlsx",
        ),
        _part(
            "“Met good” is a roll-up of the grade, not a fifth grade",
            grading={"question": "grade", "met_good": ["outstanding", "good"]},
        ),
        "\n# The partners. Schools and practices answer one by one, so their unit is named\n",
        "agencies:\n",
        *(f"  - {_flow(_agency(agency))}\n" for agency in agencies),
        "\n# The coding frame: gaps take their number from the place here\n",
        "themes:\n",
        *(f"  - {_flow(theme)}\n" for theme in _themes()),
    )
    _write(path, "".join(parts))


def write_frame(path: Path, frame: Sequence[Referral]) -> None:
    """Write frame.csv, a row a referral."""
    _write_csv(path, [FRAME_HEADINGS, *(row.cells() for row in frame)])


def write_summaries(path: Path, summaries: Sequence[Summary]) -> None:
    """Write summative.yaml."""
    heading = (
        "# What each agency wrote of its own work. `figures` are numbers that it printed: one is\n"
        "# not what its returns say, and the report shows the difference without correcting it.\n"
    )
    _write(path, heading + _block(list(summaries)))


def write_meeting(path: Path, terms: Round, meeting: Meeting) -> None:
    """Write meeting.yaml: gaps take their letters in order under each theme."""
    gaps = {
        theme: {"abcdefghij"[place]: item for place, item in enumerate(items)}
        for theme, items in meeting.gaps.items()
    }
    parts = (
        "# What the agencies agreed, face to face.\n",
        _part("", held_on=terms.meeting_on),
        _part("`seen_before`: a round before this one found it too", findings=meeting.findings),
        _part("", working_well=meeting.working_well),
        _part("", worried_about=meeting.worried_about),
        _part("Theme, letter, gap: actions.csv names them theme.letter", gaps=gaps),
        _part("", next_steps=meeting.next_steps),
    )
    _write(path, "".join(parts))


def write_actions(path: Path, meeting: Meeting, agencies: Sequence[Agency]) -> None:
    """Write actions.csv, less the actions of agencies that take no part in this round."""
    codes = {agency.code for agency in agencies}
    owned = [action for action in meeting.actions if action[2] in codes]
    _write_csv(path, [_ACTION_HEADINGS, *owned])


def _commission(terms: Round) -> dict[str, object]:
    return {
        "owner": QUALITY_GROUP,
        "programme": terms.programme,
        "commissioned_by": "Independent scrutineer",
        "commissioned_on": terms.commissioned_on,
        "reason": terms.reason,
    }


def _sample(sample: Sample) -> str:
    """The draw, by hand: a case number has to be in quotes, or 08 would be a number."""
    lines = [
        "\n# Drawn by outcome, as many of each, so that the rare ones are read too. The seed was\n",
        "# thrown with ten-sided dice at the planning meeting: nobody chose a case.\n",
        "sample:\n  unit: referral\n  method: random\n",
        f"  size: {sum(sample.sizes.values())}\n  seed: {sample.seed}\n",
        f"  reserve: {RESERVE}                     # held back in each stratum\n",
        f"  by:\n    outcome: {_flow(sample.sizes)}\n  exclude:\n",
    ]
    for referral_id, reason in sample.excluded:
        lines.append(f"    - {_flow({'referral_id': referral_id, 'reason': reason})}\n")
    if sample.withdrawn is not None:
        lines += [
            "  replaced:                      # drawn and withdrawn; a reserve stands in\n",
            f"    - case: {json.dumps(sample.withdrawn)}\n",
            "      reason: The same incident as another case, entered twice.\n",
            f"      by: {sample.replaced_by}\n",
        ]
    return "".join(lines)


def _agency(agency: Agency) -> dict[str, str]:
    unit = {"respondent_unit": agency.respondent_unit} if agency.respondent_unit else {}
    return {"code": agency.code, "name": agency.name, "kind": agency.kind, **unit}


def _themes() -> Iterator[dict[str, object]]:
    for theme in THEMES:
        marked = {"key_line_of_enquiry": True} if theme.key_line_of_enquiry else {}
        yield {"code": theme.code, "name": theme.name, **marked}


def _part(comment: str, **keys: object) -> str:
    return ("\n" if comment else "") + (f"# {comment}\n" if comment else "") + _block(keys)


def _plain(value: object) -> object:
    """Lists and dicts of their own: YAML would write an anchor for one used twice."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _block(value: object) -> str:
    return yaml.safe_dump(
        _plain(value),
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
        default_flow_style=False,
    )


def _flow(value: Mapping[str, object] | Mapping[str, str] | Mapping[str, int]) -> str:
    text: str = yaml.safe_dump(
        dict(value), sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=True
    )
    return text.strip()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
