"""Writing a report from its material: as a draft, and as it will be published."""

from __future__ import annotations

from dataclasses import dataclass, replace

from safehub.audit.programmes.models import Audit
from safehub.audit.reports import comparison
from safehub.audit.reports.briefing import briefing_document
from safehub.audit.reports.comparison import Compared
from safehub.audit.reports.data import as_json, report_data
from safehub.audit.reports.document import report_document
from safehub.audit.reports.figures_file import FIGURE_COLUMNS, figure_cells
from safehub.audit.reports.material import Material, material_of
from safehub.audit.reports.publishing.states import Suppression
from safehub.audit.reports.publishing.suppressing import (
    hidden_in,
    suppressed_comparison,
    suppressed_material,
)
from safehub.audit.reports.withholding import Withholding
from safehub.foundation.documents.tables import csv_text
from safehub.foundation.documents.tree import Document, Notice


@dataclass(frozen=True)
class Written:
    """A report as it is written: what of, the document, and the text of report.json."""

    material: Material
    before: Material | None
    compared: tuple[Compared, ...]
    document: Document
    text: str
    withheld: tuple[tuple[str, int], ...]


def written(audit: Audit, previous: Audit | None) -> Written:
    """Derive every figure and write the draft. Raises NotPossible where no sample was drawn."""
    material = material_of(audit)
    before = material_of(previous) if previous is not None else None
    compared: tuple[Compared, ...] = ()
    if before is not None:
        compared = comparison.compare(
            material.figures,
            before.figures,
            both_random=material.is_random and before.is_random,
        )
    withholding = _withholding(material)
    document = report_document(material, compared, withholding)
    withheld = tuple(sorted(withholding.found.items()))
    text = as_json(report_data(material, compared, document, withholding))
    return Written(material, before, compared, document, text, withheld)


def _withholding(material: Material) -> Withholding:
    terms = material.terms
    published = [terms.title, terms.board, *(theme.name for theme in terms.themes)]
    for agency in terms.agencies:
        published += [agency.code, agency.name, agency.kind, agency.respondent_unit or ""]
    return Withholding(
        material.identifying_words,
        respondents={row.respondent for row in material.rows},
        people={action.person for action in material.actions},
        published=published,
    )


@dataclass(frozen=True)
class Publishable:
    """All that is published of a report: two documents, report.json and figures.csv."""

    document: Document
    briefing: Document
    text: str
    figures: str


@dataclass(frozen=True)
class Correction:
    """That this report corrects an earlier one: which, what of it, and why."""

    number: int
    corrected: str
    why: str


def publishable(
    draft: Written, suppression: Suppression, correction: Correction | None
) -> Publishable:
    """The draft as it will be published: everything under the one choice of suppression."""
    material, compared = draft.material, draft.compared
    if suppression is Suppression.UNDER_FIVE:
        hidden = hidden_in(material)
        material = suppressed_material(material)
        before = hidden_in(draft.before) if draft.before is not None else {}
        compared = suppressed_comparison(compared, hidden, before)
    else:
        material = replace(material, suppression=suppression.value)
    withholding = _withholding(material)
    document = report_document(material, compared, withholding)
    notes: tuple[Notice, ...] = ()
    if correction is not None:
        what, why = withholding.clean(correction.corrected), withholding.clean(correction.why)
        said = f"This report corrects report {correction.number}. Corrected: {what} Why: {why}"
        notes = (Notice(said),)
    document = replace(document, blocks=(*notes, *document.blocks))
    data = report_data(material, compared, document, withholding)
    data["published"] = {
        "suppression": suppression.value,
        "corrects": correction.number if correction else None,
        "corrected": withholding.clean(correction.corrected) if correction else None,
        "why": withholding.clean(correction.why) if correction else None,
    }
    rows = (figure_cells(figure) for figure in material.figures.listed)
    return Publishable(
        document,
        briefing_document(material, withholding),
        as_json(data),
        csv_text(FIGURE_COLUMNS, rows),
    )
