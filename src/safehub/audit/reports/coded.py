"""What coding came to, in report.json and in the report; nothing where nothing is coded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safehub.audit.coding.figures import Coded
from safehub.audit.coding.presenters import agreement_lead, agreement_rows
from safehub.audit.coding.states import Polarity
from safehub.audit.programmes.terms import Invented
from safehub.audit.reports.material import Material
from safehub.audit.reports.wording import Marks
from safehub.foundation.documents.tree import Block, Heading, Labelled, Paragraph, Table
from safehub.foundation.govuk.wording import plural

Data = dict[str, Any]


def coding_data(found: Coded | None) -> Data:
    """The key `coding` of report.json, or no key."""
    if found is None:
        return {}
    return {
        "coding": {
            "texts": found.texts,
            "coded_twice": found.twice,
            "themes": [
                {
                    "code": one.code,
                    "name": one.words.name,
                    "definition": one.words.definition,
                    "cases": one.every,
                    "agencies": dict(one.cases),
                    "polarity": dict(one.ways),
                }
                for one in found.themes
            ],
            "agreement": [
                {
                    "code": one.code,
                    "texts": one.texts,
                    "both": one.both,
                    "first_only": one.first_only,
                    "second_only": one.second_only,
                    "cohen_kappa": {
                        "value": None if one.kappa.value is None else float(one.kappa.value),
                        **({} if one.kappa.reason is None else {"reason": one.kappa.reason}),
                    },
                }
                for one in found.agreement
            ],
        }
    }


def coding_blocks(material: Material, marks: Marks) -> Iterator[Block]:
    """The section "Themes in the words", or nothing."""
    found = material.coded
    if found is None:
        return
    yield Heading(2, "Themes in the words")
    yield Paragraph(
        f"What agencies wrote in their own words was coded by the themes of the partnership's code "
        f"book: {plural(found.texts, 'text')}. Counted are cases, not passages: of how many cases "
        f"at least one passage speaks of the theme."
    )
    if not found.themes:
        yield Paragraph("No passage speaks of any theme.")
        return
    codes = [one.code for one in material.terms.agencies]
    headings, rows = marks.column(
        ("Theme", *codes, "All agencies"),
        [
            (one.words.name, *(str(one.cases[code]) for code in codes), str(one.every))
            for one in found.themes
        ],
        Invented.RETURNS,
    )
    yield Table("Cases by theme and agency", headings, rows)
    headings, rows = marks.column(
        ("Theme", *(one.label for one in Polarity)),
        [(one.words.name, *(str(one.ways[way.value]) for way in Polarity)) for one in found.themes],
        Invented.RETURNS,
    )
    yield Table("Cases by theme and by which way passages point", headings, rows)
    yield Labelled(tuple((one.words.name, one.words.definition) for one in found.themes))
    yield Paragraph(agreement_lead(found.agreement))
    if found.twice:
        yield Table(
            "Agreement of first and second codings",
            ("Theme", "Both did the same", "Both gave it", "One alone gave it", "Cohen's kappa"),
            tuple(tuple(str(cell) for cell in row) for row in agreement_rows(found.agreement)),
            note="Cohen's kappa is how far two coders agree beyond what chance alone would bring: "
            "1 is always, 0 no more than chance.",
        )
