"""WordprocessingML as text: thousands of rows are parsed at once, not appended one by one."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from safehub.foundation.documents.lettering import by_direction, runs_right_to_left

NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{path}/2006/{last}"'
    for prefix, path, last in (
        ("w", "wordprocessingml", "main"),
        ("a", "drawingml", "main"),
        ("pic", "drawingml", "picture"),
        ("wp", "drawingml", "wordprocessingDrawing"),
        ("r", "officeDocument", "relationships"),
    )
)
_DECORATION = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative"'
    ' val="1"/></a:ext></a:extLst>'
)
_BREAKS = re.compile(r"([\n\t])")
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def run(text: str, style: str = "") -> str:
    """The text as runs; a right-to-left stretch is one of its own.

    Word needs the mark to order the digits and stops within such a stretch.
    """
    if not text:
        return ""
    if text.isascii():
        return _run(text, style, rtl=False)
    return "".join(_run(piece, style, rtl=rtl) for rtl, piece in by_direction(text))


def _run(text: str, style: str, *, rtl: bool) -> str:
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    how = named + ("<w:rtl/>" if rtl else "")
    properties = f"<w:rPr>{how}</w:rPr>" if how else ""
    return f"<w:r>{properties}{_marked(text)}</w:r>"


def _marked(text: str) -> str:
    if "\n" not in text and "\t" not in text:
        return f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return "".join(
        _MARKS.get(part) or f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in _BREAKS.split(text)
        if part
    )


def paragraph(runs: str, style: str, properties: str = "", *, root: bool = False) -> str:
    """A paragraph of finished runs; as the `root` of a text to parse it declares its names."""
    names = f" {NAMESPACES}" if root else ""
    return f'<w:p{names}><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def text_paragraph(text: str, style: str) -> str:
    """A paragraph of one text, right-to-left as a whole if it begins so."""
    return paragraph(run(text), style, direction(text))


def direction(text: str) -> str:
    """The property of a paragraph that begins right-to-left."""
    return "<w:bidi/>" if runs_right_to_left(text) else ""


def field(instruction: str, shown: str) -> str:
    """A field with its result filled in, so that Word need not work it out on opening."""
    return field_start(instruction) + run(shown) + field_end()


def field_start(instruction: str) -> str:
    """The opening of a field, up to where its result begins."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


def field_end() -> str:
    """What closes a field."""
    return '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def attribute(text: str) -> str:
    """The text quoted for an attribute, its line ends kept."""
    return quoteattr(text)


def picture(name: str, alternative: str, number: int, relation: str, size: tuple[int, int]) -> str:
    """A picture in the line, `size` in EMU, with the alternative that a screen reader says.

    Without an alternative it is marked as decoration, so that it is passed over in silence.
    """
    described = f'<wp:docPr id="{number}" name={attribute(name)} descr={attribute(alternative)}'
    described += "/>" if alternative else f">{_DECORATION}</wp:docPr>"
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    frame = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f"<wp:extent {extent}/>"
        f"{described}"
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{frame}"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name={attribute(name)}/><pic:cNvPicPr/>'
        "</pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        "</pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
