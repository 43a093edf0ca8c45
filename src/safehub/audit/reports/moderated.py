"""What moderation came to, in report.json and in the report; nothing where nobody moderated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from safehub.audit.moderation.figures import Agreement, Graded
from safehub.audit.moderation.presenters import agreement_rows, good_in_words, lead_of
from safehub.audit.moderation.queries import Moderated
from safehub.audit.programmes.terms import Invented
from safehub.audit.reports.material import Material
from safehub.audit.reports.wording import Marks
from safehub.foundation.documents.tree import Block, Heading, Paragraph, Table
from safehub.foundation.statistics import Coefficient

Data = dict[str, Any]


def moderation_data(found: Moderated | None) -> Data:
    """The key `moderation` of report.json, or no key."""
    if found is None:
        return {}
    return {
        "moderation": {
            "chosen": found.chosen,
            "settled": found.settled,
            "agreement": _agreement(found.agreement),
            "agencies": [
                {
                    "code": one.agency,
                    "looked_at": one.looks,
                    "own": _graded(one.own),
                    "moderated": _graded(one.moderated),
                }
                for one in found.agencies
            ],
        }
    }


def _agreement(one: Agreement) -> Data:
    return {
        "pairs": one.pairs,
        "same": one.same,
        "within_one": one.within_one,
        "percent": None if one.percent is None else float(one.percent),
        "cohen_kappa": _coefficient(one.cohen),
        "fleiss_kappa": {**_coefficient(one.fleiss), "returns": one.several, "raters": one.raters},
        "alpha": _coefficient(one.alpha),
    }


def _coefficient(one: Coefficient) -> Data:
    data: Data = {"value": None if one.value is None else float(one.value)}
    return data if one.reason is None else {**data, "reason": one.reason}


def _graded(one: Graded) -> Data:
    return {
        "grades": dict(one.grades),
        "met_good": {
            "n": one.good,
            "of": one.of,
            "percent": None if one.percent is None else float(one.percent),
        },
    }


def moderation_blocks(material: Material, marks: Marks) -> Iterator[Block]:
    """The section on moderation, or nothing."""
    found = material.moderated
    if found is None:
        return
    yield Heading(2, "Moderation")
    yield Paragraph(
        f"Moderators graded returns a second time without seeing the agency's grade: "
        f"{found.settled} of {found.chosen} that were chosen. {lead_of(found.agreement)}"
    )
    yield Table(
        "Agreement of first and second grades of the same return",
        ("Measure", "What it says", "Value", "Rests on"),
        tuple(tuple(str(cell) for cell in row) for row in agreement_rows(found.agreement)),
        note="Agreement is between grades of one return. How far agencies' grades of one case lie "
        "apart is spread, and is no agreement of this kind.",
    )
    names = {one.code: one.name for one in material.terms.agencies}
    headings, rows = marks.column(
        ("Agency", "Looked at again", "The agency's grade", "The moderated grade"),
        [
            (
                names[one.agency],
                str(one.looks),
                good_in_words(one.own),
                good_in_words(one.moderated),
            )
            for one in found.agencies
        ],
        Invented.RETURNS,
        Invented.GRADES,
    )
    yield Table("Cases graded good or better, with either grade", headings, rows)
