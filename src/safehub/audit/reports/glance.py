"""The report at a glance: what a member of the board reads first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safehub.audit.programmes.terms import Invented
from safehub.audit.reports.comparison import Compared
from safehub.audit.reports.material import Material
from safehub.audit.reports.wording import Marks, listed
from safehub.foundation.documents.tree import Block, Bullets, Heading


def blocks(material: Material, compared: Sequence[Compared], marks: Marks) -> Iterator[Block]:
    """A few sentences, each a count that the report shows in full further on."""
    sentences = [
        marks.after(_answers(material), Invented.RETURNS),
        _findings(material),
        _gaps(material),
    ]
    if compared:
        apart = sum(one.distinguishable for one in compared)
        by_chance = max(1, round(len(compared) / 20))
        sentences.append(
            f"{apart} of {len(compared)} differences from the audit before can be told from "
            f"chance; of so many, about {by_chance} would be by chance alone."
        )
    yield Heading(1, "At a glance")
    yield Bullets(tuple(sentence for sentence in sentences if sentence))


def _answers(material: Material) -> str:
    agencies = material.figures.agencies
    narrative = sum(one.narrative_only for one in agencies)
    silent = sum(not one.has_rows and not one.narrative_only for one in agencies)
    waited = sum(one.has_rows and bool(one.counts["awaited"]) for one in agencies)
    complete = len(agencies) - narrative - silent - waited
    parts = [f"{complete} answered on every case"]
    parts += [f"{waited} still owe returns"] if waited else []
    parts += [f"{narrative} sent a narrative report only"] if narrative else []
    parts += [f"{silent} sent nothing"] if silent else []
    asked = len(material.sample.asked)
    if material.shown is not None:
        return f"{len(agencies)} agencies were asked about {asked} cases."
    return f"{len(agencies)} agencies were asked about {asked} cases: {listed(parts)}."


def _findings(material: Material) -> str:
    found = material.agreed.findings
    again = sum(finding.seen_before for finding in found)
    if not found:
        return ""
    return f"{len(found)} findings; {again} of them had been made before."


def _gaps(material: Material) -> str:
    gaps = material.agreed.gaps
    if not gaps:
        return "No gap is recorded."
    themes = len({gap.theme for gap in gaps})
    owned = len({action.gap for action in material.actions})
    return (
        f"{len(gaps)} gaps under {themes} of {len(material.terms.themes)} themes; "
        f"{owned} of {len(gaps)} have an action with an owner."
    )
