"""Beginning a draft: blank, from a file, or from a tool that comes with Safehub."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from safehub.foundation.access.decision import check
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments import commands, forms, presenters
from safehub.instruments.drafting import blank_sheets
from safehub.instruments.models import ToolDraft
from safehub.instruments.ready import ready_tools, sheets_of_ready
from safehub.instruments.views.sending import to_draft

CRUMBS = [("Tools", "/tools/"), ("Start a tool", "/tools/start/")]


def _writer(request: HttpRequest) -> Viewer:
    viewer = viewer_on(request)
    check(viewer, "tool.start")
    return viewer


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The ways to begin."""
    _writer(request)
    return page(request, "tools/start.html", title="Start a tool", crumbs=CRUMBS[:1])


def blank(request: HttpRequest) -> HttpResponse:
    """With a name and nothing else."""
    viewer = _writer(request)
    return submit(
        request,
        forms.StartBlankForm,
        act=lambda form: to_draft(
            commands.start_draft(
                sheets=blank_sheets(**form.cleaned_data),
                title=form.cleaned_data["title"],
                by=viewer,
            )
        ),
        title="Start a blank tool",
        success="The draft is there. Add a section, or a question.",
        crumbs=CRUMBS,
        button="Start the draft",
        cancel="/tools/start/",
    )


def ready(request: HttpRequest) -> HttpResponse:
    """From a tool that comes with Safehub, to be used as it is or changed."""
    viewer = _writer(request)
    tools = ready_tools()
    titles = {one.code: one.title for one in tools}
    return submit(
        request,
        forms.StartReadyForm,
        act=lambda form: to_draft(
            commands.start_draft(
                sheets=sheets_of_ready(form.cleaned_data["tool"]),
                title=titles[form.cleaned_data["tool"]],
                by=viewer,
            )
        ),
        title="Start from a tool that comes with Safehub",
        success="The draft has all of its questions. Change what your board wants otherwise.",
        form_kwargs={"tools": [(one.code, one.title, one.about) for one in tools]},
        crumbs=CRUMBS,
        button="Start the draft",
        cancel="/tools/start/",
    )


def upload(request: HttpRequest) -> HttpResponse:
    """From a workbook or a Questionnaire: taken whole, or shown with all that is wrong in it."""
    viewer = _writer(request)

    def act(form: forms.StartUploadForm) -> ToolDraft:
        file = form.cleaned_data["file"]
        draft = commands.start_draft(sheets={}, title=str(file.name), by=viewer)
        return commands.upload_into_draft(
            draft=draft, name=str(file.name), data=file.read(), by=viewer
        )

    return submit(
        request,
        forms.StartUploadForm,
        act=act,
        title="Start from a file",
        success=presenters.told_of_upload,
        then=to_draft,
        crumbs=CRUMBS,
        button="Upload it",
        cancel="/tools/start/",
    )
