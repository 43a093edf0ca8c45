"""A table in WordprocessingML."""

from __future__ import annotations

from collections.abc import Sequence

from safehub.foundation.documents.columns import column_shares, type_size
from safehub.foundation.documents.tree import Table
from safehub.foundation.documents.word_xml import attribute, direction, paragraph, run

_STYLES = {9.5: "TableText", 8.5: "TableTextSmall", 7.5: "TableTextSmallest"}
_ROWS_KEPT_TOGETHER = 8
_LONGEST_KEPT_CELL = 400
_TWIPS = 20
# The rules end where the text does.
_LAST_CELL = '<w:tcMar><w:right w:w="0" w:type="dxa"/></w:tcMar>'


def table_xml(table: Table, caption: str, line: int) -> str:
    """The table across a line of `line` twips, its heading row repeated and no row split."""
    size = type_size(table)
    widths = _widths(column_shares(table, line / _TWIPS), line)
    style = _STYLES[size]
    together = len(table.rows) <= _ROWS_KEPT_TOGETHER and all(
        len(cell) <= _LONGEST_KEPT_CELL for row in table.rows for cell in row
    )
    last = len(table.rows) - 1
    rows = [_row(table.headings, table, widths, style, heads=True, keep=True)]
    rows += [
        _row(row, table, widths, style, keep=bool(table.note) if place == last else together)
        for place, row in enumerate(table.rows)
    ]
    return f"<w:tbl>{_properties(table, caption, widths)}{''.join(rows)}</w:tbl>"


def _widths(shares: Sequence[float], line: int) -> list[int]:
    """Twips that add up to the line exactly."""
    widths = [round(share * line) for share in shares]
    widths[-1] += line - sum(widths)
    return widths


def _properties(table: Table, caption: str, widths: Sequence[int]) -> str:
    columns = ", ".join(heading for heading in table.headings if heading.strip())
    described = f"{len(table.rows)} rows under the headings {columns}."
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        '<w:tblPr><w:tblStyle w:val="SafehubTable"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="06A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1"'
        ' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={attribute(caption)}/>"
        f"<w:tblDescription w:val={attribute(described)}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )


def _row(
    cells: Sequence[str],
    table: Table,
    widths: Sequence[int],
    style: str,
    *,
    heads: bool = False,
    keep: bool = False,
) -> str:
    kept = "<w:keepNext/>" if keep else ""
    parts = ["<w:tr><w:trPr><w:cantSplit/>", "<w:tblHeader/></w:trPr>" if heads else "</w:trPr>"]
    for column, (text, width) in enumerate(zip(cells, widths, strict=True)):
        side = '<w:jc w:val="right"/>' if column in table.numeric else ""
        inner = paragraph(run(text), style, kept + direction(text) + side)
        edge = _LAST_CELL if column == len(cells) - 1 else ""
        measure = f'<w:tcW w:w="{width}" w:type="dxa"/>{edge}'
        parts.append(f"<w:tc><w:tcPr>{measure}</w:tcPr>{inner}</w:tc>")
    parts.append("</w:tr>")
    return "".join(parts)
