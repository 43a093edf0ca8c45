"""The forms of a frame and a sample, as Edie of the office has them open."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.urls import reverse

from corpus.opened import Opened, Registered
from factories.framed import COLUMNS, MAPPING, Framed, frame_csv
from safehub.audit.sampling.drawing import commands, forms


def _opened(made: Framed, name: str, form: BaseForm, data: dict[str, Any], *args: object) -> Opened:
    address = reverse(f"audit:{name}", args=[made.audit.reference, *args])
    return Opened(made.office.client(), address, form, data)


def frame() -> Opened:
    data = {"file": SimpleUploadedFile("frame.csv", frame_csv())}
    return _opened(Framed(), "frame", forms.FrameForm(), data)


def columns() -> Opened:
    made = Framed()
    made.kept()
    form = forms.ColumnsForm(columns=COLUMNS[3:])
    return _opened(
        made, "frame_columns", form, {name: [column] for name, column in MAPPING.items()}
    )


def exclude() -> Opened:
    made = Framed()
    made.kept()
    data = {"referral_id": "R03", "reason": "Under review."}
    return _opened(made, "exclude", forms.ExcludeForm(), data)


def put_back() -> Opened:
    made = Framed()
    audit = made.kept()
    out = commands.exclude_referral(audit=audit, referral_id="R03", reason="No.", by=made.edie)
    return _opened(made, "put_back", forms.PutBackForm(), {}, out.pk)


def draw() -> Opened:
    made = Framed()
    made.kept()
    data = {"method": "random", "size": "3", "reserve": "1", "seed": "7", "column": "area"}
    return _opened(made, "draw", forms.DrawForm(columns=COLUMNS), data)


def withdraw() -> Opened:
    made = Framed()
    made.drawn()
    return _opened(made, "withdraw_case", forms.WithdrawForm(), {"reason": "Sealed."}, "01")


FORMS = [
    Registered("frame-upload", frame),
    Registered("frame-columns", columns),
    Registered("frame-exclude", exclude),
    Registered("frame-put-back", put_back),
    Registered("sample-draw", draw),
    Registered("case-withdraw", withdraw),
]
