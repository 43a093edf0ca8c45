"""How tests take a workbook away, fill it, send it in, and read what came of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from factories.world import World
from safehub.foundation.outbox.models import Message
from walk.drafts import fill_workbook

from .answering import Answerer


def taken_away(world: World, client: Client, code: str = "HOMES") -> HttpResponse:
    address = reverse("audit:blank_workbook", args=[world.audit.reference, code])
    return client.get(address)  # type: ignore[return-value]


def filled(data: bytes, folder: Path, *rows: dict[str, str]) -> bytes:
    path = folder / "filling.xlsx"
    path.write_bytes(data)
    fill_workbook(path, rows)
    return path.read_bytes()


def send(world: World, who: Answerer, data: bytes, name: str = "ours.xlsx") -> str:
    who.open(reverse("audit:workbook", args=[world.audit.reference]))
    assert who.status == 200, who.page
    return who.send(file=SimpleUploadedFile(name, data))


def cells(data: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["returns"]
    heads = [str(cell.value) for cell in sheet[1]]
    return [
        dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(2)
    ]


def told(subject: str) -> list[str]:
    return sorted(Message.objects.filter(notice=subject).values_list("to", flat=True))
