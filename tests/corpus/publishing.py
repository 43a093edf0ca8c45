"""The forms that make a report and publish it, as who may send them has them open."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from corpus.opened import Opened, Registered
from factories.world import World, whole_world
from safehub.audit.reports.models import ReportVersion, ReportWord
from safehub.audit.reports.publishing import forms
from safehub.foundation.access.vocabulary import Role

OFFICE = (Role.AUDIT_COORDINATOR, "office")
CHAIR = (Role.MEETING_CHAIR, "CSC")


def _opened(who: tuple[Role, str], name: str, form: BaseForm, **data: Any) -> Opened:
    world, report = _drafted()
    args: list[Any] = [world.audit.reference]
    if name != "make_report":
        args.append(report.number)
    if name == "clear_word":
        args.append(ReportWord.objects.filter(report=report).last().pk)  # type: ignore[union-attr]
    if name == "sign_report":
        data["put_forward_at"] = report.publication.put_forward_at.isoformat()
    return Opened(world.client(*who), reverse(f"audit:{name}", args=args), form, data)


def _drafted() -> tuple[World, ReportVersion]:
    world = whole_world(Path(tempfile.mkdtemp()))
    report = world.audit.reports.last()
    assert report is not None
    return world, report


def make() -> Opened:
    return _opened(OFFICE, "make_report", forms.MakeForm(), previous="none")


def put_forward() -> Opened:
    form = forms.ForwardForm(corrects=1)
    return _opened(
        OFFICE, "put_forward", form, suppression="none", corrected="A date.", why="It was wrong."
    )


def clear() -> Opened:
    return _opened(CHAIR, "clear_word", forms.ClearForm(), reason="It is a month.")


def sign() -> Opened:
    return _opened(CHAIR, "sign_report", forms.SignForm(), read="on", stands="on")


FORMS = [
    Registered("make-report", make),
    Registered("put-report-forward", put_forward),
    Registered("clear-report-word", clear),
    Registered("sign-report", sign),
]
