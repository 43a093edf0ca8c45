"""One page for the people who do the work: what was found, what works well, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safehub.audit.programmes.terms import Statement
from safehub.audit.reports.material import Material
from safehub.audit.reports.withholding import Withholding
from safehub.foundation.documents.tree import Block, Bullets, Document, Heading, Paragraph

# So many of each make a page; the report has them all.
_MOST = 5


def briefing_document(material: Material, withholding: Withholding) -> Document:
    """The briefing. It holds no figure of cases at all, so that none has to be suppressed."""
    return Document(
        f"What to take from it: {material.terms.title}",
        f"A briefing for practitioners · {material.terms.board}",
        tuple(_blocks(material, withholding)),
    )


def _blocks(material: Material, withholding: Withholding) -> Iterator[Block]:
    agreed = material.agreed
    yield from _part("What was found", agreed.findings, withholding)
    yield from _part("What works well", agreed.working_well, withholding)
    yield from _part("What to do differently", agreed.next_steps, withholding)
    yield Paragraph("The whole report says how each of these was found, and what is done about it.")


def _part(
    heading: str, statements: Sequence[Statement], withholding: Withholding
) -> Iterator[Block]:
    yield Heading(1, heading)
    if not statements:
        yield Paragraph("The meeting recorded nothing under this heading.")
        return
    yield Bullets(tuple(withholding.clean(one.text) for one in statements[:_MOST]))
    if len(statements) > _MOST:
        yield Paragraph("The report names more.")
