"""Documents to render: one with every block, and the texts that most often go wrong."""

from __future__ import annotations

from safehub.foundation.documents.charts import (
    CountRow,
    GradeRow,
    ShareRow,
    counts,
    grades_by_agency,
    shares_with_intervals,
)
from safehub.foundation.documents.tree import (
    Bullets,
    Document,
    Heading,
    Labelled,
    Notice,
    Paragraph,
    Picture,
    Table,
)

GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
LONG_NAME = "Northshire and Westmarch University Hospitals NHS Foundation Trust"
AWKWARD = (
    "<b>bold</b> & <script>alert(1)</script>",
    '#let x = [a] #image("x") @label <tag> // no comment /* none */',
    "*stars* _lines_ `ticks` $x^2$ = not a heading - not a list",
    "{{ braces }} {% block %} ${dollar} %s \\n \\u{41}",
    "office waffle ffl ﬁ “curly” ‘single’ \"straight\" 'plain' — – …",
    "Tŷ ŵ Ŵ ŷ Łódź ąęćńóśźż Ñandú",
    "Ελληνικά, русский",
    "தமிழ் மொழி",
    "తెలుగు",
    "ภาษาไทย",
    "a" * 400,
    "zero\u200bwidth and soft\u00adhyphen and no-break\u00a0space",
    "two\nlines\n\nand a\ttab",
    " spaces  around ",
    "]]> --> &amp; &#60; %PDF",
)
RIGHT_TO_LEFT = ("تقول الأم: 12 مرة", "The son דוד said", "שלום עולם")
BIDI_CONTROLS = ("\u202eoverride\u202c and \u2066isolate\u2069",)
UNCOVERED = ("林 and ਗੁਰਮੁਖੀ",)


def grades_picture() -> Picture:
    rows = (GradeRow(LONG_NAME, (1, 12, 9, 0)), GradeRow("Housing", (0, 0, 0, 0)))
    return Picture("Grades by agency", "Twelve of 22 were Good.", grades_by_agency(GRADES, rows))


def rich_document(*texts: str) -> Document:
    """Every block once, with the texts in each place where a text may stand."""
    return Document(
        "Case audit & <report>",
        "A #subtitle",
        (
            Heading(1, "1. Summary"),
            *(Paragraph(text) for text in texts),
            *(Notice(text) for text in texts),
            Heading(2, "1.1 Findings"),
            Bullets(texts),
            Bullets(()),
            Bullets(("", "one")),
            Labelled(tuple((f"{place}a", text) for place, text in enumerate(texts))),
            Labelled((("A label too long for its own column", "text"), ("", "bare"), ("bare", ""))),
            Labelled(()),
            Heading(3, "Third <level>"),
            *(Heading(2, text) for text in texts),
            grades_picture(),
            Picture(
                "Shares *starred*",
                'Alternative with "quotes" & <angles>',
                shares_with_intervals((ShareRow("Seen", 48, 56, 0.74, 0.93), ShareRow("x", 0, 0))),
            ),
            Picture("Themes", "Voice 3.", counts((CountRow("Voice", 3), CountRow("None", 0)))),
            Table(
                "Texts",
                ("Place", "Text", "Number"),
                tuple((str(place), text, "1") for place, text in enumerate(texts)),
                frozenset((2,)),
                "A note.",
            ),
            Table("Nothing in it", ("Only", "Headings"), ()),
            Table("With gaps", ("", "B"), (("", "x"), ("y", ""))),
            Table(
                "Very wide",
                tuple(f"Standard {column}" for column in range(14)),
                (tuple(f"{column} of 56" for column in range(14)),) * 3,
            ),
            Paragraph(""),
            Heading(1, "2. End"),
            Paragraph("The last words."),
        ),
    )
