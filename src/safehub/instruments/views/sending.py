"""A file into a draft, and what is wrong with one that was not taken in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.foundation.documents import uploads
from safehub.foundation.documents.marking import marked_copy
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page
from safehub.foundation.mistakes import Mistake
from safehub.foundation.submissions.submitting import submit
from safehub.instruments import commands, forms, presenters
from safehub.instruments.files import XLSX, as_file
from safehub.instruments.models import ToolDraft
from safehub.instruments.uploading import is_workbook
from safehub.instruments.views.writing import opened


def upload(request: HttpRequest, key: int) -> HttpResponse:
    """A file in place of all that is in the draft; taken whole or not at all."""
    at = opened(request, key, "tool.write")

    def act(form: forms.UploadForm) -> ToolDraft:
        file = form.cleaned_data["file"]
        return commands.upload_into_draft(
            draft=at.draft, name=str(file.name), data=file.read(), by=at.viewer
        )

    return submit(
        request,
        forms.UploadForm,
        act=act,
        title=at.draft.title,
        success=presenters.told_of_upload,
        then=to_draft,
        template="tools/upload.html",
        record=at.draft,
        button="Upload it",
        refused_before=bool(at.draft.upload_mistakes),
        **at.context("upload"),
    )


def to_draft(draft: ToolDraft) -> str:
    """Where a file that was sent leads: to the draft, or to what is wrong with the file."""
    return reverse("tools:refused" if draft.upload_mistakes else "tools:draft", args=[draft.pk])


@require_safe
def refused(request: HttpRequest, key: int) -> HttpResponse:
    """All that is wrong with the file that was sent last."""
    at = opened(request, key, "tool.write")
    return page(
        request,
        "tools/refused.html",
        title="This file was not taken in" if at.draft.upload_mistakes else "Nothing is wrong",
        is_workbook=is_workbook(at.draft.upload_name),
        rows=presenters.upload_rows(at.draft),
        **at.context("upload"),
    )


@require_safe
def marked(request: HttpRequest, key: int) -> HttpResponse:
    """That workbook again, with each mistake marked in its cell."""
    at = opened(request, key, "tool.write")
    has_cells = at.draft.upload_sha256 and is_workbook(at.draft.upload_name)
    data = uploads.kept(settings.UPLOADS, at.draft.upload_sha256) if has_cells else None
    if data is None:
        raise Absent("There is no such workbook.")
    mistakes = [Mistake(at.draft.upload_name, *one) for one in at.draft.upload_mistakes]
    stem = at.draft.upload_name.rpartition(".")[0] or at.draft.upload_name
    return as_file(marked_copy(data, mistakes), XLSX, f"{stem}-to-mend.xlsx")


def take(request: HttpRequest, key: int) -> HttpResponse:
    """Take it into the draft as it is, to be mended on pages."""
    at = opened(request, key, "tool.write")
    return submit(
        request,
        forms.WholeDraftForm,
        act=lambda _: commands.take_upload_as_it_is(draft=at.draft, by=at.viewer),
        title="Take the workbook in as it is",
        success="The workbook is in the draft. What is wrong stands beside each row.",
        then=reverse("tools:draft", args=[key]),
        record=at.draft,
        lead="It takes the place of everything in the draft, with its mistakes, which you then "
        "mend on these pages. The draft cannot be published before they are mended.",
        button="Take it in",
        **at.on_form("draft"),
    )
