"""Writing a draft: its questions, sections, lists and settings, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.foundation.access.decision import may
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments import commands, forms, presenters, sheet_forms
from safehub.instruments.drafting import CHOICES, SURVEY, Drafted, Line
from safehub.instruments.files import spreadsheet
from safehub.instruments.models import ToolDraft
from safehub.instruments.previewing import preview
from safehub.instruments.queries import agency_codes, opened_draft
from safehub.instruments.states import DraftStatus
from safehub.instruments.uploading import Judged, judged


@dataclass
class Opened:
    """A draft as a page has it open."""

    viewer: Viewer
    draft: ToolDraft
    drafted: Drafted
    judgement: Judged

    @property
    def beside(self) -> presenters.Beside:
        """The mistakes, each beside what it is about."""
        return presenters.beside(self.drafted, self.judgement.mistakes)

    @property
    def is_open(self) -> bool:
        """Whether it may still be written, by somebody."""
        return self.draft.status == DraftStatus.OPEN

    @property
    def is_writer(self) -> bool:
        """Whether the viewer may write it."""
        return self.is_open and may(self.viewer, "tool.write", self.draft)

    def context(self, here: str) -> dict[str, Any]:
        """What every page of a draft shows round its own."""
        settings = self.drafted.settings
        is_writer = self.is_writer
        return {
            "draft": self.draft,
            "crumbs": [("Tools", reverse("tools:tools"))],
            "tabs": presenters.draft_tabs(
                self.viewer,
                self.draft,
                here,
                len(self.judgement.mistakes),
                is_writer=is_writer,
            ),
            "is_writer": is_writer,
            "number": settings.get("version", ""),
            "mistakes_count": len(self.judgement.mistakes),
        }

    def on_form(self, here: str) -> dict[str, Any]:
        """What stands round a form on a page of its own."""
        draft = self.draft
        return {
            "crumbs": [
                ("Tools", reverse("tools:tools")),
                (draft.title, reverse("tools:draft", args=[draft.pk])),
            ],
            "cancel": reverse(f"tools:{here}", args=[draft.pk]),
        }


def opened(request: HttpRequest, key: int, action: str = "tool.see_draft") -> Opened:
    """The draft, opened for the action. Raises Absent and NotAllowed."""
    viewer = viewer_on(request)
    draft = opened_draft(viewer, key, action)
    return Opened(
        viewer, draft, Drafted(draft.sheets, draft.keys), judged(draft.sheets, draft.title)
    )


def draft(request: HttpRequest, key: int) -> HttpResponse:
    """The outline: every section and question, with what is wrong beside it; rows can be moved."""
    at = opened(request, key, "tool.write" if request.method == "POST" else "tool.see_draft")

    def move(form: forms.MoveForm) -> str:
        row, up = form.cleaned_data["move"]
        _edit(at, lambda one: one.move(row, up=up))
        return f"{reverse('tools:draft', args=[key])}#row-{row}"

    found = at.beside
    return submit(
        request,
        forms.MoveForm,
        act=move,
        title=at.draft.title,
        success="Moved.",
        template="tools/draft.html",
        wide=True,
        record=at.draft,
        form_kwargs={"drafted": at.drafted},
        rows=presenters.outline(at.drafted, found),
        found=found,
        **at.context("draft"),
    )


def _edit(at: Opened, change: Callable[[Drafted], object]) -> ToolDraft:
    return commands.edit_draft(draft=at.draft, change=change, by=at.viewer)


def row(request: HttpRequest, key: int, row: int) -> HttpResponse:
    """Change a question or a section."""
    at = opened(request, key, "tool.write")
    line = _line(at, row)
    return _section(request, at, line) if line.begins else _question(request, at, line)


def _line(at: Opened, row: int) -> Line:
    line = at.drafted.line(SURVEY, row)
    if line is None:
        raise Absent("That row is no longer in the draft.")
    return line


def _back_to(at: Opened, row: int) -> str:
    return f"{reverse('tools:draft', args=[at.draft.pk])}#row-{row}"


def _question(request: HttpRequest, at: Opened, line: Line) -> HttpResponse:
    return submit(
        request,
        sheet_forms.question_form(at.drafted, line.key),
        act=lambda form: _edit(at, lambda one: one.set_row(SURVEY, line.key, form.cells())),
        title=f"Change question {line['name']}".strip(),
        success="The question is changed.",
        template="tools/row.html",
        then=_back_to(at, line.key),
        record=at.draft,
        form_kwargs={"drafted": at.drafted, "line": line},
        said=at.beside.rows.get(line.key, ()),
        button="Save the question",
        **at.on_form("draft"),
    )


def _section(request: HttpRequest, at: Opened, line: Line) -> HttpResponse:
    return submit(
        request,
        sheet_forms.section_form(at.drafted, line.key),
        act=lambda form: _edit(at, lambda one: one.set_section(line.key, form.cells())),
        title=f"Change section {line['name']}".strip(),
        success="The section is changed.",
        template="tools/row.html",
        then=_back_to(at, line.key),
        record=at.draft,
        form_kwargs={"drafted": at.drafted, "line": line},
        said=at.beside.rows.get(line.key, ()),
        button="Save the section",
        **at.on_form("draft"),
    )


def add_question(request: HttpRequest, key: int, after: int) -> HttpResponse:
    """A further question, after the row of that number; after none of them it comes last."""
    at = opened(request, key, "tool.write")
    return submit(
        request,
        sheet_forms.question_form(at.drafted, None),
        act=lambda form: _added(
            at, lambda one: one.add_question(form.cells(), after=after or None)
        ),
        title="Add a question",
        success="The question is added.",
        record=at.draft,
        form_kwargs={"drafted": at.drafted},
        button="Add the question",
        **at.on_form("draft"),
    )


def add_section(request: HttpRequest, key: int, after: int) -> HttpResponse:
    """A further section, with nothing in it yet."""
    at = opened(request, key, "tool.write")
    return submit(
        request,
        sheet_forms.section_form(at.drafted, None),
        act=lambda form: _added(at, lambda one: one.add_section(form.cells(), after=after or None)),
        title="Add a section",
        success="The section is added.",
        record=at.draft,
        form_kwargs={"drafted": at.drafted},
        button="Add the section",
        **at.on_form("draft"),
    )


def _added(at: Opened, add: Callable[[Drafted], int]) -> str:
    """The address of the row that was added."""
    made: list[int] = []
    _edit(at, lambda one: made.append(add(one)))
    return _back_to(at, made[0])


def remove_row(request: HttpRequest, key: int, row: int) -> HttpResponse:
    """Take a question away, or a section with its questions or without them."""
    at = opened(request, key, "tool.write")
    line = _line(at, row)
    form = forms.RemoveSectionForm if line.begins else forms.RemoveForm

    def act(form: Any) -> ToolDraft:
        with_all = form.cleaned_data.get("questions", "remove") == "remove"
        return _edit(at, lambda one: one.remove(row, with_contents=with_all))

    what = "section" if line.begins else "question"
    named = line["label"] or line["name"]
    return submit(
        request,
        form,
        act=act,
        title=f"Take away the {what} {named}".strip()[:200],
        success=f"The {what} is taken away.",
        then=reverse("tools:draft", args=[key]),
        record=at.draft,
        button="Take it away",
        warns=True,
        **at.on_form("draft"),
    )


@require_safe
def lists(request: HttpRequest, key: int) -> HttpResponse:
    """The lists of choices."""
    at = opened(request, key, "tool.write")
    return page(
        request,
        "tools/lists.html",
        title=at.draft.title,
        rows=presenters.list_rows(at.draft, at.drafted, at.beside),
        **at.context("lists"),
    )


def one_list(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """The choices of a list, and a few blank ones for more."""
    at = opened(request, key, "tool.write")
    found = presenters.list_named(at.drafted, name)
    if not found:
        raise Absent("That list is no longer in the draft.")

    def act(form: sheet_forms.ListForm) -> str:
        new = form.cleaned_data["list_name"]

        def change(one: Drafted) -> None:
            one.set_list(found, form.rows())
            one.rename_list(found, new)

        _edit(at, change)
        if not form.rows():
            return reverse("tools:lists", args=[key])
        return reverse("tools:list", args=[key, presenters.list_key(new)])

    return submit(
        request,
        sheet_forms.list_form(at.drafted, found),
        act=act,
        title=f"List {found}",
        success="The list is changed. There is room for more choices below.",
        template="tools/row.html",
        record=at.draft,
        said=at.beside.lists.get(found, ()),
        button="Save the list",
        **at.on_form("lists"),
    )


def add_list(request: HttpRequest, key: int) -> HttpResponse:
    """A list of choices that there was none of yet."""
    at = opened(request, key, "tool.write")

    def act(form: sheet_forms.ListFields) -> str:
        name = form.cleaned_data["list_name"]
        _edit(at, lambda one: one.add_list(name, form.rows()))
        return reverse("tools:list", args=[key, presenters.list_key(name)])

    return submit(
        request,
        sheet_forms.list_form(at.drafted, ""),
        act=act,
        title="Add a list of choices",
        success="The list is added. There is room for more choices below.",
        record=at.draft,
        button="Add the list",
        **at.on_form("lists"),
    )


def settings(request: HttpRequest, key: int) -> HttpResponse:
    """Title, short name, version and languages."""
    at = opened(request, key, "tool.write")

    def change(one: Drafted, form: forms.SettingsForm) -> None:
        data = form.cleaned_data
        one.set_settings({name: data[name] for name in forms.SETTINGS_FIELDS})
        if data["language"]:
            one.add_columns(SURVEY, (f"{word}::{data['language']}" for word in ("label", "hint")))
            one.add_columns(CHOICES, (f"label::{data['language']}",))

    return submit(
        request,
        forms.SettingsForm,
        act=lambda form: _edit(at, lambda one: change(one, form)),
        title=at.draft.title,
        success="Saved.",
        template="tools/settings.html",
        record=at.draft,
        said=at.beside.settings,
        button="Save",
        **at.context("settings"),
    )


@require_safe
def draft_preview(request: HttpRequest, key: int) -> HttpResponse:
    """The draft as an agency would see it; nothing that is put in is kept."""
    at = opened(request, key)
    tool = at.judgement.tool
    chosen = request.GET.get("agency", "")
    agencies = agency_codes(at.draft.partnership_id)
    return page(
        request,
        "tools/draft_preview.html",
        title=at.draft.title,
        agencies=presenters.agency_choices(tool, agencies) if tool else [],
        chosen=chosen,
        sections=preview(tool, chosen) if tool else [],
        **at.context("draft_preview"),
    )


@require_safe
def draft_xlsform(request: HttpRequest, key: int) -> HttpResponse:
    """The draft as a spreadsheet, mistakes and all."""
    at = opened(request, key)
    number = at.drafted.settings.get("version", "")
    return spreadsheet(at.draft.sheets, at.draft.form_id or "tool", number or "draft")


def discard(request: HttpRequest, key: int) -> HttpResponse:
    """Lay the draft aside for good."""
    at = opened(request, key, "tool.write")
    return submit(
        request,
        forms.WholeDraftForm,
        act=lambda _: commands.discard_draft(draft=at.draft, by=at.viewer),
        title=f"Discard the draft of {at.draft.title}",
        success="The draft is discarded.",
        then=reverse("tools:tools"),
        record=at.draft,
        lead="It cannot be brought back. Download it first if you may want it again.",
        button="Discard it",
        warns=True,
        **at.on_form("draft"),
    )
