"""A workbook with very many mistakes: the page lists some, the marked copy all."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.fixtures import Settings

from factories.world import whole_world
from safehub.foundation.access.vocabulary import Role

from .answering import Answerer


def test_a_page_lists_500_mistakes_and_says_how_many_more(
    db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    world = whole_world(tmp_path, opened=False)
    asha = Answerer(world.client(Role.AGENCY_AUDITOR, "HOMES"))
    reference = world.audit.reference
    blank = asha.client.get(reverse("audit:blank_workbook", args=[reference, "HOMES"]))
    book = openpyxl.load_workbook(io.BytesIO(blank.content))
    sheet = book["returns"]
    places = {str(cell.value): place for place, cell in enumerate(sheet[1], start=1)}
    for row in range(2, 703):
        for name in ("case", "status"):
            sheet.cell(row, places[name]).value = f"wrong {row}"
    file = io.BytesIO()
    book.save(file)
    asha.open(reverse("audit:workbook", args=[reference]))
    page = asha.send(file=SimpleUploadedFile("ours.xlsx", file.getvalue()))
    marked = asha.client.get(reverse("audit:marked_workbook", args=[reference]))
    listed = openpyxl.load_workbook(io.BytesIO(marked.content))["mistakes"].max_row - 1
    assert listed > 700
    table = page.partition('id="mistakes"')[2]
    assert table.count("<tr") == 501
    assert f"And {listed - 500:,} more, all of them in the marked copy." in page
