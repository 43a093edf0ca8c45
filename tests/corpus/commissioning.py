"""The forms on which an audit is commissioned, as Edie writes them and Fay signs."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.commissions import Commissioning
from safehub.audit.programmes.commissioning import forms
from safehub.audit.programmes.commissioning.drafting import graded_questions
from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.steps import OFFSETS
from safehub.instruments.queries import tool_of

Made = tuple[Commissioning, CommissionDraft]


def _written() -> Made:
    made = Commissioning()
    return made, made.written()


def _opened(made: Made, name: str, form: BaseForm, data: dict[str, Any]) -> Opened:
    whole, draft = made
    return Opened(
        whole.office.client(), reverse(f"commissions:{name}", args=[draft.pk]), form, data
    )


def _day(name: str, day: str) -> dict[str, str]:
    year, month, number = day.split("-")
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def start() -> Opened:
    made = Commissioning()
    data = {"title": "Voices 2027", "kind": "themed"}
    form = forms.StartCommissionForm()
    return Opened(made.office.client(), reverse("commissions:start"), form, data)


def about() -> Opened:
    days = {**_day("period_from", "2026-04-01"), **_day("period_to", "2026-09-30")}
    return _opened(_written(), "about", forms.AboutForm(), {"title": "A", "kind": "rapid", **days})


def themes() -> Opened:
    return _opened(_written(), "themes", forms.ThemesForm(), {"themes": "voice: The voice"})


def agencies() -> Opened:
    made = _written()
    whole = made[0]
    form = forms.agencies_form([whole.police, whole.schools])()
    keys = [str(whole.police.pk), str(whole.schools.pk)]
    data = {"agencies": keys, f"unit_{keys[1]}": "school"}
    return _opened(made, "agencies", form, data)


def tool() -> Opened:
    made = _written()
    key = str(made[0].tool.pk)
    form = forms.ToolForm(versions=[(key, "A tool")])
    return _opened(made, "tool", form, {"tool_version": key})


def grading() -> Opened:
    made = _written()
    form = forms.grading_form(graded_questions(tool_of(made[0].tool)))()
    return _opened(made, "grading", form, {"grading_question": "grade", "good_0": ["good"]})


def sample() -> Opened:
    data = {"sample_unit": "referral", "sample_method": "random", "sample_seed": "7"}
    more = {"sample_size": "3", "sample_reserve": "1"}
    return _opened(_written(), "sample", forms.SampleForm(), {**data, **more})


def dates() -> Opened:
    days = {f"days_{step}": str(number) for step, number in OFFSETS.items()}
    data = {**_day("starts_on", "2026-11-02"), **days}
    return _opened(_written(), "dates", forms.DatesForm(), data)


def ask() -> Opened:
    return _opened(_written(), "ask", forms.AskForm(), {})


def discard() -> Opened:
    return _opened(_written(), "discard", forms.DiscardForm(), {})


def send_back() -> Opened:
    made = Commissioning()
    data = {"because": "The period is too short."}
    return _opened((made, made.waiting()), "send_back", forms.SendBackForm(), data)


def sign() -> Opened:
    made = Commissioning()
    draft = made.waiting()
    address = reverse("commissions:sign", args=[draft.pk])
    data = {"name": "Fay, audit coordinator", "edition": str(draft.edition)}
    return Opened(made.client(made.fay), address, forms.SignForm(edition=draft.edition), data)


def commissions() -> tuple[Client, str]:
    made, _ = _written()
    return made.office.client(), reverse("commissions:commissions")


FORMS = [
    Registered("commission-start", start),
    Registered("commission-about", about),
    Registered("commission-themes", themes),
    Registered("commission-agencies", agencies),
    Registered("commission-tool", tool),
    Registered("commission-grading", grading),
    Registered("commission-sample", sample),
    Registered("commission-dates", dates),
    Registered("commission-ask", ask),
    Registered("commission-discard", discard),
    Registered("commission-send-back", send_back),
    Registered("commission-sign", sign),
]
LISTS = [RegisteredList("commissions", commissions)]
