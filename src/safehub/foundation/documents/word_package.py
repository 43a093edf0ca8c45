"""The Word file around the text: styles, page, footer, properties, and the bytes to hand out."""

from __future__ import annotations

import datetime
import io
import zipfile
from copy import deepcopy
from functools import cache
from importlib.resources import files

import docx
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Emu, Mm
from lxml import etree

from safehub.foundation.documents.archives import deterministic_zip
from safehub.foundation.documents.lettering import on_one_line
from safehub.foundation.documents.tree import Document
from safehub.foundation.documents.word_xml import NAMESPACES, field, paragraph, run

PAGE_MARGIN = Mm(20)
LINE_WIDTH = Emu(Mm(210) - 2 * PAGE_MARGIN)
TURNED_LINE_WIDTH = Emu(Mm(297) - 2 * PAGE_MARGIN)
_MAIN_PART = "word/document.xml"
_NO_DAY = datetime.datetime(2000, 1, 1)  # noqa: DTZ001  python-docx writes it as UTC
# What the template of python-docx brings that says nothing about this document.
_FOREIGN_PARTS = ("thumbnail", "stylesWithEffects", "customXml", "extended-properties")
_SETTINGS = f"""<w:settings {NAMESPACES}>
<w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>
<w:characterSpacingControl w:val="doNotCompress"/>
<w:compat>
<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"
 w:val="15"/>
</w:compat>
<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/>
</w:settings>"""


def new_package(document: Document) -> WordDocument:
    """An empty Word document in our styles, with its footer, language and properties."""
    word = docx.Document(io.BytesIO(_blank()))
    _set_language(word, document.language)
    _set_properties(word, document)
    _set_page(word, document)
    return word


@cache
def _blank() -> bytes:
    """The template of python-docx with our styles in place of its own, made once."""
    word = docx.Document()
    _drop_foreign_parts(word)
    _replace(word.styles.element, _resource("styles.xml"))
    _replace(word.part.numbering_part.element, _resource("numbering.xml"))
    _replace(word.settings.element, _SETTINGS)
    saved = io.BytesIO()
    word.save(saved)
    return saved.getvalue()


def bytes_of(word: WordDocument, written: str) -> bytes:
    """The file with the `written` WordprocessingML as its text; same content, same bytes.

    The text goes into the finished file: lxml takes seconds to move a long table between trees.
    """
    saved = io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as archive:
        main = archive.read(_MAIN_PART).decode()
    main = main.replace("<w:body>", f"<w:body {NAMESPACES}>{written}", 1)
    return deterministic_zip(saved.getvalue(), {_MAIN_PART: main.encode()})


def _resource(name: str) -> str:
    # lxml takes no declaration of an encoding in text.
    return files(__package__).joinpath(name).read_text("utf-8").split("?>", 1)[1]


def _replace(element: etree._Element, xml: str) -> None:
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml(xml)))


def _drop_foreign_parts(word: WordDocument) -> None:
    package = word.part.package
    for relations in (package.rels, word.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.rsplit("/", 1)[-1] in _FOREIGN_PARTS:
                del relations[name]


def _set_language(word: WordDocument, language: str) -> None:
    for tag in word.styles.element.iter(qn("w:lang")):
        tag.set(qn("w:val"), language)


def _set_properties(word: WordDocument, document: Document) -> None:
    properties = word.core_properties
    # The properties of a file hold 255 characters.
    properties.title = document.title[:255]
    properties.author = properties.last_modified_by = "Safehub"
    properties.comments = ""
    properties.language = document.language
    properties.revision = 1
    properties.created = properties.modified = _NO_DAY


def _set_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = PAGE_MARGIN
    section.bottom_margin = Mm(22)
    section.footer_distance = Mm(11)
    section.footer.is_linked_to_previous = False
    footer = section.footer._element
    for child in list(footer):
        footer.remove(child)
    footer.append(parse_xml(_footer(document)))


def section_xml(word: WordDocument, *, turned: bool) -> str:
    """The properties of a section of upright or turned pages, with the footer of the document."""
    properties = deepcopy(word.sections[-1]._sectPr)
    _turn(properties, turned=turned)
    return etree.tostring(properties, encoding="unicode")


def end_turned(word: WordDocument) -> None:
    """Lay the last section of the document on its side."""
    _turn(word.sections[-1]._sectPr, turned=True)


def _turn(properties: etree._Element, *, turned: bool) -> None:
    size = properties.find(qn("w:pgSz"))
    if size is None:
        return
    sides = sorted((size.get(qn("w:w"), ""), size.get(qn("w:h"), "")), key=int, reverse=turned)
    size.set(qn("w:w"), sides[0])
    size.set(qn("w:h"), sides[1])
    size.set(qn("w:orient"), "landscape" if turned else "portrait")


def _footer(document: Document) -> str:
    numbers = f"{run('Page ')}{field('PAGE', '1')}{run(' of ')}{field('NUMPAGES', '1')}"
    return paragraph(
        f"{run(on_one_line(document.title))}<w:r><w:tab/></w:r>{numbers}", "Footer", root=True
    )
