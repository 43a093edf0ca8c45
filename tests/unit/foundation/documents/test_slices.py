"""Charts that are taller than a page."""

from __future__ import annotations

from safehub.foundation.documents.charts import GradeRow, grades_by_agency
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.slices import slices
from safehub.foundation.documents.tree import Document, Picture
from safehub.foundation.documents.word import to_word

from .examples import GRADES, LONG_NAME
from .reading_back import squeezed, text_of_pdf, texts_of_word

TALL = grades_by_agency(GRADES, [GradeRow(f"{n} {LONG_NAME}", (1, n, 9, 2)) for n in range(40)])


def test_short_chart_stays_as_it_is() -> None:
    svg = grades_by_agency(GRADES, [GradeRow("A", (1, 2, 3, 4))])
    assert [share for _, share in slices(svg)] == [1.0]


def test_tall_chart_is_cut_between_rows_and_each_part_fills_the_line() -> None:
    parts = slices(TALL)
    assert len(parts) == 3
    assert all(share == 1.0 for _, share in parts)


def test_tall_picture_without_breaks_is_made_smaller() -> None:
    svg = '<svg xmlns="x" viewBox="0 0 640 8700" width="640" height="8700"></svg>'
    assert slices(svg) == [(svg, 0.1)]


def test_tall_chart_has_one_alternative_in_word_and_pdf() -> None:
    document = Document("T", "", (Picture("Tall", "The alternative.", TALL),))
    assert texts_of_word(to_word(document)) == document.texts()
    assert text_of_pdf(to_pdf(document)) == squeezed("".join(document.texts()))
