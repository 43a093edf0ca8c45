"""The list of tools, one version, two compared, one as an agency sees it, and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.foundation.access.decision import check, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments import commands, forms, presenters
from safehub.instruments.files import spreadsheet
from safehub.instruments.models import ToolVersion
from safehub.instruments.previewing import preview
from safehub.instruments.queries import (
    agency_codes,
    open_drafts,
    opened_version,
    tool_of,
    tool_versions,
    versions_of,
)

# A board has a handful of tools, each with a version a year.
LONGEST = 300


@require_safe
def tool_list(request: HttpRequest) -> HttpResponse:
    """Every tool that the viewer may read, and the drafts of their office."""
    viewer = viewer_on(request)
    versions, drafts = list(tool_versions(viewer)[:LONGEST]), list(open_drafts(viewer)[:LONGEST])
    noted_list(viewer, "tool.see", versions)
    noted_list(viewer, "tool.see_draft", drafts)
    return page(
        request,
        "tools/list.html",
        title="Tools",
        rows=presenters.tool_rows(versions),
        drafts=presenters.draft_rows(drafts),
        is_writer=may(viewer, "tool.start"),
    )


@require_safe
def version(request: HttpRequest, key: int) -> HttpResponse:
    """One version: what it asks, and the other versions of the tool."""
    viewer = viewer_on(request)
    found = opened_version(viewer, key)
    tool = tool_of(found)
    siblings = list(versions_of(viewer, found.form_id)[:LONGEST])
    drafts = open_drafts(viewer).filter(form_id=found.form_id)[:LONGEST]
    return page(
        request,
        "tools/version.html",
        title=found.title,
        version=found,
        facts=presenters.version_facts(found, tool),
        rows=presenters.question_rows(tool),
        versions=presenters.version_rows(siblings, found),
        drafts=presenters.draft_rows(drafts),
        may_retire=not found.retired_at and may(viewer, "tool.retire", found),
        may_carry=may(viewer, "tool.start"),
    )


@require_safe
def version_preview(request: HttpRequest, key: int) -> HttpResponse:
    """A version as an agency sees it; nothing that is put in is kept."""
    viewer = viewer_on(request)
    found = opened_version(viewer, key)
    tool = tool_of(found)
    agencies = presenters.agency_choices(tool, agency_codes(viewer.partnership))
    chosen = request.GET.get("agency", "")
    return page(
        request,
        "tools/preview.html",
        title=f"Preview: {found.title}",
        caption=f"Version {found.version}",
        crumbs=_crumbs(found),
        agencies=agencies,
        chosen=chosen,
        sections=preview(tool, chosen),
    )


@require_safe
def xlsform(request: HttpRequest, key: int) -> HttpResponse:
    """A version as a spreadsheet, to be read or changed and uploaded again."""
    found = opened_version(viewer_on(request), key)
    return spreadsheet(found.sheets, found.form_id, found.version)


def retire(request: HttpRequest, key: int) -> HttpResponse:
    """No new audit is made with it from now on."""
    viewer = viewer_on(request)
    found = opened_version(viewer, key, "tool.retire")
    return submit(
        request,
        forms.RetireForm,
        act=lambda _: commands.retire_version(version=found, by=viewer),
        title=f"Retire version {found.version} of {found.title}",
        success="The version is retired.",
        then=reverse("tools:version", args=[found.pk]),
        record=found,
        crumbs=_crumbs(found),
        lead="No new audit is made with it. Audits that use it go on, and it can still be read. "
        "It cannot be brought back.",
        button="Retire it",
        cancel=reverse("tools:version", args=[found.pk]),
        warns=True,
    )


def carry(request: HttpRequest, key: int) -> HttpResponse:
    """Go on from a version to the next round's."""
    viewer = viewer_on(request)
    found = opened_version(viewer, key)
    check(viewer, "tool.start")
    return submit(
        request,
        forms.CarryForm,
        act=lambda form: reverse(
            "tools:draft",
            args=[
                commands.carry_version(
                    version=found, number=form.cleaned_data["version"], by=viewer
                ).pk
            ],
        ),
        title=f"Carry {found.title} to the next round",
        success="The draft has every question, descriptor, standard and score of the version.",
        record=found,
        crumbs=_crumbs(found),
        lead=f"A draft begins with all that version {found.version} has. The version stays.",
        button="Start the draft",
        cancel=reverse("tools:version", args=[found.pk]),
    )


def _crumbs(found: ToolVersion) -> list[tuple[str, str]]:
    return [
        ("Tools", reverse("tools:tools")),
        (f"{found.title} {found.version}", reverse("tools:version", args=[found.pk])),
    ]
