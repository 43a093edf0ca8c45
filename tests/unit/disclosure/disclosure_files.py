"""Files with a protected word in one channel, each made from a clean file of its kind."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage

import docx
import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tree import Document, Paragraph

ADDRESS = "12 Alderwick Close"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Made = tuple[str, bytes]


def changed_zip(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The archive with entries put in place of others or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            if name not in changes:
                target.writestr(name, source.read(name))
        for name, content in changes.items():
            target.writestr(name, content)
    return made.getvalue()


def word(edit: Callable[[docx.document.Document], object] = lambda _: None) -> bytes:
    document = docx.Document()
    document.add_paragraph("Nothing to see.")
    edit(document)
    made = io.BytesIO()
    document.save(made)
    # The template's thumbnail is a picture, and pictures have to be looked at.
    with zipfile.ZipFile(made) as archive:
        kept = {n: archive.read(n) for n in archive.namelist() if "thumbnail" not in n}
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return bare.getvalue()


def word_body(xml: str) -> bytes:
    data = word()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml")
    return changed_zip(
        data, {"word/document.xml": body.replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1)}
    )


def word_part(name: str, inner: str, root: str = "w:root") -> bytes:
    return changed_zip(word(), {name: f"<{root} {W}>{inner}</{root}>".encode()})


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def workbook(edit: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.Workbook()
    sheet_of(book)["A1"] = "Nothing to see"
    edit(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def hidden_sheet(book: openpyxl.Workbook, state: str) -> None:
    sheet = book.create_sheet("Other")
    sheet["C3"] = ADDRESS
    sheet.sheet_state = state


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def in_cell(book: openpyxl.Workbook, place: str, value: str) -> None:
    sheet_of(book)[place] = value


def in_two_cells(book: openpyxl.Workbook) -> None:
    sheet_of(book)["D9"] = 12
    sheet_of(book)["E9"] = "Alderwick Close"


def in_hidden_row(book: openpyxl.Workbook) -> None:
    in_cell(book, "A4", ADDRESS)
    sheet_of(book).row_dimensions[4].hidden = True


def in_hidden_column(book: openpyxl.Workbook) -> None:
    in_cell(book, "F1", ADDRESS)
    sheet_of(book).column_dimensions["F"].hidden = True


def in_print_header(book: openpyxl.Workbook) -> None:
    header = sheet_of(book).oddHeader
    assert header is not None
    header.center.text = ADDRESS


def pdf(text: str = "Nothing to see.", title: str = "A letter") -> bytes:
    return to_pdf(Document(title, "", (Paragraph(text),)))


def changed_pdf(edit: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    edit(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def add_link(writer: PdfWriter) -> None:
    link = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/Link"),
        NameObject("/A"): DictionaryObject({
            NameObject("/S"): NameObject("/URI"),
            NameObject("/URI"): TextStringObject("https://example.org/12-alderwick-close"),
        }),
    })  # fmt: skip
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])


def add_field(writer: PdfWriter) -> None:
    field = DictionaryObject({
        NameObject("/FT"): NameObject("/Tx"), NameObject("/T"): TextStringObject("home"),
        NameObject("/V"): TextStringObject(ADDRESS), NameObject("/Subtype"): NameObject("/Widget"),
    })  # fmt: skip
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer._root_object[NameObject("/AcroForm")] = form


def add_script(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject({
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject(f"app.alert('{ADDRESS}')"),
    })  # fmt: skip


def add_validation(book: openpyxl.Workbook) -> None:
    validation = DataValidation("list", f'"{ADDRESS},other"')
    validation.add("B2")
    sheet_of(book).add_data_validation(validation)


def saved_into(data: bytes) -> bytes:
    """The PDF with a change appended, as programs do that keep what was before."""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    writer.add_metadata({"/Subject": "changed"})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def add_unreached(writer: PdfWriter) -> None:
    writer._add_object(TextStringObject(ADDRESS))


def add_metadata(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><d:description xmlns:d='urn:d'>"
        + ADDRESS.encode()
        + b"</d:description></x:xmpmeta>"
    )
    stream[NameObject("/Type")] = NameObject("/Metadata")
    stream[NameObject("/Subtype")] = NameObject("/XML")
    writer._root_object[NameObject("/Metadata")] = writer._add_object(stream)


def add_form_drawing(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 9 Tf (12 Alder) Tj (wick Close) Tj ET")
    stream[NameObject("/Type")] = NameObject("/XObject")
    stream[NameObject("/Subtype")] = NameObject("/Form")
    writer._add_object(stream)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *chunks,
             (b"IDAT", zlib.compress(b"\x00\x00")), (b"IEND", b"")]  # fmt: skip
    made = b"\x89PNG\r\n\x1a\n"
    for kind, body in parts:
        made += struct.pack(">I", len(body)) + kind + body
        made += struct.pack(">I", zlib.crc32(kind + body))
    return made


def exif(text: bytes = b"", *, gps: bool = False) -> bytes:
    """A JPEG with an ImageDescription, and perhaps a pointer to positions."""
    entries = [struct.pack("<HHII", 0x010E, 2, len(text) + 1, 8 + 2 + 12 * (1 + gps) + 4)]
    if gps:
        entries.append(struct.pack("<HHII", 0x8825, 4, 1, 500))
    tiff = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + b"".join(entries)
    tiff += struct.pack("<I", 0) + text + b"\x00"
    body = b"Exif\x00\x00" + tiff
    app1 = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return b"\xff\xd8" + app1 + b"\xff\xd9"


def message(edit: Callable[[EmailMessage], object], text: str = "Nothing to see.") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "A letter"
    made.set_content(text)
    edit(made)
    return made.as_bytes()


def zipped(*files: Made, comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
        archive.comment = comment
    return made.getvalue()


def inside(email: EmailMessage) -> None:
    nested = EmailMessage()
    nested["From"], nested["To"], nested["Subject"] = "c@example.org", "d@example.org", "Inner"
    nested.set_content(f"She is at {ADDRESS}.")
    email.add_attachment(nested)


def table(document: docx.document.Document) -> None:
    cell = document.add_table(1, 1).cell(0, 0)
    cell.add_table(1, 1).cell(0, 0).text = ADDRESS


CHANNELS: dict[str, Callable[[], Made]] = {
    "docx text": lambda: ("a.docx", word(lambda d: d.add_paragraph(ADDRESS))),
    "docx word split over runs": lambda: (
        "a.docx",
        word_body(f"<w:p>{run('12 Ald')}{run('er')}{run('wick Clo')}{run('se')}</w:p>"),
    ),
    "docx table": lambda: ("a.docx", word(table)),
    "docx table cells": lambda: (
        "a.docx",
        word_body(
            f"<w:tbl><w:tr><w:tc><w:p>{run('12')}</w:p></w:tc><w:tc><w:p>{run('Alderwick Close')}"
            "</w:p></w:tc></w:tr></w:tbl>"
        ),
    ),
    "docx header": lambda: ("a.docx", word_part("word/header7.xml", f"<w:p>{run(ADDRESS)}</w:p>")),
    "docx footer": lambda: ("a.docx", word_part("word/footer7.xml", f"<w:p>{run(ADDRESS)}</w:p>")),
    "docx comment": lambda: (
        "a.docx",
        word_part("word/comments.xml", f"<w:p>{run(ADDRESS)}</w:p>"),
    ),
    "docx comment's author": lambda: (
        "a.docx",
        word_part("word/comments.xml", f"<w:comment w:author='{ADDRESS}'/>"),
    ),
    "docx deletion that is tracked": lambda: (
        "a.docx",
        word_body(
            "<w:p><w:del w:id='1'><w:r><w:delText>12 Alder</w:delText></w:r></w:del>"
            "<w:del w:id='2'><w:r><w:delText>wick Close</w:delText></w:r></w:del></w:p>"
        ),
    ),
    "docx insertion that is tracked": lambda: (
        "a.docx",
        word_body(f"<w:p><w:ins w:id='1'>{run(ADDRESS)}</w:ins></w:p>"),
    ),
    "docx footnote": lambda: (
        "a.docx",
        word_part("word/footnotes.xml", f"<w:p>{run(ADDRESS)}</w:p>"),
    ),
    "docx endnote": lambda: (
        "a.docx",
        word_part("word/endnotes.xml", f"<w:p>{run(ADDRESS)}</w:p>"),
    ),
    "docx text box": lambda: (
        "a.docx",
        word_body(
            f"<w:p><w:r><w:pict><w:txbxContent><w:p>{run(ADDRESS)}</w:p></w:txbxContent></w:pict>"
            "</w:r></w:p>"
        ),
    ),
    "docx hidden text": lambda: (
        "a.docx",
        word_body(f"<w:p>{run(ADDRESS, '<w:rPr><w:vanish/></w:rPr>')}</w:p>"),
    ),
    "docx field code": lambda: (
        "a.docx",
        word_body(f"<w:p><w:r><w:instrText>HYPERLINK {ADDRESS}</w:instrText></w:r></w:p>"),
    ),
    "docx alternative text": lambda: (
        "a.docx",
        word_body(f"<w:p><w:docPr descr='{ADDRESS}'/></w:p>"),
    ),
    "docx link": lambda: (
        "a.docx",
        word_part(
            "word/_rels/other.xml.rels", "<Relationship Target='https://x.org/12-alderwick-close'/>"
        ),
    ),
    "docx properties": lambda: (
        "a.docx",
        word(lambda d: setattr(d.core_properties, "subject", ADDRESS)),
    ),
    "docx property of one's own": lambda: (
        "a.docx",
        word_part("docProps/custom.xml", f"<lpwstr>{ADDRESS}</lpwstr>"),
    ),
    "docx custom part": lambda: (
        "a.docx",
        word_part("customXml/item1.xml", f"<home>{ADDRESS}</home>"),
    ),
    "docx comment of XML": lambda: ("a.docx", word_body(f"<!-- {ADDRESS} -->")),
    "docx workbook inside": lambda: (
        "a.docx",
        changed_zip(
            word(), {"word/embeddings/b.xlsx": workbook(lambda b: in_cell(b, "B2", ADDRESS))}
        ),
    ),
    "docx picture inside": lambda: (
        "a.docx",
        changed_zip(word(), {"word/media/image1.jpeg": exif(ADDRESS.encode())}),
    ),
    "docx under another name": lambda: ("a.pdf", word(lambda d: d.add_paragraph(ADDRESS))),
    "xlsx cell": lambda: ("a.xlsx", workbook(lambda b: in_cell(b, "D9", ADDRESS))),
    "xlsx two cells": lambda: ("a.xlsx", workbook(in_two_cells)),
    "xlsx hidden sheet": lambda: ("a.xlsx", workbook(lambda b: hidden_sheet(b, "hidden"))),
    "xlsx very hidden sheet": lambda: ("a.xlsx", workbook(lambda b: hidden_sheet(b, "veryHidden"))),
    "xlsx hidden row": lambda: ("a.xlsx", workbook(in_hidden_row)),
    "xlsx hidden column": lambda: ("a.xlsx", workbook(in_hidden_column)),
    "xlsx comment": lambda: (
        "a.xlsx",
        workbook(lambda b: setattr(sheet_of(b)["A1"], "comment", Comment(ADDRESS, "somebody"))),
    ),
    "xlsx defined name": lambda: (
        "a.xlsx",
        workbook(lambda b: b.defined_names.add(DefinedName("home", attr_text=f'"{ADDRESS}"'))),
    ),
    "xlsx properties": lambda: (
        "a.xlsx",
        workbook(lambda b: setattr(b.properties, "description", ADDRESS)),
    ),
    "xlsx sheet name": lambda: ("a.xlsx", workbook(lambda b: b.create_sheet(ADDRESS))),
    "xlsx header of the print": lambda: ("a.xlsx", workbook(in_print_header)),
    "xlsx list of a validation": lambda: ("a.xlsx", workbook(add_validation)),
    "xlsx formula": lambda: ("a.xlsx", workbook(lambda b: in_cell(b, "A2", f'="{ADDRESS}"'))),
    "xlsx inline text": lambda: (
        "a.xlsx",
        changed_zip(
            workbook(lambda b: None),
            {
                "xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"
                b"<c r='A1' t='inlineStr'><is><t>12 Alder</t><t>wick Close</t></is></c>"
                b"</row></sheetData></worksheet>"
            },
        ),
    ),
    "xlsx cached link": lambda: (
        "a.xlsx",
        changed_zip(
            workbook(lambda b: None),
            {"xl/externalLinks/link1.xml": f"<link><v>{ADDRESS}</v></link>".encode()},
        ),
    ),
    "pptx slide": lambda: (
        "a.pptx",
        zipped(
            ("[Content_Types].xml", b"<Types/>"),
            (
                "ppt/slides/slide1.xml",
                b"<sld><p><r><t>12 Alder</t></r><r><t>wick Close</t></r></p></sld>",
            ),
        ),
    ),
    "odt text": lambda: (
        "a.odt",
        zipped(
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", b"<office><p>12 <span>Alder</span>wick Close</p></office>"),
        ),
    ),
    "pdf page": lambda: ("a.pdf", pdf(f"She is at {ADDRESS} now.")),
    "pdf title": lambda: ("a.pdf", pdf(title=ADDRESS)),
    "pdf information": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_metadata({"/Subject": ADDRESS})),
    ),
    "pdf metadata": lambda: ("a.pdf", changed_pdf(add_metadata)),
    "pdf note": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_annotation(0, Text(text=ADDRESS, rect=(9, 9, 40, 40)))),
    ),
    "pdf free text": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_annotation(0, FreeText(text=ADDRESS, rect=(9, 9, 90, 40)))),
    ),
    "pdf field": lambda: ("a.pdf", changed_pdf(add_field)),
    "pdf link": lambda: ("a.pdf", changed_pdf(add_link)),
    "pdf bookmark": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_outline_item(title=ADDRESS, page_number=0)),
    ),
    "pdf script": lambda: ("a.pdf", changed_pdf(add_script)),
    "pdf file inside": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_attachment("b.txt", ADDRESS.encode())),
    ),
    "pdf file inside its name": lambda: (
        "a.pdf",
        changed_pdf(lambda w: w.add_attachment(f"{ADDRESS}.txt", b"nothing")),
    ),
    "pdf workbook inside": lambda: (
        "a.pdf",
        changed_pdf(
            lambda w: w.add_attachment("b.xlsx", workbook(lambda b: hidden_sheet(b, "hidden")))
        ),
    ),
    "pdf object that no page reaches": lambda: ("a.pdf", changed_pdf(add_unreached)),
    "pdf drawing that no page reaches": lambda: ("a.pdf", changed_pdf(add_form_drawing)),
    "csv": lambda: ("a.csv", f"name,home\nA,{ADDRESS}\n".encode()),
    "csv columns": lambda: ("a.csv", b"A;12;Alderwick Close;x\n"),
    "txt of 16 bits": lambda: ("a.txt", ADDRESS.encode("utf-16")),
    "txt of Windows": lambda: ("a.txt", f"Café “{ADDRESS}”".encode("cp1252")),
    "txt without an ending": lambda: ("note", ADDRESS.encode()),
    "file name": lambda: (f"letter {ADDRESS}.txt", b"nothing"),
    "json": lambda: ("a.json", b'{"home": "12 \\u0041lderwick Close"}'),
    "rtf": lambda: ("a.rtf", f"{{\\rtf1 {ADDRESS}}}".encode()),
    "html text": lambda: ("a.html", b"<p>12 Al<b>der</b>wick <i>Close</i></p>"),
    "html comment": lambda: ("a.html", f"<p>x<!-- {ADDRESS} --></p>".encode()),
    "html attribute": lambda: ("a.html", f"<p title='{ADDRESS}'>x</p>".encode()),
    "html script": lambda: ("a.html", f"<script>var a = '{ADDRESS}'</script>".encode()),
    "html hidden": lambda: ("a.html", f"<p hidden style='display:none'>{ADDRESS}</p>".encode()),
    "html entities": lambda: ("a.html", b"<p>12 &#65;lderwick&nbsp;Close</p>"),
    "html title": lambda: ("a.html", f"<html><title>{ADDRESS}</title></html>".encode()),
    "html link": lambda: ("a.html", b"<a href='https://x.org/?q=12%20Alderwick%20Close'>x</a>"),
    "svg": lambda: ("a.svg", b"<svg><text>12 <tspan>Alderwick</tspan> Close</text></svg>"),
    "xml": lambda: ("a.xml", f"<?xml version='1.0'?><a home='{ADDRESS}'/>".encode()),
    "eml subject": lambda: (
        "a.eml",
        message(lambda m: m.replace_header("Subject", f"Zoë at {ADDRESS}")),
    ),
    "eml text": lambda: ("a.eml", message(lambda m: None, f"She is at {ADDRESS}.")),
    "eml text in base 64": lambda: (
        "a.eml",
        message(lambda m: m.set_content(f"Café {ADDRESS}", cte="base64")),
    ),
    "eml text in quoted print": lambda: (
        "a.eml",
        message(
            lambda m: m.set_content(
                "é" * 40 + f" 12 Alderwick Close {'x' * 80}", cte="quoted-printable"
            )
        ),
    ),
    "eml page": lambda: (
        "a.eml",
        message(lambda m: m.add_alternative(f"<p>{ADDRESS}</p>", subtype="html")),
    ),
    "eml attachment": lambda: (
        "a.eml",
        message(
            lambda m: m.add_attachment(
                word(lambda d: d.add_paragraph(ADDRESS)),
                "application",
                "octet-stream",
                filename="b.docx",
            )
        ),
    ),
    "eml attachment's name": lambda: (
        "a.eml",
        message(lambda m: m.add_attachment(b"x", "text", "plain", filename=f"{ADDRESS}.txt")),
    ),
    "eml message inside": lambda: ("a.eml", message(inside)),
    "eml header of its own": lambda: ("a.eml", message(lambda m: m.add_header("X-Home", ADDRESS))),
    "zip file": lambda: ("a.zip", zipped(("b.txt", ADDRESS.encode()))),
    "zip name": lambda: ("a.zip", zipped((f"{ADDRESS}.txt", b"x"))),
    "zip comment": lambda: ("a.zip", zipped(("b.txt", b"x"), comment=ADDRESS.encode())),
    "zip in zip in zip": lambda: (
        "a.zip",
        zipped(("b.zip", zipped(("c.zip", zipped(("d.txt", ADDRESS.encode())))))),
    ),
    "zip with a PDF": lambda: ("bundle.zip", zipped(("b.pdf", pdf(f"She is at {ADDRESS}.")))),
    "jpeg description": lambda: ("a.jpg", exif(ADDRESS.encode())),
    "jpeg description of 16 bits": lambda: ("a.jpg", exif(ADDRESS.encode("utf-16-le"))),
    "png text": lambda: ("a.png", png((b"tEXt", b"Comment\x00" + ADDRESS.encode()))),
    "png packed text": lambda: (
        "a.png",
        png((b"zTXt", b"Comment\x00\x00" + zlib.compress(ADDRESS.encode()))),
    ),
    "png international text": lambda: (
        "a.png",
        png((b"iTXt", b"Comment\x00\x01\x00\x00\x00" + zlib.compress(ADDRESS.encode()))),
    ),
    "old Office file": lambda: (
        "a.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99) + ADDRESS.encode("utf-16-le"),
    ),
    "file of no known kind": lambda: ("a.bin", bytes(range(32)) + ADDRESS.encode() + bytes(9)),
    "base 64 in a message": lambda: (
        "a.eml",
        message(
            lambda m: m.add_attachment(
                base64.b64decode(base64.b64encode(ADDRESS.encode())), "text", "x", filename="b"
            )
        ),
    ),
}
