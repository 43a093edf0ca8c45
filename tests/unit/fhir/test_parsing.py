"""Bytes that are no Questionnaire, or mean harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safehub.exchange.fhir_questionnaire import read_questionnaire
from safehub.exchange.fhir_questionnaire.parsing import LARGEST
from safehub.foundation.mistakes import Mistakes

XML = '<Questionnaire xmlns="http://hl7.org/fhir">{}</Questionnaire>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    + XML.format('<title value="&b;"/>')
)


def refusals(data: bytes) -> list[str]:
    mistakes = Mistakes()
    assert read_questionnaire(data, mistakes.of("q")) is None
    return [str(mistake) for mistake in mistakes]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "JSON that cannot be read"),
        (b"[]", "JSON that is no object"),
        (b'{"resourceType": "Patient"}', "found the resource Patient, wanted a Questionnaire"),
        (b'{"a": 1, "a": 2}', "a again"),
        (b'{"a": NaN}', "found NaN, wanted a number"),
        (b'{"a": 1e999}', "wanted a number of at most 18 digits"),
        (b'{"a": ' + b"9" * 5000 + b"}", "wanted a whole number of at most 18 digits"),
        (b"[" * 100_000, "JSON nested without end"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "JSON nested without end"),
        (b"\xff\xfe<\x00", "a file that is not UTF-8"),
        (b" " * (LARGEST + 1), "wanted at most 5,000,000 bytes"),
        (BOMB.encode(), "a document type declaration"),
        (b"<Questionnaire", "XML that cannot be read"),
        (b"<Questionnaire/>", "of another namespace"),
        (XML.format("<a/>" * 2).encode(), "found a again, wanted one a"),
        (XML.format("<item>" * 100 + "</item>" * 100).encode(), "elements nested without end"),
        (XML.format('<item><required value="no"/></item>').encode(), "wanted true or false"),
        (XML.format("<title>No</title>").encode(), "wanted a value attribute"),
    ],
)
def test_bytes_that_cannot_be_taken_are_refused(data: bytes, words: str) -> None:
    lines = refusals(data)
    assert len(lines) == 1
    assert words in lines[0]


def test_an_entity_of_the_machine_is_never_read() -> None:
    evil = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>{XML.format("&f;")}'
    assert "document type declaration" in refusals(evil.encode())[0]


def test_xml_of_others_is_read_like_its_json() -> None:
    found = XML.format(
        '<id value="x"/><text><status value="generated"/>'
        '<div xmlns="http://www.w3.org/1999/xhtml">Words <b>for</b> people</div></text>'
        '<title value="A form"/><status value="draft"/>'
        '<item><linkId value="1"/><text value="Is it so?"/><type value="choice"/>'
        '<answerOption><valueCoding><code value="x"/><display value="Ex"/></valueCoding>'
        "</answerOption></item>"
    )
    mistakes = Mistakes()
    tool = read_questionnaire(found.encode(), mistakes.of("q"))
    assert [str(mistake) for mistake in mistakes] == []
    assert tool is not None
    assert (tool.title, tool.items[0].name, tool.items[0].choices[0].label) == (
        "A form",
        "q1",
        "Ex",
    )


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
_KEYS = [
    *("linkId", "type", "text", "item", "extension", "answerOption", "enableWhen", "initial"),
    *("url", "valueCoding", "code", "valueInteger", "_text", "answerValueSet", "repeats"),
]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(_KEYS),
            _values | st.sampled_from(["group", "choice", "string", "a"]),
            max_size=8,
        ),
        max_size=4,
    )
)
def test_any_shape_is_refused_in_words_and_never_breaks(items: list[dict[str, object]]) -> None:
    mistakes = Mistakes()
    data = json.dumps({"resourceType": "Questionnaire", "item": items}).encode()
    tool = read_questionnaire(data, mistakes.of("q"))
    assert (tool is None) is (len(mistakes) > 0)
