"""What a document settles before anything is rendered."""

from __future__ import annotations

import pytest

from safehub.foundation.documents.tree import Document, Heading, Paragraph, Picture, Table


def test_heading_that_skips_a_level_moves_up() -> None:
    document = Document("T", "", (Heading(2, "a"), Heading(3, "b"), Heading(1, "c")))
    assert [block.level for block in document.blocks if isinstance(block, Heading)] == [1, 2, 1]


def test_blank_heading_is_left_out() -> None:
    assert Document("T", "", (Heading(1, " \u200b"), Paragraph("x"))).blocks == (Paragraph("x"),)


def test_contents_of_one_heading_is_empty() -> None:
    assert Document("T", "", (Heading(1, "a"), Heading(2, "b"))).contents() == [
        (0, Heading(1, "a")),
        (1, Heading(2, "b")),
    ]
    assert Document("T", "", (Heading(1, "a"),)).contents() == []


def test_captions_are_numbered_by_kind() -> None:
    table = Table("t", ("a",), ())
    picture = Picture("p", "alternative", "<svg/>")
    document = Document("T", "", (table, picture, table))
    assert [caption for _, caption in document.captioned()] == [
        "Table 1: t",
        "Figure 1: p",
        "Table 2: t",
    ]


def test_what_no_reader_could_use_is_refused() -> None:
    with pytest.raises(ValueError, match="title"):
        Document(" ", "", ())
    with pytest.raises(ValueError, match="alternative"):
        Picture("p", "", "<svg/>")
    with pytest.raises(ValueError, match="wrong number"):
        Table("t", ("a", "b"), (("x",),))
    with pytest.raises(ValueError, match="no columns"):
        Table("t", (), ())
    with pytest.raises(ValueError, match="level"):
        Heading(4, "x")
