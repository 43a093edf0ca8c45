"""The page as a browser and a screen reader meet it."""

from __future__ import annotations

import re

from lxml import etree

from safehub.foundation.documents.html import to_html

from .examples import AWKWARD, rich_document


def test_page_needs_nothing_else_and_runs_nothing() -> None:
    page = to_html(rich_document(*AWKWARD))
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "url(" not in page


def test_ids_are_unique_and_every_reference_is_met() -> None:
    page = to_html(rich_document(*AWKWARD))
    names = re.findall(r' id="([^"]+)"', page)
    assert len(set(names)) == len(names)
    wanted = re.findall(r'(?:href="#|aria-(?:labelledby|describedby)=")([^"]+)', page)
    assert set(wanted) <= set(names)
    assert page.count("<h1") == 1


def test_tables_mark_their_headings() -> None:
    page = to_html(rich_document("text"))
    assert '<th scope="col">Place</th>' in page
    assert '<th scope="col" class="number">Number</th>' in page
    assert '<th scope="row">0</th>' in page
    assert page.count('role="region"') == page.count("<table>") == 4


def test_charts_are_named_and_described() -> None:
    page = to_html(rich_document("text"))
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        root = etree.fromstring(chart)
        assert root.get("role") == "img"
        assert root[0].tag.endswith("title")
        assert root[1].tag.endswith("desc")
