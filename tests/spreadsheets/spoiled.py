"""Ways to spoil a workbook as files, not as people do it in a spreadsheet program."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed; `part` is a pattern for its name."""
    out = io.BytesIO()
    met = 0
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if re.fullmatch(part, entry.filename):
                met, content = met + 1, change(content)
            target.writestr(entry.filename, content)
    assert met, part
    return out.getvalue()


def sheet_part(data: bytes, title: str = "returns") -> str:
    """The pattern of the part that holds the sheet of this title."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        book = source.read("xl/workbook.xml").decode()
    names = re.findall(r'<sheet [^>]*?name="([^"]+)"', book)
    return rf"xl/worksheets/sheet{names.index(title) + 1}\.xml"


def compound(*streams: str) -> bytes:
    """What begins as an old workbook or one with a password does: a compound file."""
    names = b"".join(stream.encode("utf-16-le") + b"\0" * 64 for stream in streams)
    return _OLE + b"\0" * 504 + names


def archive(parts: dict[str, str]) -> bytes:
    """An archive with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, text in parts.items():
            target.writestr(name, text)
    return out.getvalue()


def picture_bomb() -> bytes:
    """A PNG of 60,000 by 60,000 points in some kilobytes: 3.6 GB once it is drawn."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_picture(data: bytes) -> bytes:
    """The workbook, on whose sheet of answers a picture lies that would fill the memory."""
    part = sheet_part(data)
    number = re.findall(r"sheet(\d+)", part)[0]
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        "<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0"
        '</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="1" cy="1"/><xdr:pic>'
        '<xdr:nvPicPr><xdr:cNvPr id="1" name="p"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic><xdr:clientData/>'
        "</xdr:oneCellAnchor></xdr:wsDr>"
    )
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    data = rewritten(
        data,
        part,
        lambda xml: xml.replace(
            b"</worksheet>",
            b'<drawing xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships" r:id="rIdPicture"/></worksheet>',
        ),
    )
    relation = (
        f'<Relationship Id="rIdPicture" Type="{base}/drawing" Target="/xl/drawings/drawing9.xml"/>'
    )
    rels = f"xl/worksheets/_rels/sheet{number}.xml.rels"
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        has_rels = rels in source.namelist()
    if has_rels:
        data = rewritten(
            data,
            re.escape(rels),
            lambda xml: xml.replace(b"</Relationships>", relation.encode() + b"</Relationships>"),
        )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        wrapped = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        )
        if not has_rels:
            target.writestr(rels, f"{wrapped}{relation}</Relationships>")
        target.writestr("xl/drawings/drawing9.xml", drawing)
        target.writestr(
            "xl/drawings/_rels/drawing9.xml.rels",
            f'{wrapped}<Relationship Id="rId1" Type="{base}/image" Target="/xl/media/image9.png"/>'
            "</Relationships>",
        )
        target.writestr("xl/media/image9.png", picture_bomb())
    return out.getvalue()


def with_link_outside(data: bytes) -> bytes:
    """The workbook with a link to a program on another machine, as DDE has it."""
    data = rewritten(
        data,
        r"xl/_rels/workbook\.xml\.rels",
        lambda xml: xml.replace(
            b"</Relationships>",
            b'<Relationship Id="rIdOut" Type="http://schemas.openxmlformats.org/officeDocument/'
            b'2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/>'
            b"</Relationships>",
        ),
    )
    data = rewritten(
        data,
        r"xl/workbook\.xml",
        lambda xml: xml.replace(
            b"</sheets>",
            b'</sheets><externalReferences><externalReference xmlns:r="http://schemas.'
            b'openxmlformats.org/officeDocument/2006/relationships" r:id="rIdOut"/>'
            b"</externalReferences>",
        ),
    )
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as target:
        target.writestr(
            "xl/externalLinks/externalLink1.xml",
            '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<ddeLink ddeService="cmd" ddeTopic="/C calc"/></externalLink>',
        )
    return out.getvalue()
