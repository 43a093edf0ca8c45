"""The forms of the year's plan and of one's calendar, as Edie of the office has them open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.tools import Office
from safehub.audit.programmes.feeds import forms as feed_forms
from safehub.audit.programmes.feeds.commands import make_address
from safehub.audit.programmes.models import PlannedAudit
from safehub.audit.programmes.planning import commands, forms

DATA = {
    "title": "Voices 2027",
    "theme": "voice",
    "origin": "review",
    "begins_on-day": "11",
    "begins_on-month": "1",
    "begins_on-year": "2027",
}


def _planned(office: Office) -> PlannedAudit:
    return commands.plan_audit(
        title="Voices 2027",
        theme="voice",
        origin="audit",
        origin_words="",
        begins_on=dt.date(2027, 1, 11),
        by=office.viewer,
    )


def _opened(name: str, form: BaseForm, data: dict[str, Any]) -> Opened:
    office = Office()
    address = reverse(f"programme:{name}", args=[_planned(office).pk])
    return Opened(office.client(), address, form, data)


def plan() -> Opened:
    return Opened(Office().client(), reverse("programme:plan"), forms.PlanForm(), dict(DATA))


def change() -> Opened:
    return _opened("change", forms.ChangePlanForm(), dict(DATA))


def drop() -> Opened:
    return _opened("drop", forms.DropForm(), {})


def begin() -> Opened:
    return _opened("begin", forms.BeginForm(), {})


def calendar_new() -> Opened:
    address = reverse("programme:calendar_new")
    return Opened(Office().client(), address, feed_forms.AddressForm(), {})


def calendar_off() -> Opened:
    office = Office()
    make_address(by=office.viewer)
    return Opened(office.client(), reverse("programme:calendar_off"), feed_forms.OffForm(), {})


def programme() -> tuple[Client, str]:
    office = Office()
    _planned(office)
    return office.client(), reverse("programme:programme")


FORMS = [
    Registered("plan-audit", plan),
    Registered("plan-change", change),
    Registered("plan-drop", drop),
    Registered("plan-begin", begin),
    Registered("calendar-new", calendar_new),
    Registered("calendar-off", calendar_off),
]
LISTS = [RegisteredList("programme", programme)]
