"""The forms and lists of the pages of tools, as the office's audit coordinator has them open."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from corpus.opened import Opened, Registered, RegisteredList
from factories.tools import Office, workbook, wrong_sheets
from safehub.instruments import commands, forms, sheet_forms
from safehub.instruments.drafting import Drafted, Line
from safehub.instruments.models import ToolDraft
from safehub.instruments.presenters import list_key
from safehub.instruments.ready import ready_tools

ROW = {"name": "grade", "label": "Grade", "hint": "", "relevant": "", "weight": "2"}
# What another field reveals is judged only where it is shown.
WHEN = {"required": "when", "required_when": "${before} = 'x'"}
QUESTION = {**ROW, **WHEN, "kind": "select_one", "list_name": "grades"}
SECTION = {**ROW, "is_repeated": "on", "repeat_count": "3"}


def _opened(office: Office, name: str, form: BaseForm, data: dict[str, Any], *args: Any) -> Opened:
    return Opened(office.client(), reverse(f"tools:{name}", args=args), form, data)


def _line(draft: ToolDraft, name: str) -> tuple[Drafted, Line]:
    drafted = Drafted(draft.sheets, draft.keys)
    return drafted, next(one for one in drafted.survey if one["name"] == name)


def blank() -> Opened:
    data = {"title": "Front door", "form_id": "front_door", "version": "1"}
    return _opened(Office(), "blank", forms.StartBlankForm(), data)


def ready() -> Opened:
    tools = [(one.code, one.title, one.about) for one in ready_tools()]
    form = forms.StartReadyForm(tools=tools)
    return _opened(Office(), "ready", form, {"tool": "neglect"})


def upload_new() -> Opened:
    return _opened(Office(), "upload_new", forms.StartUploadForm(), {})


def carry() -> Opened:
    office = Office()
    version = office.version()
    return _opened(office, "carry", forms.CarryForm(), {"version": "2"}, version.pk)


def retire() -> Opened:
    office = Office()
    return _opened(office, "retire", forms.RetireForm(), {}, office.version().pk)


def move() -> Opened:
    office = Office()
    draft = office.draft()
    drafted, line = _line(draft, "before")
    form = forms.MoveForm(drafted=drafted)
    return _opened(office, "draft", form, {"move": f"down-{line.key}"}, draft.pk)


def question() -> Opened:
    office = Office()
    draft = office.draft()
    drafted, line = _line(draft, "grade")
    form = sheet_forms.question_form(drafted, line.key)(drafted=drafted, line=line)
    return _opened(office, "row", form, QUESTION, draft.pk, line.key)


def add_question() -> Opened:
    office = Office()
    draft = office.draft()
    drafted = Drafted(draft.sheets, draft.keys)
    form = sheet_forms.question_form(drafted, None)(drafted=drafted)
    return _opened(office, "add_question", form, {**QUESTION, "name": "more"}, draft.pk, 0)


def section() -> Opened:
    office = Office()
    draft = office.draft()
    drafted, line = _line(draft, "judgement")
    form = sheet_forms.section_form(drafted, line.key)(drafted=drafted, line=line)
    return _opened(office, "row", form, {**SECTION, "name": "judgement"}, draft.pk, line.key)


def add_section() -> Opened:
    office = Office()
    draft = office.draft()
    drafted = Drafted(draft.sheets, draft.keys)
    form = sheet_forms.section_form(drafted, None)(drafted=drafted)
    return _opened(office, "add_section", form, {**SECTION, "name": "more"}, draft.pk, 0)


def remove_section() -> Opened:
    office = Office()
    draft = office.draft()
    _, line = _line(draft, "judgement")
    form, data = forms.RemoveSectionForm(), {"questions": "keep"}
    return _opened(office, "remove_row", form, data, draft.pk, line.key)


def remove_question() -> Opened:
    office = Office()
    draft = office.draft()
    _, line = _line(draft, "grade")
    return _opened(office, "remove_row", forms.RemoveForm(), {}, draft.pk, line.key)


def one_list() -> Opened:
    office = Office()
    draft = office.draft()
    drafted = Drafted(draft.sheets, draft.keys)
    data = {"list_name": "grades"}
    for place, one in enumerate(drafted.list_of("grades"), start=1):
        data |= {f"name_{one.key}": one["name"], f"score_{one.key}": one["score"]}
        data |= {f"place_{one.key}": str(place)}
    form = sheet_forms.list_form(drafted, "grades")()
    return _opened(office, "list", form, data, draft.pk, list_key("grades"))


def add_list() -> Opened:
    office = Office()
    draft = office.draft()
    form = sheet_forms.list_form(Drafted(draft.sheets, draft.keys), "")()
    data = {"list_name": "scale", "name_new1": "1", "label_new1": "One"}
    return _opened(office, "add_list", form, data, draft.pk)


def settings() -> Opened:
    office = Office()
    draft = office.draft()
    data = {"form_title": "A tool", "form_id": "a_tool", "version": "2", "language": "Welsh (cy)"}
    return _opened(office, "settings", forms.SettingsForm(), data, draft.pk)


def _whole(name: str, form: BaseForm, draft: ToolDraft, office: Office) -> Opened:
    draft.refresh_from_db()
    return _opened(office, name, form, {"edition": str(draft.edition)}, draft.pk)


def upload() -> Opened:
    office = Office()
    return _whole("upload", forms.UploadForm(), office.draft(), office)


def publish() -> Opened:
    office = Office()
    return _whole("publish", forms.WholeDraftForm(), office.draft(), office)


def discard() -> Opened:
    office = Office()
    return _whole("discard", forms.WholeDraftForm(), office.draft(), office)


def take() -> Opened:
    office = Office()
    draft = office.draft()
    sent = SimpleUploadedFile("tool.xlsx", workbook(wrong_sheets()))
    commands.upload_into_draft(draft=draft, name=str(sent.name), data=sent.read(), by=office.viewer)
    return _whole("take", forms.WholeDraftForm(), draft, office)


def tools() -> tuple[Client, str]:
    return Office().client(), reverse("tools:tools")


def preview() -> tuple[Client, str]:
    office = Office()
    version = office.version()
    return office.client(), reverse("tools:version_preview", args=[version.pk])


FORMS = [
    Registered("tool-blank", blank),
    Registered("tool-ready", ready),
    Registered("tool-upload-new", upload_new),
    Registered("tool-carry", carry),
    Registered("tool-retire", retire),
    Registered("tool-move", move),
    Registered("tool-question", question),
    Registered("tool-add-question", add_question),
    Registered("tool-section", section),
    Registered("tool-add-section", add_section),
    Registered("tool-remove-section", remove_section),
    Registered("tool-remove-question", remove_question),
    Registered("tool-list", one_list),
    Registered("tool-add-list", add_list),
    Registered("tool-settings", settings),
    Registered("tool-upload", upload),
    Registered("tool-publish", publish),
    Registered("tool-discard", discard),
    Registered("tool-take", take),
]
LISTS = [RegisteredList("tools", tools), RegisteredList("tool-preview", preview)]
